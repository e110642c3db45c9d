"""Who approved that texts leave the mainland, into the audit log: when it is given, changed or withdrawn."""

from sqlalchemy import Connection, text

from shared.reader.settings import LOCAL, MAINLAND, ReaderSettings, region_of, why_off
from shared.store.audit import digest, record

_WHAT = "approval.second_reader"
_LAST = text("select after from audit_log where what = :what order by id desc limit 1")
_ALONE = text("select pg_advisory_xact_lock(hashtext(:what))")
"""Several alerters that start at once note one approval."""


def note_approval(db: Connection, reader: ReaderSettings) -> None:
    """Write an entry where what is approved differs from the last one. Raises SQLAlchemy's errors."""
    db.execute(_ALONE, {"what": _WHAT})
    before = db.execute(_LAST, {"what": _WHAT}).scalar()
    region = "" if why_off(reader) else region_of(reader)
    by = (reader.second_reader_approved_by or "").strip()
    given = region not in {"", MAINLAND, LOCAL}
    after = digest({"by": by, "region": region, "url": reader.second_reader_url}) if given else None
    if before != after:
        who, subject = (by, f"texts may go to {region}") if given else ("the environment", "texts stay in the mainland")
        record(db, who, _WHAT, subject, "SECOND_READER_APPROVED_BY", before, after)
