"""Reading what the pages of companies show."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from services.portal.adapters import company_sql as sql
from services.portal.adapters.tallies_reader import Numbers, values_of
from services.portal.domain.company import IMPORTANT, Coming, Line, Record, Story, Teller
from services.portal.domain.tallies import Asked
from services.portal.domain.weeks import Weeks

LINES = 3
"""Newest stories of each label."""
STORIES = 25
TELLERS = 60
COMING = 30
AHEAD = 400
"""Days beyond which a date is a slip of the pen, as the alerter's calendar takes it."""


def record(db: Connection, numbers: Numbers, asked: Asked, today: date) -> Record:
    """What stands behind the counts of `asked.entity`; `today` by the reader's clock."""
    number = numbers.get(("entity", asked.entity or ""))
    names = {field: values_of(numbers, field) for field in ("label", "status")}
    about = {"since": asked.weeks.since, "until": asked.weeks.until, "entity": number}
    return Record(
        lines=_lines(db, names["label"], about) if number else (),
        stories=_stories(db, names, about) if number else (),
        tellers=_tellers(db, about) if number else (),
        never=tuple(db.execute(sql.NEVER, about | {"most": TELLERS}).scalars()),
        coming=_coming(db, about, today) if number else (),
    )


def shared(
    db: Connection, numbers: Numbers, weeks: Weeks, both: tuple[str, str], label: str | None
) -> tuple[int, Sequence[Story]]:
    """How many stories tell of both, and the newest of them."""
    one, other = (numbers.get(("entity", each)) for each in both)
    of_label = numbers.get(("label", label)) if label else None
    if one is None or other is None or (label and of_label is None):
        return 0, ()
    asked = {"since": weeks.since, "until": weeks.until, "one": one, "other": other, "label": of_label}
    rows = db.execute(sql.SHARED, asked | {"most": STORIES}).all()
    return (rows[0].stories if rows else 0), tuple(_story(row, (), ()) for row in rows)


def _lines(db: Connection, labels: Mapping[int, str], about: Mapping[str, Any]) -> tuple[Line, ...]:
    found = []
    for row in db.execute(sql.LINES, {**about, "most": LINES}):
        label = labels[row.label]
        event: Mapping[str, Any] = next((one for one in row.events or () if one.get("label") == label), {})
        status = str(event.get("status", ""))
        own = (one for one in row.lines or () if (one.get("label"), one.get("status")) == (label, status))
        words: Mapping[str, Any] = next(own, {})
        found.append(
            Line(
                row.document_id, label, status, row.title, row.outlet, row.at, row.thread_id,
                str(words.get("zh", "")), str(words.get("en", "")),
            )
        )  # fmt: skip
    return tuple(found)


def _stories(db: Connection, names: Mapping[str, Mapping[int, str]], about: Mapping[str, Any]) -> tuple[Story, ...]:
    rows = db.execute(sql.STORIES, {**about, "important": IMPORTANT, "most": STORIES})
    return tuple(
        _story(
            row,
            tuple(names["label"][number] for number in row.labels or ()),
            tuple(names["status"][number] for number in row.statuses or ()),
        )
        for row in rows
    )


def _story(row: Row[Any], labels: tuple[str, ...], statuses: tuple[str, ...]) -> Story:
    return Story(row.thread_id, row.title, row.first, row.latest, row.reports, row.importance, labels, statuses)


def _tellers(db: Connection, about: Mapping[str, Any]) -> tuple[Teller, ...]:
    rows = db.execute(sql.TELLERS, {**about, "most": TELLERS}).all()
    outlets = db.execute(sql.OUTLETS, {"numbers": [row.source for row in rows]})
    names = {row.number: str(row.value) for row in outlets}
    return tuple(Teller(names[row.source], row.documents, row.stories, row.latest) for row in rows)


def _coming(db: Connection, about: Mapping[str, Any], today: date) -> tuple[Coming, ...]:
    rows = db.execute(sql.COMING, {**about, "today": today.isoformat(), "most": COMING})
    found = []
    for row in rows:
        try:
            day = date.fromisoformat(row.day)
        except ValueError:  # 2026-02-30: the classifier gives what the article says
            continue
        if day <= today + timedelta(days=AHEAD):
            found.append(Coming(day, row.label, row.document_id, row.title, row.paragraph))
    return tuple(found)
