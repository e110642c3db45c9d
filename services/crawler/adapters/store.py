"""Documents, outbox and decisions in PostgreSQL, settled in one transaction at a time.

Stores of all crawlers follow one another under an advisory lock held for some milliseconds: of two reprints that come
at once the second sees the first, and numbers commit in order. (To insert, commit and then look would find them too,
but would part the document from its outbox row.)
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, insert, text

from services.crawler.adapters.database import transaction
from services.crawler.adapters.lookalikes import COLUMNS, array, lookalikes, stored
from services.crawler.application.ports import LeaseLost
from services.crawler.application.values import Found, LeasedPage, Stored, Verdict
from services.crawler.domain.completeness import Field, as_json, looked, shares_of
from shared.messages.codec import encode
from shared.messages.common import Role
from shared.messages.document import DocumentFound
from shared.messages.topics import DOCUMENTS
from shared.store.crawler import CrawlDecision, Document, OutboxRow
from shared.store.tombstones import DOCUMENT, STORE_LOCK, hidden_address

# A frozen process lets the others go on after 10 s. The look-up's plan is made once a connection: the one that fits is
# the same for every signature, and to plan it takes as long as to run it.
_BEGIN = text(
    "select set_config('idle_in_transaction_session_timeout', '10000', true), "
    "set_config('plan_cache_mode', 'force_generic_plan', true), pg_advisory_xact_lock(:key)"
)
_LATEST = text(f"select {COLUMNS} from documents where document_id = :id order by revision desc limit 1")  # noqa: S608  # fixed names
_ADD = insert(Document).returning(Document.__table__.c.number)  # type: ignore[attr-defined]  # SQLModel gives it to tables
_ADD_KEYS = text(
    "insert into bands (key, number) select key, :number from unnest(cast(:keys as bigint[])) as key "
    "on conflict do nothing"
)
_PUBLISH = insert(OutboxRow)
_DECIDE = insert(CrawlDecision)
_END_LEASE = text(
    "update listed_pages set lease_by = null, lease_until = null, "
    "unchanged = case when :unchanged then unchanged + 1 else 0 end, "
    "attempts = case when :ended then 0 when :missed = '' then attempts "
    "else greatest(0, attempts - 1) end, "
    "unreached_since = case :missed when '' then null when 'turn' then unreached_since "
    "else coalesce(unreached_since, now()) end, "
    "due = case when :ended and marker <> :marker then now() "
    "when cast(:again_in as float) is not null then now() + make_interval(secs => :again_in) end "
    "where id = :id and lease_by = :lease"
)
_TOMBSTONE = text("select reason from tombstones where key = :key")
_BURY = text(
    "insert into tombstones (key, document_id, erased, who, reason) "
    "select :address, document_id, erased, who, reason from tombstones where key = :document on conflict do nothing"
)
_FORGET = text("delete from listed_pages where id = :id and lease_by = :lease")
_COMPLETENESS = text("select completeness from source_looks where source = :source")
_COUNT_FIELDS = text(
    "insert into source_looks (source, completeness) values (:source, cast(:counted as jsonb)) "
    "on conflict (source) do update set completeness = excluded.completeness"
)


class SqlChanges:
    """One transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._now = datetime.now(UTC)

    def latest(self, document_id: str) -> Stored | None:
        """The newest revision of a document."""
        row = self._connection.execute(_LATEST, {"id": document_id}).one_or_none()
        return stored(row._asdict()) if row else None

    def erased(self, document_id: str) -> str | None:
        """Why the document was erased and is not to come back; None for all others."""
        found = self._connection.execute(_TOMBSTONE, {"key": DOCUMENT + document_id}).scalar()
        return None if found is None else str(found)

    def lookalikes(self, keys: Sequence[int], document_id: str, role: Role) -> list[Stored]:
        """At most eight other documents that share fingerprints, most shared first; `alert` looks at `alert` only."""
        return lookalikes(self._connection, keys, document_id, role)

    def add(self, found: Found, revision: int, duplicate_of: str | None) -> None:
        """Store a revision and its fingerprints."""
        row = {
            "document_id": found.document_id,
            "revision": revision,
            "url": found.url,
            "source": found.origin.source,
            "outlet": found.outlet,
            "role": found.origin.role,
            "rights": found.origin.rights,
            "title": found.title,
            "paragraphs": list(found.paragraphs),
            "language": found.language,
            "author": found.author,
            "published": found.published.at if found.published else None,
            "published_precision": found.published.precision if found.published else None,
            "content_hash": found.content_hash,
            "matched": list(found.matched),
            "duplicate_of": duplicate_of,
            "first_seen": found.first_seen,
            "fetched": found.fetched,
        }
        number = self._connection.execute(_ADD, row).scalar_one()
        if found.keys:
            self._connection.execute(_ADD_KEYS, {"keys": array(found.keys), "number": number})

    def publish(self, message: DocumentFound) -> None:
        """Write the message to the outbox."""
        row = {"topic": DOCUMENTS.name, "key": message.document_id, "value": encode(message), "created": self._now}
        self._connection.execute(_PUBLISH, row)

    def decide(self, page: LeasedPage, verdict: Verdict) -> None:
        """Record what became of the look and end the lease. Raises LeaseLost when another process has taken over."""
        if verdict.outcome == "erased":
            self._forget(page, verdict)
        else:
            self.end_lease(page, verdict)
        if verdict.had is not None:
            self._count_fields(page.source, verdict.had)
        row = {
            "address": hidden_address(page.address) if verdict.outcome == "erased" else page.address,
            "source": page.source,
            "outcome": verdict.outcome,
            "reason": verdict.reason,
            "document_id": verdict.document_id,
            "revision": verdict.revision,
            "first_seen": page.first_seen,
            "at": self._now,
        }
        self._connection.execute(_DECIDE, row)

    def _forget(self, page: LeasedPage, verdict: Verdict) -> None:
        """The queue forgets the page, and this address is not listed again either. Raises LeaseLost as `decide`."""
        if self._connection.execute(_FORGET, {"id": page.id, "lease": page.lease}).rowcount != 1:
            raise LeaseLost(f"another crawler has taken over {page.address}")
        keys = {"address": hidden_address(page.address), "document": f"{DOCUMENT}{verdict.document_id}"}
        self._connection.execute(_BURY, keys)

    def _count_fields(self, source: str, had: Mapping[Field, bool]) -> None:
        """Count what the page gave; in this transaction nobody else counts."""
        kept = self._connection.execute(_COMPLETENESS, {"source": source}).scalar() or {}
        counted = json.dumps(as_json(looked(shares_of(kept), had)))
        self._connection.execute(_COUNT_FIELDS, {"source": source, "counted": counted})

    def end_lease(self, page: LeasedPage, verdict: Verdict) -> None:
        """The page is done with, or due again. Raises LeaseLost when another process has taken over."""
        values = {
            "id": page.id,
            "lease": page.lease,
            "marker": page.marker,
            "again_in": verdict.again_in,
            "ended": verdict.outcome != "retry",
            "unchanged": verdict.outcome == "unchanged",
            "missed": verdict.missed,
        }
        if self._connection.execute(_END_LEASE, values).rowcount != 1:
            raise LeaseLost(f"another crawler has taken over {page.address}")


def begin(connection: Connection) -> None:
    """Begin a transaction that stores: with its settings, once no other crawler stores."""
    connection.execute(_BEGIN, {"key": STORE_LOCK})


class SqlStore:
    """The store of one database. `stored` is called after each commit: the relay wakes by it."""

    def __init__(self, engine: Engine, stored: Callable[[], None], kind: type[SqlChanges] = SqlChanges) -> None:
        self._engine = engine
        self._stored = stored
        self._kind = kind

    @contextmanager
    def changes(self) -> Iterator[SqlChanges]:
        """A transaction: kept when the block ends well, undone when it raises."""
        with transaction(self._engine) as connection:
            begin(connection)
            yield self._kind(connection)
        self._stored()
