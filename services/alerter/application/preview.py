"""The rule time machine: stored classifications taken in again, in the order of their arrival, under other rules.

It runs the very step that takes in documents, on a store in memory and by a clock that shows when each arrived:
threads, routes, budgets, quiet hours, throttles and inhibition are those of the real thing. Nothing is written and
nobody is told. Conditions in plain words are asked of nobody: the answers of then count, and one that was not asked
then counts as met.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from services.alerter.application.ports import Incoming
from services.alerter.application.preview_memory import Made, MemoryStore
from services.alerter.application.take_in import TakeIn
from services.alerter.domain.condition import Answer
from services.alerter.domain.history import Key, Past, Remembering, reclassified
from services.alerter.domain.likeness import Likeness
from services.alerter.domain.preview import Difference, Load, Reach, Telling, difference, loads
from services.alerter.domain.routes_index import RouteIndex
from services.alerter.domain.routing import unwanted
from services.alerter.domain.silences import Silence
from services.alerter.domain.wording import Names
from shared.messages import DocumentClassified

_REACH: dict[str, Reach] = {"due": "alert", "held": "alert", "digest": "digest", "suppressed": "nobody"}
_TOPIC = "history"


@dataclass(frozen=True)
class Failed:
    """A stored document that the rules cannot take in."""

    document_id: str
    reason: str


class Answered:
    """Conditions as they were answered then (see application/interest.py)."""

    def __init__(self) -> None:
        self.known: Mapping[str, str] = {}

    def ask(self, condition: str, document: DocumentClassified) -> Answer:
        """The stored answer; else as if nobody could answer."""
        said = self.known.get(condition)
        if said is None:
            return Answer(True, unanswered="a replay asks nobody")
        return Answer(not said.startswith("no,") and said != "no", unanswered="" if said[:3] != "not" else said)


class Replay:
    """History under one set of rules."""

    def __init__(self, index: RouteIndex, likeness: Likeness, names: Names, silences: Sequence[Silence] = ()) -> None:
        self.index = index
        self.failed: list[Failed] = []
        self._remembering = Remembering(likeness)
        self._store = MemoryStore(self._remembering, silences)
        self._now = datetime.min.replace(tzinfo=UTC)
        self._answers = Answered()
        self._offset = 0
        self._take_in = TakeIn(
            self._store, lambda: index, likeness, names, lambda: self._now, self._answers, self._remembering
        )

    def take(self, past: Past) -> Sequence[Made]:
        """Take the next one in; the deliveries that come of it."""
        self._now = past.received
        self._answers.known = past.answers
        self._remembering.expect(past)
        value = json.dumps(past.document.model_dump(mode="json")).encode()
        self._offset += 1
        self._take_in(Incoming(_TOPIC, 0, self._offset, None, value))
        if (letter := self._store.unit.letter) is not None:
            self.failed.append(Failed(past.document.document_id, f"{letter.error}: {letter.reason}"))
            return ()
        return tuple(self._store.unit.made)

    def decision(self) -> tuple[str, str]:
        """Outcome and reason of the last one."""
        decided = self._store.unit.decided
        return (decided.outcome, decided.reason) if decided else ("", "")


def telling_of(made: Made) -> Telling:
    """A delivery as the preview shows it."""
    alert, placed = made.alert, made.filed.placed
    what = "; ".join(alert.news or [event.line for event in alert.happened])
    return Telling(
        decided=made.now,
        told=placed.until or made.now,
        team=made.filed.team,
        route=alert.subscription,
        channel=made.channel,
        reach=_REACH[placed.state],
        held=placed.state == "held",
        reason=placed.reason,
        kind=alert.kind,
        document_id=alert.document_id,
        revision=alert.revision,
        thread_id=alert.thread_id,
        fact_version=alert.fact_version,
        title=alert.title,
        url=alert.url,
        importance=alert.importance,
        why=f"{what} ({'; '.join(alert.matched)})" if alert.matched else what,
    )


@dataclass
class Previewed:
    """What came of a preview."""

    since: datetime
    until: datetime
    documents: int = 0
    """Stored classifications in the span."""
    earlier: int = 0
    """Replayed before it, so that the threads and budgets of its beginning are known."""
    reclassified: int = 0
    """Of all of them, how many read otherwise under the changed taxonomy."""
    before: list[Telling] = field(default_factory=list)
    after: list[Telling] = field(default_factory=list)
    reasons: dict[tuple[str, int, str, str], str] = field(default_factory=dict)
    """Why the changed rules do not tell what the current ones do, and the other way round."""
    failed: list[Failed] = field(default_factory=list)
    zones_before: dict[str, ZoneInfo] = field(default_factory=dict)
    zones_after: dict[str, ZoneInfo] = field(default_factory=dict)

    def difference(self) -> Difference:
        """Gained, lost, moved."""
        return difference(self.before, self.after)

    def loads(self) -> tuple[Mapping[str, Load], Mapping[str, Load]]:
        """What each team hears before and after."""
        return (
            loads(self.before, self.zones_before, self.since, self.until),
            loads(self.after, self.zones_after, self.since, self.until),
        )


class Preview:
    """The current rules and the changed ones, side by side on one history."""

    def __init__(
        self,
        current: RouteIndex,
        changed: RouteIndex,
        likeness: Likeness,
        names: Names,
        silences: Sequence[Silence] = (),
        again: Mapping[Key, DocumentClassified] | None = None,
    ) -> None:
        """`again`: how a changed taxonomy reads documents, by document and revision."""
        self._current = Replay(current, likeness, names, silences)
        self._changed = Replay(changed, likeness, names, silences)
        self._again = again or {}

    def run(
        self,
        pasts: Iterable[Past],
        since: datetime,
        until: datetime,
        team: str | None = None,
        progress: Callable[[], None] = lambda: None,
    ) -> Previewed:
        """Replay; `progress` is called after each document. With `team` only what that one hears is kept."""
        found = Previewed(since, until)
        found.zones_before = _zones(self._current.index, team)
        found.zones_after = _zones(self._changed.index, team)
        for past in pasts:
            other = reclassified(past, self._again.get(past.key))
            before, after = self._current.take(past), self._changed.take(other)
            progress()
            if not since <= past.received < until:
                found.earlier += 1
                continue
            found.documents += 1
            found.reclassified += other.changed
            self._note(found, other, [_telling(each, team) for each in (before, after)])
        found.failed = [*self._current.failed, *self._changed.failed]
        return found

    def _note(self, found: Previewed, past: Past, sides: Sequence[Sequence[Telling]]) -> None:
        before, after = sides
        found.before += before
        found.after += after
        told = {telling.by_document: telling for telling in after}
        for telling in before:
            other = told.get(telling.by_document)
            if other is None or other.reach == "nobody":
                found.reasons[telling.by_document] = other.reason if other else self._why_not(telling, past)

    def _why_not(self, telling: Telling, past: Past) -> str:
        """Why the changed rules do not tell it."""
        roots = [root for root in self._changed.index.roots if root.name == telling.team]
        if not roots:
            return f"no subscription is called {telling.team} any more"
        whys = dict(unwanted(past.document, roots[0]))
        outcome, reason = self._changed.decision()
        if outcome not in ("alerted", "updated", "suppressed", "joined"):
            return reason
        found = whys.get(telling.route) or whys.get(telling.team)
        if found:
            return found
        if telling.channel not in {channel for route in roots[0].below() for channel in route.targets()}:
            return f"{telling.channel} is no channel of it any more"
        return "they were told before" if outcome != "suppressed" else reason


def _telling(made: Sequence[Made], team: str | None) -> list[Telling]:
    return [telling for telling in map(telling_of, made) if team is None or telling.team == team]


def _zones(index: RouteIndex, team: str | None) -> dict[str, ZoneInfo]:
    return {root.name: ZoneInfo(root.timezone) for root in index.roots if team is None or root.name == team}
