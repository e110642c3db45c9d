"""Reading what is new, and when a reader was here."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine

from services.portal.adapters import news_sql as sql
from services.portal.adapters.database import transaction
from services.portal.domain.news import AWAY, Counts, Fact, Happened, Moved, News, NewStory, Revised

MOST = 100
"""Of each kind on one page."""
SOON = timedelta(minutes=1)
"""A visit is written down at most so often."""
KEPT = timedelta(days=400)
"""A reader who was not here for so long comes for the first time again."""


def counts(db: Connection, since: datetime) -> Counts:
    """How many changed."""
    return Counts(**db.execute(sql.COUNTS, {"since": since}).mappings().one())


def news(db: Connection, since: datetime) -> News:
    """What changed."""
    asked = {"since": since, "most": MOST}
    revised = sorted(db.execute(sql.REVISED, {"since": since}), key=lambda row: (row.at, row.document_id), reverse=True)
    return News(
        since=since,
        counts=counts(db, since),
        stories=tuple(
            NewStory(
                row.thread_id, row.title, row.opened, row.importance, _entities(row.events), _events(row.events),
                row.reports,
            )
            for row in db.execute(sql.STORIES, asked)
        ),
        moved=tuple(
            Moved(row.thread_id, row.title, row.at, row.document_id, tuple(_fact(one) for one in row.news))
            for row in db.execute(sql.MOVED, asked)
        ),
        revised=tuple(
            Revised(
                row.document_id, row.revision, row.title, row.before if row.before != row.title else "", row.outlet,
                row.at,
            )
            for row in revised[:MOST]
        ),
    )  # fmt: skip


def _entities(events: list[Mapping[str, Any]] | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(entity) for one in events or () for entity in one.get("entities") or ()))


def _events(events: list[Mapping[str, Any]] | None) -> tuple[Happened, ...]:
    return tuple(dict.fromkeys(Happened(str(one["label"]), str(one["status"])) for one in events or ()))


def _fact(stored: Mapping[str, Any]) -> Fact:
    """Its quote stays behind: facts are told in our own words."""
    said = {name: str(stored.get(name) or "") for name in ("kind", "label", "before", "after")}
    return Fact(**said)


class SqlVisits:
    """When readers were here."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def seen(self, reader: str) -> dict[str, tuple[datetime, datetime | None]]:
        """By page: the last request, and the last one of the visit before. Raises TransientError."""
        with transaction(self._engine) as db:
            return {row.page: (row.seen, row.before) for row in db.execute(sql.SEEN, {"reader": reader})}

    def visit(self, reader: str, page: str, now: datetime) -> datetime | None:
        """Write a request down; the last request of the visit before this one. Raises TransientError."""
        held = self.seen(reader).get(page)
        if held is not None and now - held[0] < SOON:
            return held[1]
        with transaction(self._engine) as db:
            asked = {"reader": reader, "page": page, "now": now, "away": now - AWAY}
            before: datetime | None = db.execute(sql.VISIT, asked).scalar_one()
            db.execute(sql.FORGET, {"old": now - KEPT})
            return before
