"""Builds digests: plans the periods of every subscription, builds what has ended, and puts it into the ledger."""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from services.alerter.application.digest_ports import Draws, Heard, Message, Shelves, Team
from services.alerter.domain.content import Alert
from services.alerter.domain.coverage import Coverage, coverage_of, silences
from services.alerter.domain.digest import Digest, Row, digest_of, threads_by_company
from services.alerter.domain.digest_parts import parts
from services.alerter.domain.digest_period import Period, after, period_at, spans_of
from services.alerter.domain.digest_words import alert_of
from services.alerter.domain.retry import pause
from services.alerter.domain.wording import Names
from shared.errors import TransientError
from shared.runtime.logs import get_logger

log = get_logger(__name__)

SWEEP = 15.0
"""Seconds between two looks for periods that have ended, and between two records of the sources' states."""
_CAUGHT_UP = timedelta(days=35)
"""How far back periods are made up for after an alerter was away: a month; what waited longer is told in the first."""
_LATE = timedelta(days=1)
"""An empty digest that is later than this is not sent any more."""


class Watched(Protocol):
    """Who wants to know that the loop comes round."""

    def beat(self) -> None:
        """It has."""


class Digests:
    """Makes the digests of a period; the same rows make the same ones."""

    def __init__(self, shelves: Shelves, names: Names, draws: Draws) -> None:
        """`names` are those of the watched companies, in the order in which a digest has them."""
        self._shelves = shelves
        self._names = names
        self._draws = draws

    def of(self, team: Team, period: Period, left_behind: bool = False) -> tuple[Digest, ...]:
        """One for each channel, whether there is something to tell or not. Raises TransientError."""
        tells = period.span == "daily" or team.plan.daily is None
        rows = self._shelves.rows(team.name, period, tells, left_behind)
        covered = self._coverage(team, period, [row for _, row in rows])
        channels = dict.fromkeys([*team.root.targets(), *(channel for channel, _ in rows)])
        order = list(self._names)
        digests = []
        for channel in channels:
            mine = [row for where, row in rows if where == channel]
            whose = (team.name, channel, team.root.timezone)
            digests.append(digest_of(whose, period, team.plan, mine, order, team.wanted, covered))
        return tuple(digests)

    def message(self, team: Team, digest: Digest, now: datetime) -> Alert:
        """All of it in one message."""
        named = f"{digest.subscription}-{digest.period}".lower().replace("_", "-")
        chart = self._draws(f"{named}.png", digest.cells, self._names, digest.language) if team.plan.chart else None
        return alert_of(digest, self._names, chart, now)

    def messages(self, team: Team, digest: Digest, now: datetime) -> tuple[Message, ...]:
        """What is sent of it, in as many messages as its channel needs."""
        tells: dict[str, tuple[int, ...]] = {}
        for company in digest.companies:
            for thread in (thread for group in company.labels for thread in group.threads):
                tells[thread.url] = (*tells.get(thread.url, ()), *thread.deliveries)
        found = parts(self.message(team, digest, now), digest.channel, tells)
        return tuple(Message(digest.channel, alert, numbers) for alert, numbers in found)

    def _coverage(self, team: Team, period: Period, rows: Sequence[Row]) -> tuple[Coverage, ...]:
        heard: Heard = self._shelves.heard(period)
        events = threads_by_company([row for row in rows if row.decided in period])
        silent = silences(heard.standings, period)
        wanted = [entity for entity in team.wanted if entity in self._names]
        return coverage_of(wanted, events, heard.articles, heard.tellers, silent)


def sendable(team: Team, digest: Digest, now: datetime) -> bool:
    """Whether the digest is sent: an empty one goes to the subscription's own channels alone, and never late."""
    if digest.count:
        return True
    late = now - digest.end > _LATE
    return not team.plan.skip_empty and not late and digest.channel in set(team.root.targets())


class Keeper:
    """The loop that plans and builds."""

    def __init__(
        self,
        shelves: Shelves,
        digests: Digests,
        teams: Callable[[], Sequence[Team]],
        watched: Watched,
        now: Callable[[], datetime],
        wake: Callable[[str], None],
        remind: Callable[[Sequence[Team]], frozenset[str]] = lambda teams: frozenset(),
    ) -> None:
        """`teams` gives those of the subscriptions in force; `wake` is called with each kind of channel.

        `remind` is called at every look and says which kinds of channel have a reminder to send.
        """
        self._shelves = shelves
        self._digests = digests
        self._teams = teams
        self._watched = watched
        self._now = now
        self._wake = wake
        self._remind = remind
        self._failures = 0

    def run(self, stop: threading.Event) -> None:
        """Look until `stop` is set."""
        while not stop.wait(self.step()):
            self._watched.beat()

    def step(self) -> float:
        """One look; the seconds until the next."""
        try:
            self._shelves.record_standings()
            teams = {team.name: team for team in self._teams()}
            for team in teams.values():
                self._shelves.plan(team.name, self._periods(team))
            for subscription, period in self._shelves.due():
                self._build(teams.get(subscription), subscription, period)
                self._watched.beat()
            for kind in self._remind(tuple(teams.values())):
                self._wake(kind)
        except TransientError as error:
            self._failures += 1
            log.warning("digests cannot be looked after now", error=str(error))
            return min(pause(self._failures, None), SWEEP)
        self._failures = 0
        return SWEEP

    def _periods(self, team: Team) -> list[Period]:
        """Those that run, and those since the last one that was planned."""
        now = self._now()
        found: list[Period] = []
        for span in spans_of(team.plan):
            running = period_at(team.plan, span, team.zone, now)
            last = self._shelves.newest(team.name, running)
            start = max(last, now - _CAUGHT_UP) if last is not None else now
            found += after(team.plan, span, team.zone, min(start, now), now)
        return found

    def _build(self, team: Team | None, subscription: str, period: Period) -> None:
        now = self._now()
        if team is None:  # the subscription is gone, and its digest with it
            self._shelves.built(subscription, period, (), now)
            return
        wanted = [one for one in self._digests.of(team, period, left_behind=True) if sendable(team, one, now)]
        messages = [message for digest in wanted for message in self._digests.messages(team, digest, now)]
        if self._shelves.built(subscription, period, messages, now):
            log.info("digest built", subscription=subscription, period=period.name, messages=len(messages))
            for kind in {message.channel.partition(":")[0] for message in messages}:
                self._wake(kind)
