"""The overview's pages in the database: each call reads one state of it."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Engine

from services.portal.adapters import company_reader, news_reader
from services.portal.adapters.news_reader import SqlVisits
from services.portal.adapters.tallies_columns import Shelf
from services.portal.adapters.tallies_reader import count, reading
from services.portal.domain.company import Record, Story
from services.portal.domain.news import Counts, News
from services.portal.domain.tallies import Asked, Tallies
from services.portal.domain.weeks import Weeks


class SqlOverview(SqlVisits):
    """The search index, and what the other services know of its documents."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._engine = engine
        self._columns = Shelf()

    def tallies(self, *asked: Asked) -> tuple[Tallies, ...]:
        """As OverviewShelf's."""
        with reading(self._engine) as (db, numbers):
            return tuple(count(db, self._columns, numbers, one) for one in asked)

    def company(self, asked: Asked, today: date) -> tuple[Tallies, Record]:
        """As OverviewShelf's."""
        with reading(self._engine) as (db, numbers):
            return count(db, self._columns, numbers, asked), company_reader.record(db, numbers, asked, today)

    def shared(self, weeks: Weeks, one: str, other: str, label: str | None) -> tuple[int, Sequence[Story]]:
        """As OverviewShelf's."""
        with reading(self._engine) as (db, numbers):
            return company_reader.shared(db, numbers, weeks, (one, other), label)

    def news(self, since: datetime) -> News:
        """As OverviewShelf's."""
        with reading(self._engine) as (db, _):
            return news_reader.news(db, since)

    def counts(self, since: datetime) -> Counts:
        """As OverviewShelf's."""
        with reading(self._engine) as (db, _):
            return news_reader.counts(db, since)
