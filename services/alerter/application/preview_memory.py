"""The alerter's store in memory: a replay of history runs through it, and nothing is written."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from services.alerter.application.hold_ports import AT_ONCE, Filed
from services.alerter.application.ports import Decided, Incoming
from services.alerter.domain.content import Alert
from services.alerter.domain.follow_up import LONGEST
from services.alerter.domain.history import Remembering
from services.alerter.domain.inhibition import Gist
from services.alerter.domain.news import NewFact
from services.alerter.domain.report import OTHER, Report
from services.alerter.domain.silences import Silence
from services.alerter.domain.state import ThreadState
from shared.messages import DeadLetter, DocumentClassified


@dataclass(frozen=True)
class Made:
    """A delivery that the rules make."""

    alert: Alert
    channel: str
    filed: Filed
    now: datetime
    """When it was decided."""


@dataclass
class Ledger:
    """What was told so far in the replay; see application/hold_ports.py for what is asked of it."""

    silenced: Sequence[Silence] = ()
    keys: set[tuple[str, int, str, str]] = field(default_factory=set)
    told: dict[str, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))
    """Subscription and channel by thread."""
    _spent: dict[tuple[str, date], set[tuple[str, int]]] = field(default_factory=lambda: defaultdict(set))
    _by_channel: dict[tuple[str, str], list[Made]] = field(default_factory=lambda: defaultdict(list))
    """By route and channel."""
    _by_team: dict[tuple[str, str], list[Made]] = field(default_factory=lambda: defaultdict(list))
    """By team and channel."""
    _now: datetime | None = None

    def at(self, now: datetime) -> None:
        """The replay's clock moves."""
        self._now = now

    def add(self, made: Made) -> bool:
        """Put it into the books; False when its key is known."""
        alert, placed = made.alert, made.filed.placed
        key = alert.thread_id, alert.fact_version, alert.subscription, made.channel
        if key in self.keys:
            return False
        self.keys.add(key)
        if placed.state != "suppressed":
            self.told[alert.thread_id].add((alert.subscription, made.channel))
        if placed.counts_on is not None:
            self._spent[made.filed.team, placed.counts_on].add((alert.thread_id, alert.fact_version))
        self._by_channel[alert.subscription, made.channel].append(made)
        self._by_team[made.filed.team, made.channel].append(made)
        return True

    def silences(self) -> Sequence[Silence]:
        """All that ever were: each holds by its own times."""
        return self.silenced

    def spent(self, team: str, day: date) -> frozenset[tuple[str, int]]:
        """Thread and fact version of what took from the budget."""
        return frozenset(self._spent[team, day])

    def sent_since(self, subscription: str, channel: str, since: datetime) -> Sequence[datetime]:
        """When messages went; those that were held until one moment went as one."""
        sent: list[datetime] = []
        released: set[datetime] = set()
        for made in self._by_channel[subscription, channel]:
            placed = made.filed.placed
            if placed.state == "due":
                sent.append(made.now)
            elif placed.until is not None and (self._now is None or placed.until <= self._now):
                released.add(placed.until)
        return [when for when in (*sent, *released) if when > since]

    def waits_until(self, subscription: str, channel: str) -> datetime | None:
        """Until when the first of those that group or throttle hold now waits."""
        held = (made.filed.placed for made in self._by_channel[subscription, channel])
        waits = (placed.until for placed in held if placed.until is not None and placed.counts_on is not None)
        return min((until for until in waits if self._now is None or until > self._now), default=None)

    def told_since(self, team: str, channel: str, since: datetime) -> Sequence[tuple[datetime, Gist]]:
        """What was told, or waits to be."""
        return [
            (made.now, _gist(made))
            for made in self._by_team[team, channel]
            if made.filed.placed.state in ("due", "held") and made.now > since
        ]


def _gist(made: Made) -> Gist:
    events = frozenset((event.label, event.status) for event in made.alert.happened)
    return Gist(made.alert.thread_id, frozenset(made.filed.entities), events, made.alert.importance)


@dataclass
class MemoryUnit:
    """One step of the replay (see application/ports.py)."""

    placing: Ledger
    remembering: Remembering
    threads: dict[str, ThreadState] = field(default_factory=dict)
    members: dict[str, str] = field(default_factory=dict)
    known: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    made: list[Made] = field(default_factory=list)
    """What this step made."""
    decided: Decided | None = None
    """What this step decided."""
    letter: DeadLetter | None = None

    def claim(self, record: Incoming, last: Incoming | None = None) -> bool:
        """Every record comes once."""
        return record.value is not None

    def revisions(self, document_id: str) -> frozenset[int]:
        """Those that came before."""
        return frozenset(self.known[document_id])

    def add_classification(self, document: DocumentClassified, now: datetime) -> None:
        """Remember that it came."""
        self.known[document.document_id].add(document.revision)
        self.placing.at(now)

    def lock_threads(self) -> None:
        """Nobody else is here."""

    def candidates(self, report: Report) -> Sequence[ThreadState]:
        """The thread of old where it is known; else those that the alerter would look at."""
        mine = self.members.get(report.document_id)
        kept = self.remembering.place_of(report)
        if kept is not None:
            return [self.threads[kept.thread_id]] if kept.thread_id in self.threads else []
        keys = (set(report.entities) - {OTHER}) | {event.label for event in report.events}
        span = timedelta(days=LONGEST)
        found = [
            thread
            for thread in self.threads.values()
            if thread.thread_id == mine or (abs(thread.latest - report.when) <= span and keys & set(thread.keys))
        ]
        return sorted(found, key=lambda thread: thread.thread_id != mine)

    def save_thread(self, thread: ThreadState, now: datetime) -> frozenset[tuple[str, str]]:
        """Keep its new state; who heard of it."""
        self.threads[thread.thread_id] = thread
        return frozenset(self.placing.told[thread.thread_id])

    def add_member(self, report: Report, thread: ThreadState, reason: str, now: datetime) -> None:
        """Keep where it is."""
        self.members[report.document_id] = thread.thread_id

    def add_delivery(self, alert: Alert, channel: str, now: datetime, filed: Filed = AT_ONCE) -> bool:
        """Note it down."""
        made = Made(alert, channel, filed, now)
        if not self.placing.add(made):
            return False
        self.made.append(made)
        return True

    def refresh(self, thread: ThreadState, news: Sequence[NewFact], now: datetime) -> None:
        """Nothing: it sends no messages that could change."""

    def decide(self, document: DocumentClassified, decided: Decided, now: datetime) -> None:
        """Note it down."""
        self.decided = decided

    def add_letter(self, letter: DeadLetter) -> None:
        """Note it down: the replay says that it could not take the document in."""
        self.letter = letter


class MemoryStore:
    """One replay's store. A step that fails is told as a letter; what it wrote by then stays, and tells nobody more."""

    def __init__(self, remembering: Remembering, silences: Sequence[Silence] = ()) -> None:
        self.unit = MemoryUnit(Ledger(silences), remembering)

    @contextmanager
    def begin(self) -> Iterator[MemoryUnit]:
        """The next step."""
        self.unit.made, self.unit.decided, self.unit.letter = [], None, None
        yield self.unit
