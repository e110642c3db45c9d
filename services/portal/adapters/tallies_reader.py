"""Counting the search index by company, label and week."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, Engine, text

from services.portal.adapters import overview_sql as sql
from services.portal.adapters.database import transaction
from services.portal.domain.tallies import ALL, Asked, Tallies, Tally

SLOWEST = 10_000
"""Milliseconds until a statement is given up."""
Numbers = Mapping[tuple[str, str], int]
"""Field and value to the number in the index."""


@contextmanager
def reading(engine: Engine) -> Iterator[tuple[Connection, Numbers]]:
    """A transaction that only reads one state of the database, and the numbers of facets. Raises TransientError."""
    with transaction(engine) as db:
        db.execute(text("set transaction isolation level repeatable read, read only"))
        db.execute(sql.SETTINGS, {"slowest": str(SLOWEST)})
        yield db, {(row.field, row.value): row.number for row in db.execute(sql.FACETS)}


def values_of(numbers: Numbers, field: str) -> dict[int, str]:
    """Number to value of one field."""
    return {number: value for (held, value), number in numbers.items() if held == field}


def count(db: Connection, numbers: Numbers, asked: Asked) -> Tallies:
    """The counts; all are none where an entity or label is asked for that no document has."""
    entity = numbers.get(("entity", asked.entity)) if asked.entity else None
    label = numbers.get(("label", asked.label)) if asked.label else None
    if (asked.entity and entity is None) or (asked.label and label is None):
        return Tallies({}, {})
    rows = db.execute(
        sql.TALLIES[asked.by],
        {
            "starts": list(asked.weeks.starts()),
            "since": asked.weeks.since,
            "until": asked.weeks.until,
            "entity": entity,
            "label": label,
        },
    )
    entities = {0: ALL} | values_of(numbers, "entity")
    labels = {0: ALL} | values_of(numbers, "label")
    beside = entities if asked.by == "entity" else labels
    weekly: dict[tuple[int, str], Tally] = {}
    period: dict[tuple[str, str], Tally] = {}
    newest: dict[str, datetime] = {}
    for row in rows:
        if row.part == "week":
            weekly[row.one, beside[row.other]] = Tally(row.stories, row.documents)
        elif row.part == "period":
            period[entities[row.one], labels[row.other]] = Tally(row.stories, row.documents)
        else:
            newest[entities[row.one]] = row.newest
    return Tallies(weekly, period, newest)
