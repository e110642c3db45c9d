"""The measured days in the database: each is measured once, by whichever alerter comes first."""

import json
from datetime import date

from sqlalchemy import Connection, text

from services.alerter.domain.recall import Recall

_LOCK = 7_215_437
"""Key of the advisory lock under which one alerter measures (its neighbours stand in store.py and digests_heard.py)."""
_KEEP = text(
    "insert into recall_days (day, zone, ratio, why, counts, at)"
    " values (:day, :zone, :ratio, :why, cast(:counts as jsonb), now()) on conflict (day) do nothing"
)
_NEWEST = text("select day, zone, ratio, why, counts from recall_days order by day desc limit 1")


def to_measure(db: Connection, day: date) -> bool:
    """Whether the day is not measured yet, and no other alerter is about to; holds until the transaction ends."""
    if not db.execute(text("select pg_try_advisory_xact_lock(:key)"), {"key": _LOCK}).scalar_one():
        return False
    return db.execute(text("select 1 from recall_days where day = :day"), {"day": day}).first() is None


def keep(db: Connection, recall: Recall) -> None:
    """Store a measured day, or that it was not measured."""
    counts = json.dumps({**recall.counts, "wanted_ratio": recall.wanted_ratio})
    values = {"day": recall.day, "zone": recall.zone, "ratio": recall.ratio, "why": recall.why, "counts": counts}
    db.execute(_KEEP, values)


def newest(db: Connection) -> tuple[date, str, float | None, dict[str, float | None]] | None:
    """Day, timezone, ratio (None: not measured) and counts of the last day that was looked at."""
    row = db.execute(_NEWEST).first()
    return None if row is None else (row.day, row.zone, row.ratio, row.counts)
