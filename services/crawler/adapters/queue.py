"""The queue of sources and pages in PostgreSQL: leases by SKIP LOCKED, in the database's time.

A lease is named anew each time it is taken, so a process that was asleep while another took over can tell: its own
name is gone from the row, and it changes nothing.
"""

import json
import uuid
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Engine, text

from services.crawler.adapters.database import transaction
from services.crawler.application.values import LeasedPage, LeasedSource, NewPage

LEASE = 30
"""Seconds; a crawler that died loses what it held after these. Renewed every 8 while the work goes on."""

_ENROL = text(
    "insert into sources (name, state, next_poll, failures, listed) "
    "select name, '{}', now(), 0, 0 from unnest(cast(:names as text[])) as name on conflict do nothing"
)
_LEASE_SOURCES = text(
    "update sources set lease_by = :lease, lease_until = now() + make_interval(secs => :seconds) "
    "where name in (select name from sources where name = any(:names) and next_poll <= now() "
    "and (lease_until is null or lease_until < now()) order by next_poll limit :most for update skip locked) "
    "returning name, state, failures"
)
_NEXT_POLL = text(
    "select greatest(0, extract(epoch from min(greatest(next_poll, coalesce(lease_until, next_poll))) - now())) "
    "from sources where name = any(:names)"
)
_POLLED = text(
    "update sources set state = cast(:state as jsonb), next_poll = now() + make_interval(secs => :next_in), "
    "lease_by = null, lease_until = null, failures = 0, last_success = now(), "
    "last_error = nullif(:fault, ''), last_error_at = case when :fault <> '' then now() end, "
    "listed = :listed where name = :name and lease_by = :lease"
)
_POLL_FAILED = text(
    "update sources set next_poll = now() + make_interval(secs => :next_in), lease_by = null, lease_until = null, "
    "failures = failures + 1, last_error = :reason, last_error_at = now() where name = :name and lease_by = :lease"
)
# An address belongs to the source that listed it first, else two listings' markers would take turns; but a source that
# may alert takes it over from one that only measures.
# A marker that changes at every poll, without the article changing, is followed less and less: 2 minutes, 4, … a day.
_LIST = text(
    "insert into listed_pages as known "
    "(source, address, host, marker, hints, ordered_by, first_seen, due, attempts, unchanged) "
    "select :source, address, host, marker, hints, ordered_by, now(), now(), 0, 0 "
    "from jsonb_to_recordset(cast(:rows as jsonb)) "
    "as row(address text, host text, marker text, hints jsonb, ordered_by timestamptz) order by address "
    "on conflict (address) do update set marker = excluded.marker, hints = excluded.hints, source = excluded.source, "
    "first_seen = now(), due = now() + make_interval(secs => case when known.unchanged = 0 then 0 "
    "else least(60 * power(2, least(known.unchanged, 11)), 86400) end) "
    "where (known.source = excluded.source and known.marker <> excluded.marker) "
    "or (known.source = any(:recall) and not excluded.source = any(:recall)) "
    "returning (xmax = 0)"
)
_LEASE_PAGES = text(
    "update listed_pages set lease_by = :lease || '/' || id, attempts = attempts + 1, "
    "lease_until = now() + make_interval(secs => :seconds) "
    "where id in (select id from listed_pages where due <= now() and (lease_until is null or lease_until < now()) "
    "and source = any(:sources) and not host = any(:busy) "
    "order by ordered_by, id limit :most for update skip locked) "
    "returning id, source, address, host, marker, hints, first_seen, attempts, lease_by, "
    "cast(coalesce(extract(epoch from now() - unreached_since), 0) as float) as unreached, ordered_by"
)
_RENEW = (
    text("update listed_pages set lease_until = now() + make_interval(secs => :seconds) where lease_by = any(:leases)"),
    text("update sources set lease_until = now() + make_interval(secs => :seconds) where lease_by = any(:leases)"),
)
_GIVE_BACK = text(
    "update listed_pages set lease_by = null, lease_until = null, attempts = greatest(0, attempts - 1) "
    "where id = :id and lease_by = :lease"
)
_RELEASE = text("update sources set lease_by = null, lease_until = null where name = :name and lease_by = :lease")
# A page goes on where it was, with the attempt counted: one that ends the process is not tried for ever.
_TAKE_BACK = (
    text("update listed_pages set lease_by = null, lease_until = null where starts_with(lease_by, :name)"),
    text("update sources set lease_by = null, lease_until = null where starts_with(lease_by, :name)"),
)
_WAITING = text(
    "select (select count(*) from listed_pages where due <= now()), "
    "(select count(*) from outbox where sent is null and refused is null)"
)


class SqlQueue:
    """The queue, for all crawlers of one database. `recall` names the sources that only measure.

    `instance` names this crawler for life: what an earlier life of it held can be taken back at once.
    """

    def __init__(
        self, engine: Engine, recall: Collection[str] = (), lease: float = LEASE, instance: str | None = None
    ) -> None:
        self._engine = engine
        self._recall = list(recall)
        self._seconds = lease
        self._instance = instance

    def take_own_back(self) -> int:
        """Free what an earlier life of this instance held; how many pages and sources. 0 without an instance."""
        if self._instance is None:
            return 0
        with transaction(self._engine) as connection:
            freed = [connection.execute(one, {"name": f"{self._instance}:"}).rowcount for one in _TAKE_BACK]
        return sum(freed)

    def _new_lease(self) -> str:
        name = uuid.uuid4().hex
        return f"{self._instance}:{name}" if self._instance else name

    def enrol(self, names: Sequence[str]) -> None:
        """Know these sources; new ones are due at once."""
        with transaction(self._engine) as connection:
            connection.execute(_ENROL, {"names": list(names)})

    def lease_sources(self, names: Sequence[str], most: int) -> list[LeasedSource]:
        """Due sources among `names` that nobody polls."""
        lease = self._new_lease()
        values = {"names": list(names), "lease": lease, "seconds": self._seconds, "most": most}
        with transaction(self._engine) as connection:
            rows = connection.execute(_LEASE_SOURCES, values).all()
        return [LeasedSource(row.name, row.state, row.failures, lease) for row in rows]

    def next_poll_in(self, names: Sequence[str]) -> float | None:
        """Seconds until one of `names` is due, None without any; not negative."""
        with transaction(self._engine) as connection:
            seconds = connection.execute(_NEXT_POLL, {"names": list(names)}).scalar()
        return None if seconds is None else float(seconds)

    def polled(
        self,
        source: LeasedSource,
        pages: Sequence[NewPage],
        state: Mapping[str, object],
        next_in: float,
        fault: str = "",
    ) -> tuple[int, int]:
        """End a good poll: pages, state and next poll in one transaction. Gives how many are new and changed.

        `fault` says what failed in part; it stands as the source's last error.
        When the lease was lost meanwhile the pages are kept all the same (they are there), the state is not.
        """
        rows = [
            {
                "address": page.address,
                "host": page.host,
                "marker": page.marker,
                "hints": dict(page.hints),
                "ordered_by": page.ordered_by.isoformat(),
            }
            for page in pages
        ]
        values = {"source": source.name, "rows": json.dumps(rows), "recall": self._recall}
        end = {"name": source.name, "lease": source.lease, "next_in": next_in, "listed": len(rows), "fault": fault}
        with transaction(self._engine) as connection:
            inserted = connection.execute(_LIST, values).scalars().all()
            connection.execute(_POLLED, {**end, "state": json.dumps(dict(state))})
        return inserted.count(True), inserted.count(False)

    def poll_failed(self, source: LeasedSource, reason: str, next_in: float) -> None:
        """End a poll that failed."""
        values = {"name": source.name, "lease": source.lease, "next_in": next_in, "reason": reason}
        with transaction(self._engine) as connection:
            connection.execute(_POLL_FAILED, values)

    def lease_pages(self, sources: Sequence[str], busy_hosts: Sequence[str], most: int) -> list[LeasedPage]:
        """Due pages that nobody looks at, the earliest article first; each counts one more attempt."""
        values = {
            "sources": list(sources),
            "busy": list(busy_hosts),
            "most": most,
            "lease": self._new_lease(),
            "seconds": self._seconds,
        }
        with transaction(self._engine) as connection:
            rows = connection.execute(_LEASE_PAGES, values).all()
        return [LeasedPage(*row[:10]) for row in sorted(rows, key=lambda row: (row.ordered_by, row.id))]

    def renew(self, pages: Sequence[LeasedPage], sources: Sequence[LeasedSource]) -> None:
        """Keep what is still in work."""
        with transaction(self._engine) as connection:
            for statement, leases in zip(
                _RENEW, ([page.lease for page in pages], [source.lease for source in sources]), strict=True
            ):
                if leases:
                    connection.execute(statement, {"leases": leases, "seconds": self._seconds})

    def give_back(self, page: LeasedPage) -> None:
        """The look did not take place: the attempt does not count."""
        with transaction(self._engine) as connection:
            connection.execute(_GIVE_BACK, {"id": page.id, "lease": page.lease})

    def release(self, source: LeasedSource) -> None:
        """The poll did not take place: others may poll it at once."""
        with transaction(self._engine) as connection:
            connection.execute(_RELEASE, {"name": source.name, "lease": source.lease})

    def waiting(self) -> tuple[int, int]:
        """Pages due or in work, and messages not yet sent."""
        with transaction(self._engine) as connection:
            pages, messages = connection.execute(_WAITING).one()
        return int(pages), int(messages)
