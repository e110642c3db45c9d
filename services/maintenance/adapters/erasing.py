"""Erasing on PostgreSQL: each document in one transaction, under the lock under which crawlers store."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Engine, text

from services.maintenance.adapters import erasing_sql as sql
from services.maintenance.adapters import readers
from services.maintenance.adapters.database import transaction
from services.maintenance.adapters.speaking import SpeakingRows
from services.maintenance.adapters.traces import raw_listings, rows_holding
from services.maintenance.application.ports import Removed, Target
from services.maintenance.domain.scrub import Trace
from services.maintenance.domain.spellings import Sought, pattern
from shared.store.audit import record
from shared.store.tombstones import DOCUMENT, STORE_LOCK, hidden_address

LOCK_WAIT = 20
"""Seconds for the locks of crawlers and alerters: they hold them for some milliseconds each."""
THREADS_LOCK = 7_215_433
"""Key of the advisory lock under which one alerter at a time assigns threads (services/alerter/adapters/store.py)."""


class SqlErasure:
    """See application/ports.py."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, asked: str) -> Sequence[Target]:
        """By document_id, canonical address, or an address under which a source listed it."""
        with transaction(self._engine) as db:
            return _targets(db, list(db.execute(sql.OF_ADDRESS, {"asked": asked}).scalars()))

    def naming(self, person: str) -> Sequence[Target]:
        """However its letters are written; every revision and what the classifier made of it is looked through."""
        with transaction(self._engine) as db:
            return _targets(db, list(db.execute(sql.NAMING, {"name": pattern(person)}).scalars()))

    def buried(self) -> Sequence[Target]:
        """Documents with a tombstone of which rows are there again."""
        with transaction(self._engine) as db:
            return _targets(db, list(db.execute(sql.BURIED).scalars()))

    def erase(self, target: Target, who: str, reason: str) -> Removed:
        """All of it or nothing."""
        removed, one = Removed(), {"document": target.document_id}
        with transaction(self._engine, LOCK_WAIT) as db:
            for key in (STORE_LOCK, THREADS_LOCK):
                db.execute(text("select pg_advisory_xact_lock(:key)"), {"key": key})
            addresses = list(db.execute(sql.ADDRESSES, one).scalars())
            source = db.execute(sql.SOURCE, one).scalar() or ""
            trace = Trace(frozenset({target.document_id}), frozenset(addresses), frozenset({target.title} - {""}))
            keys = [DOCUMENT + target.document_id, *map(hidden_address, addresses)]
            db.execute(sql.BURY, {"keys": keys, **one, "who": who, "reason": reason})
            speaking = SpeakingRows(db, trace)
            for place, count in speaking.scrub(target.document_id).items():
                removed.add(place, count)
            for table, statement in (*sql.DELETIONS, *_of_others(db)):
                removed.add(table, db.execute(text(statement), {**one, "addresses": addresses}).rowcount)
            if removed.counts:
                hidden = hidden_address(target.url or target.document_id)
                db.execute(sql.DECIDE, {**one, "address": hidden, "source": source})
                record(db, who, "document.erase", target.document_id, reason, detail=removed.counts)
        return removed

    def erase_listings(self, person: str, who: str, reason: str) -> Removed:
        """Listed under a title or by an author that names the person, and stored as no document."""
        removed = Removed()
        with transaction(self._engine, LOCK_WAIT) as db:
            db.execute(text("select pg_advisory_xact_lock(:key)"), {"key": STORE_LOCK})
            addresses = list(db.execute(sql.LISTED_NAMING, {"name": pattern(person)}).scalars())
            keys = [hidden_address(address) for address in addresses]
            db.execute(sql.BURY, {"keys": keys, "document": "", "who": who, "reason": reason})
            for table, statement in sql.LISTINGS:
                count = db.execute(text(statement), {"addresses": addresses, "name": pattern(person)}).rowcount
                removed.add(table, count)
            if removed.counts:
                record(db, who, "listing.erase", f"{len(addresses)} addresses", reason, detail=removed.counts)
        return removed

    def readers(self, person: str) -> Sequence[str]:
        """Users are looked for by the whole name."""
        with transaction(self._engine) as db:
            return readers.named(db, person)

    def erase_readers(self, person: str, who: str, reason: str) -> Removed:
        """All of them or none."""
        with transaction(self._engine, LOCK_WAIT) as db:
            return readers.erase(db, person, who, reason)

    def erase_raw(self, sought: Sought) -> Removed:
        """Kept listings, which are packed: read one after the other."""
        removed = Removed()
        with transaction(self._engine) as db:
            for source, kept_as in raw_listings(db, sought):
                db.execute(sql.FORGET_RAW, {"source": source, "kept_as": kept_as})
                removed.add("source_pages", 1)
        return removed

    def left(self, sought: Sought) -> Mapping[str, int]:
        """Every table is looked through, those of services that came later too."""
        with transaction(self._engine) as db:
            return rows_holding(db, sought)


def _targets(db: Connection, ids: Sequence[str]) -> list[Target]:
    rows = {row.document_id: row for row in db.execute(sql.DESCRIBED, {"ids": list(ids)})}
    return [
        Target(one, rows[one].title or "", rows[one].url or "", rows[one].revisions)
        if one in rows
        else Target(one, "", "")
        for one in sorted(set(ids))
    ]


def _of_others(db: Connection) -> list[tuple[str, str]]:
    """Tables that are not named here and have a document_id: the portal's search index, and what comes later."""
    known = {table for table, _ in sql.DELETIONS} | sql.KEPT
    names = [name for name in db.execute(sql.WITH_DOCUMENT).scalars() if name not in known]
    quoted = [(name, name.replace('"', '""')) for name in names]
    return [(name, f'delete from "{safe}" where document_id = :document') for name, safe in quoted]  # noqa: S608  # names of the catalogue
