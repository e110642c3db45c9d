"""Overview, companies, comparison and what is new: what these pages need of the outside, and who is watched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from services.portal.domain.company import Record, Story
from services.portal.domain.news import FIRST, Counts, News
from services.portal.domain.tallies import Asked, Tallies
from services.portal.domain.weeks import Weeks
from shared.watch import OTHER, Watchlist
from shared.watch.watchlist import Entity

ANY, NEW = "any", "new"
"""Kinds of page whose visits are known: any page at all, and the page of what is new."""
FRESH = timedelta(seconds=30)
READERS = 1_000
"""Whose counts are remembered at once."""
CIRCLES = ("first", "peer", "regulator")
"""The order in which people look at them."""


class OverviewShelf(Protocol):
    """The counts, each call in one state of the database. Raises TransientError when that is away or too slow."""

    def tallies(self, *asked: Asked) -> tuple[Tallies, ...]:
        """What is counted, for each that is asked."""
        ...

    def company(self, asked: Asked, today: date) -> tuple[Tallies, Record]:
        """The counts of one company and what stands behind them; `today` is the reader's."""
        ...

    def shared(self, weeks: Weeks, one: str, other: str, label: str | None) -> tuple[int, Sequence[Story]]:
        """How many stories reports of the period tell of both, and the newest of them."""
        ...

    def news(self, since: datetime) -> News:
        """What changed since that moment."""
        ...

    def counts(self, since: datetime) -> Counts:
        """How much changed since that moment."""
        ...

    def seen(self, reader: str) -> Mapping[str, tuple[datetime, datetime | None]]:
        """By kind of page: the reader's last request, and the last one of the visit before."""
        ...

    def visit(self, reader: str, page: str, now: datetime) -> datetime | None:
        """Write down that the reader is here; the last request of the visit before this one."""
        ...


@dataclass(frozen=True)
class Company:
    """Who is watched, as config/watchlist.yaml says."""

    id: str
    zh: str
    en: str
    circle: str
    tickers: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    former: tuple[str, ...] = ()


class Overview:
    """What the pages are made from."""

    def __init__(self, shelf: OverviewShelf, watchlist: Watchlist) -> None:
        self.shelf = shelf
        self.companies = companies_of(watchlist)
        self._counted: dict[str, tuple[datetime, datetime, Counts]] = {}

    def last_visit(self, reader: str, now: datetime) -> datetime | None:
        """When the visit before this one ended; None in a first visit. The request itself is written down."""
        return self.shelf.visit(reader, ANY, now)

    def looked(self, reader: str, now: datetime) -> None:
        """Write down that the reader looked at what is new."""
        self.shelf.visit(reader, NEW, now)
        self._counted.pop(reader, None)

    def fresh(self, reader: str, now: datetime) -> Counts:
        """What a badge says: changes since the last visit, or since the reader looked at them in this one.

        Counted anew once in FRESH for each reader, so that searching stays fast.
        """
        before = self.last_visit(reader, now)
        held = self._counted.get(reader)
        if held is not None and held[0] == (before or held[0]) and timedelta(0) <= now - held[1] < FRESH:
            return held[2]
        looked = self.shelf.seen(reader).get(NEW)
        since = before or now - FIRST
        if looked is not None:
            since = max(since, looked[0])
        counts = self.shelf.counts(since)
        if len(self._counted) >= READERS:
            self._counted.clear()
        self._counted[reader] = (before or since, now, counts)
        return counts

    def company(self, identifier: str) -> Company | None:
        """Who has that identifier."""
        return next((one for one in self.companies if one.id == identifier), None)


def companies_of(watchlist: Watchlist) -> Sequence[Company]:
    """Those that documents are counted under, by circle; those that share `other` last, as one."""
    own = [one for one in watchlist.entities if one.reported_as is None]
    shared = [one for one in watchlist.entities if one.reported_as is not None]
    ordered = [_company(one) for one in sorted(own, key=lambda one: CIRCLES.index(one.circle))]
    names = tuple(f"{one.name.zh} ({one.name.en})" for one in shared)
    return [*ordered, Company(OTHER, "其他公司", "Other companies", "peer", names=names)]


def _company(entity: Entity) -> Company:
    code = entity.hong_kong_code
    own = (entity.name.zh, entity.name.en)

    def names(product: bool, historic: bool) -> tuple[str, ...]:
        held = (one for one in entity.aliases if one.product is product and one.historic is historic)
        return tuple(dict.fromkeys(name for one in held for name in one.names if name not in own))

    return Company(
        id=entity.id,
        zh=entity.name.zh,
        en=entity.name.en,
        circle=entity.circle,
        tickers=(f"{code[1:]}.HK",) if code else (),
        names=names(False, False),
        products=names(True, False),
        former=(*names(False, True), *names(True, True)),
    )
