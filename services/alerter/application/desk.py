"""Answers what readers ask for in the portal's pages: the steps behind the commands, in the reader's name.

Each request is leased, so that of several alerters one answers it. What it changes and its answer are one transaction:
a process that dies in between has done neither, and another one begins anew.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

from services.alerter.application.desk_ports import Rules, Tray, Unit
from services.alerter.application.reload import Version
from services.alerter.domain.desk import (
    DAYS,
    NAME,
    Answer,
    Asked,
    Kind,
    Refused,
    allowed,
    changed_teams,
    matcher_of,
    refuse_foreign,
    refuse_foreign_silence,
    whole_of,
)
from services.alerter.domain.subscriptions import Subscriptions
from shared.config_hints import Misfit
from shared.errors import ConfigError, PermanentError, TransientError
from shared.runtime.logs import get_logger

log = get_logger(__name__)

QUICK: tuple[Kind, ...] = ("check", "apply", "silence_add", "silence_end")
SLOW: tuple[Kind, ...] = ("preview",)
"""In a loop of their own, so that nobody's edit waits for another's preview."""
LARGEST = 1024 * 1024
"""Characters of a file of subscriptions that is looked at; a thousand teams have fewer."""
ATTEMPTS = 3
"""Processes that may die over one request before it is given up."""
Act = Callable[[Unit], Answer]
"""What is done in the transaction of the answer, after all that takes long."""


class Desk:
    """Answers one request after the other."""

    def __init__(self, tray: Tray, rules: Rules, kinds: Collection[Kind]) -> None:
        self._tray = tray
        self._rules = rules
        self._kinds = kinds
        self._steps: Mapping[Kind, Callable[[Asked], Act]] = {
            "check": self._check,
            "preview": self._preview,
            "apply": self._apply,
            "silence_add": self._silence_add,
            "silence_end": self._silence_end,
        }

    def step(self) -> bool:
        """Answer the oldest request; False when there is none. Raises TransientError: it stays, try again."""
        asked = self._tray.take(self._kinds)
        if asked is None:
            return False
        try:
            act = self._prepared(asked)
            with self._tray.begin() as unit:
                unit.answer(asked.id, act(unit))
        except TransientError:
            raise
        except Exception as error:  # noqa: BLE001  a request that breaks the rules must not stop those behind it
            self._refuse(asked, error)
        return True

    def _refuse(self, asked: Asked, error: Exception) -> None:
        """Say why; where even that cannot be written down, that much: without an answer it stops those behind."""
        try:
            with self._tray.begin() as unit:
                unit.answer(asked.id, _told(asked, error))
        except PermanentError as unwritten:
            log.warning("an answer cannot be written down", request=asked.id, error=str(unwritten))
            with self._tray.begin() as unit:
                unit.answer(asked.id, _told(asked, Refused("it cannot be answered in words", "ask otherwise")))

    def _prepared(self, asked: Asked) -> Act:
        if asked.attempts > ATTEMPTS:
            raise Refused("alerters stopped while they worked on it", "ask again, and look into the alerter's log")
        return self._steps[asked.kind](asked)

    def _check(self, asked: Asked) -> Act:
        subscriptions, remarks = self._subscriptions(asked)
        return lambda unit: Answer("done", {"remarks": remarks, "changed": self._change(asked, subscriptions, unit)})

    def _preview(self, asked: Asked) -> Act:
        subscriptions, remarks = self._subscriptions(asked)
        days = whole_of(asked, "days")
        if days not in DAYS:
            raise Refused(f"a preview over {days} days is not offered", f"one of {', '.join(map(str, DAYS))}")
        with self._tray.begin() as unit:
            changed = self._change(asked, subscriptions, unit)
        found = self._rules.preview(subscriptions, asked.word("team"), days)
        return lambda unit: Answer("done", {"remarks": remarks, "changed": changed, "days": days, **found})

    def _apply(self, asked: Asked) -> Act:
        subscriptions, remarks = self._subscriptions(asked)

        def act(unit: Unit) -> Answer:
            allowed(asked, unit.rights(asked.id))
            newest = unit.newest()
            if newest is not None and newest.version != asked.base_version:
                raise self._stale(asked, newest, unit)
            before = self._rules.read(newest).targets() if newest is not None else frozenset()
            self._rules.serve(subscriptions.targets() - before)
            changed = self._change(asked, subscriptions, unit)
            made = unit.add_version(asked.word("text"), asked.who, asked.word("reason").strip())
            told = {"remarks": remarks, "changed": changed, "version": made.version, "at": made.at.isoformat()}
            return Answer("done", told)

        return act

    def _stale(self, asked: Asked, newest: Version, unit: Unit) -> Refused:
        """What changed since the version that was edited."""
        since = unit.versions_after(asked.base_version or 0)
        said = [
            {"version": one.version, "who": one.who, "at": one.at.isoformat(), "reason": one.reason} for one in since
        ]
        return Refused(
            "the subscriptions were changed meanwhile",
            "look at what changed, and ask again on top of it",
            stale=True,
            newest=newest.version,
            versions=said,
        )

    def _silence_add(self, asked: Asked) -> Act:
        matcher, reason = matcher_of(asked), asked.word("reason").strip()
        until = self._rules.silence(matcher, asked.word("until"), asked.word("timezone"), reason)

        def act(unit: Unit) -> Answer:
            refuse_foreign_silence(allowed(asked, unit.rights(asked.id)), matcher, self._in_force(unit))
            number = unit.add_silence(matcher, until, reason, asked.who)
            return Answer("done", {"silence": number, "until": until.isoformat(), "matcher": matcher.given()})

        return act

    def _silence_end(self, asked: Asked) -> Act:
        number = whole_of(asked, "silence")

        def act(unit: Unit) -> Answer:
            found = unit.silence(number)
            present = allowed(asked, unit.rights(asked.id))
            if found is not None:
                refuse_foreign_silence(present, found.matcher, self._in_force(unit))
            if not unit.end_silence(number, asked.who):
                raise Refused(f"no silence {number} is in force", "it may have ended meanwhile")
            return Answer("done", {"silence": number})

        return act

    def _subscriptions(self, asked: Asked) -> tuple[Subscriptions, Sequence[str]]:
        text = asked.word("text")
        if len(text) > LARGEST:
            raise Refused(f"the text has {len(text):,} characters", f"at most {LARGEST:,} are looked at")
        return self._rules.check(text)

    def _in_force(self, unit: Unit) -> Subscriptions | None:
        newest = unit.newest()
        return self._rules.read(newest) if newest is not None else None

    def _change(self, asked: Asked, subscriptions: Subscriptions, unit: Unit) -> list[str]:
        """The teams for whom something changes. Raises Refused where one is not the reader's."""
        changed = changed_teams(self._in_force(unit), subscriptions)
        refuse_foreign(allowed(asked, unit.rights(asked.id)), changed)
        return sorted(changed)


def _told(asked: Asked, error: Exception) -> Answer:
    """What is answered where there is no result: refused for what a person can mend, failed for a defect."""
    if isinstance(error, Refused):
        return Answer("refused", error.content)
    if isinstance(error, ConfigError):
        where = "" if error.where == NAME else f"{error.where}: "
        return Answer("refused", {"line": error.line, "wrong": f"{where}{error.wrong}", "mend": error.right})
    if isinstance(error, Misfit):
        return Answer("refused", {"wrong": str(error), "mend": error.right})
    if isinstance(error, ValueError):
        return Answer("refused", {"wrong": str(error), "mend": ""})
    log.error("a request of the portal cannot be answered", request=asked.id, kind=asked.kind, exc_info=error)
    return Answer("failed", {"wrong": type(error).__name__, "mend": "the alerter's log tells more"})
