"""Documents, outbox and decisions in PostgreSQL, settled in one transaction at a time, several pages in each.

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
from shared.store.crawler import Document, OutboxRow
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
_DECIDE = text(
    "insert into crawl_decisions (address, source, outcome, reason, document_id, revision, first_seen, at) "
    "select * from jsonb_to_recordset(cast(:rows as jsonb)) as row(address text, source text, outcome text, "
    "reason text, document_id text, revision integer, first_seen timestamptz, at timestamptz)"
)
# Pages are locked by their addresses, as listings and renewals do it, so that two never wait for each other.
_END_LEASES = text(
    "with held as (select row.* from jsonb_to_recordset(cast(:rows as jsonb)) as row(id bigint, lease text, "
    "marker text, again_in float, ended boolean, unchanged boolean, missed text) join listed_pages as page "
    "on page.id = row.id and page.lease_by = row.lease order by page.address for update of page) "
    "update listed_pages as page set lease_by = null, lease_until = null, "
    "unchanged = case when held.unchanged then page.unchanged + 1 else 0 end, "
    "attempts = case when held.ended then 0 when held.missed = '' then attempts "
    "else greatest(0, attempts - 1) end, "
    "unreached_since = case held.missed when '' then null when 'turn' then unreached_since "
    "else coalesce(unreached_since, now()) end, "
    "due = case when held.ended and page.marker <> held.marker then now() "
    "when held.again_in is not null then now() + make_interval(secs => held.again_in) end "
    "from held where page.id = held.id"
)
_TOMBSTONE = text("select reason from tombstones where key = :key")
_BURY = text(
    "insert into tombstones (key, document_id, erased, who, reason) "
    "select :address, document_id, erased, who, reason from tombstones where key = :document on conflict do nothing"
)
_FORGET = text("delete from listed_pages where id = :id and lease_by = :lease")
_COMPLETENESS = text("select source, completeness from source_looks where source = any(:sources)")
_COUNT_FIELDS = text(
    "insert into source_looks (source, completeness) select * from jsonb_each(cast(:counted as jsonb)) "
    "on conflict (source) do update set completeness = excluded.completeness"
)


class SqlChanges:
    """One transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._now = datetime.now(UTC)
        self._decided: list[tuple[LeasedPage, Verdict]] = []
        self.published = False
        """Whether there is something for the relay."""

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
        self.published = True

    def decide(self, page: LeasedPage, verdict: Verdict) -> None:
        """Record what became of the look and end the lease, with all others when the transaction ends."""
        self._decided.append((page, verdict))

    def end(self) -> None:
        """Write what was decided. Raises LeaseLost when another process has taken over one of the pages."""
        kept = [(page, verdict) for page, verdict in self._decided if verdict.outcome != "erased"]
        for page, verdict in self._decided:
            if verdict.outcome == "erased":
                self._forget(page, verdict)
        if kept:
            self.end_leases(kept)
        if counted := [(page.source, verdict.had) for page, verdict in self._decided if verdict.had is not None]:
            self._count_fields(counted)
        if self._decided:
            rows = [self._decision(page, verdict) for page, verdict in self._decided]
            self._connection.execute(_DECIDE, {"rows": json.dumps(rows)})

    def _decision(self, page: LeasedPage, verdict: Verdict) -> dict[str, object]:
        return {
            "address": hidden_address(page.address) if verdict.outcome == "erased" else page.address,
            "source": page.source,
            "outcome": verdict.outcome,
            "reason": verdict.reason,
            "document_id": verdict.document_id,
            "revision": verdict.revision,
            "first_seen": page.first_seen.isoformat(),
            "at": self._now.isoformat(),
        }

    def _forget(self, page: LeasedPage, verdict: Verdict) -> None:
        """The queue forgets the page, and this address is not listed again either. Raises LeaseLost as `end`."""
        if self._connection.execute(_FORGET, {"id": page.id, "lease": page.lease}).rowcount != 1:
            raise LeaseLost(f"another crawler has taken over {page.address}")
        keys = {"address": hidden_address(page.address), "document": f"{DOCUMENT}{verdict.document_id}"}
        self._connection.execute(_BURY, keys)

    def _count_fields(self, looks: Sequence[tuple[str, Mapping[Field, bool]]]) -> None:
        """Count what the pages gave; in this transaction nobody else counts."""
        sources = sorted({source for source, _ in looks})
        kept = {row.source: row.completeness for row in self._connection.execute(_COMPLETENESS, {"sources": sources})}
        shares = {source: shares_of(kept.get(source) or {}) for source in sources}
        for source, had in looks:
            shares[source] = looked(shares[source], had)
        counted = json.dumps({source: as_json(found) for source, found in shares.items()})
        self._connection.execute(_COUNT_FIELDS, {"counted": counted})

    def end_leases(self, looks: Sequence[tuple[LeasedPage, Verdict]]) -> None:
        """The pages are done with, or due again. Raises LeaseLost when another process has taken over one of them."""
        rows = [
            {
                "id": page.id,
                "lease": page.lease,
                "marker": page.marker,
                "again_in": verdict.again_in,
                "ended": verdict.outcome != "retry",
                "unchanged": verdict.outcome == "unchanged",
                "missed": verdict.missed,
            }
            for page, verdict in looks
        ]
        if self._connection.execute(_END_LEASES, {"rows": json.dumps(rows)}).rowcount != len(rows):
            raise LeaseLost(f"another crawler has taken over {looks[0][0].address}{_and_others(len(rows) - 1)}")


def _and_others(count: int) -> str:
    return f", or one of {count} others" if count else ""


def begin(connection: Connection) -> None:
    """Begin a transaction that stores: with its settings, once no other crawler stores."""
    connection.execute(_BEGIN, {"key": STORE_LOCK})


class SqlStore:
    """The store of one database. `stored` is called after a commit that published something: the relay wakes by it."""

    def __init__(self, engine: Engine, stored: Callable[[], None], kind: type[SqlChanges] = SqlChanges) -> None:
        self._engine = engine
        self._stored = stored
        self._kind = kind

    @contextmanager
    def changes(self) -> Iterator[SqlChanges]:
        """A transaction: kept when the block ends well, undone when it raises."""
        with transaction(self._engine) as connection:
            begin(connection)
            changes = self._kind(connection)
            yield changes
            changes.end()
        if changes.published:
            self._stored()
