"""What two sets of rules make of one history: alerts gained, lost and moved, and how many a day. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Reach = Literal["alert", "digest", "nobody"]
"""How a telling comes to its reader: by itself, at once or after it was held; in a digest; not at all."""


@dataclass(frozen=True)
class Telling:
    """One alert for one channel, as a replay makes it. Times in UTC."""

    decided: datetime
    told: datetime
    """When it goes: later than it was decided for one that is held."""
    team: str
    route: str
    channel: str
    reach: Reach
    held: bool
    reason: str
    """Why it is held, left to the digest, or not told."""
    kind: str
    """new | update"""
    document_id: str
    revision: int
    thread_id: str
    fact_version: int
    title: str
    url: str
    importance: int
    why: str
    """What it tells, and by which keys the route wants it."""

    @property
    def by_document(self) -> tuple[str, int, str, str]:
        """The same article for the same readers."""
        return self.document_id, self.revision, self.team, self.channel

    @property
    def by_fact(self) -> tuple[str, int, str, str]:
        """The same news for the same readers, by whatever article."""
        return self.thread_id, self.fact_version, self.team, self.channel

    @property
    def news(self) -> tuple[str, int]:
        """The alert, whatever channel it takes: as a budget counts it."""
        return self.thread_id, self.fact_version


@dataclass(frozen=True)
class Moved:
    """One that both sets of rules tell, in another way."""

    before: Telling
    after: Telling

    @property
    def what(self) -> str:
        """The difference, in words."""
        before, after = self.before, self.after
        said = []
        if _reached(before) != _reached(after):
            said.append(f"{_reached(before)} → {_reached(after)}")
        elif before.told != after.told and after.reach == "alert":
            said.append("earlier" if after.told < before.told else "later")
        if before.document_id != after.document_id:
            said.append("by another article")
        return ", ".join(said)


@dataclass(frozen=True)
class Difference:
    """What changes."""

    gained: tuple[Telling, ...]
    lost: tuple[Telling, ...]
    moved: tuple[Moved, ...]


def difference(before: Sequence[Telling], after: Sequence[Telling]) -> Difference:
    """Compare two replays of one history.

    Who hears of an article under both sets of rules loses and gains nothing; nor does who hears of the same news by
    another article. What only the one set tells is lost or gained; so is what the other one suppresses.
    """
    old = [telling for telling in before if telling.reach != "nobody"]
    new = [telling for telling in after if telling.reach != "nobody"]
    pairs, old, new = _paired(old, new, "by_document")
    more, old, new = _paired(old, new, "by_fact")
    moved = [found for pair in (*pairs, *more) if (found := Moved(*pair)).what]
    return Difference(
        tuple(sorted(new, key=_order)),
        tuple(sorted(old, key=_order)),
        tuple(sorted(moved, key=lambda one: _order(one.after))),
    )


def _order(telling: Telling) -> tuple[datetime, str, str]:
    return telling.told, telling.team, telling.channel


def _paired(
    old: Sequence[Telling], new: Sequence[Telling], name: Literal["by_document", "by_fact"]
) -> tuple[list[tuple[Telling, Telling]], list[Telling], list[Telling]]:
    """Those that have a partner, and the others of both sides."""
    waiting: dict[object, list[Telling]] = defaultdict(list)
    for telling in old:
        waiting[getattr(telling, name)].append(telling)
    pairs, alone = [], []
    for telling in new:
        partners = waiting[getattr(telling, name)]
        if partners:
            pairs.append((partners.pop(0), telling))
        else:
            alone.append(telling)
    return pairs, [telling for left in waiting.values() for telling in left], alone


def _reached(telling: Telling) -> str:
    if telling.reach == "alert":
        return "held" if telling.held else "at once"
    return telling.reach


@dataclass(frozen=True)
class Load:
    """What a team hears in the span."""

    team: str
    alerts: int = 0
    """Alerts that come by themselves; one that several channels show counts once."""
    messages: int = 0
    """The same, counted by channel."""
    digest: int = 0
    """Alerts left to the digest."""
    suppressed: int = 0
    busiest: int = 0
    """Alerts of its fullest day, by its own clock."""
    busiest_day: date | None = None
    days: float = 1.0
    """Length of the span."""

    @property
    def a_day(self) -> float:
        """Alerts a day."""
        return self.alerts / self.days if self.days else 0.0


def loads(tellings: Iterable[Telling], zones: dict[str, ZoneInfo], since: datetime, until: datetime) -> dict[str, Load]:
    """What each team hears, teams that hear nothing included; `zones` gives each team's timezone."""
    days = max((until - since) / timedelta(days=1), 1 / 24)
    sides: dict[str, dict[str, list[Telling]]] = {team: defaultdict(list) for team in zones}
    for telling in tellings:
        sides.setdefault(telling.team, defaultdict(list))[telling.reach].append(telling)
    found = {}
    for team, by_reach in sides.items():
        zone = zones.get(team, ZoneInfo("UTC"))
        first: dict[tuple[str, int], date] = {}
        for telling in sorted(by_reach["alert"], key=_order):
            first.setdefault(telling.news, telling.told.astimezone(zone).date())
        by_day = Counter(first.values())
        day, most = max(by_day.items(), key=lambda pair: pair[1]) if by_day else (None, 0)
        found[team] = Load(
            team=team,
            alerts=len(first),
            messages=len(by_reach["alert"]),
            digest=len({telling.news for telling in by_reach["digest"]}),
            suppressed=len({telling.news for telling in by_reach["nobody"]}),
            busiest=most,
            busiest_day=day,
            days=days,
        )
    return found
