"""The queue of sources and pages in PostgreSQL: leases by SKIP LOCKED, in the database's time.

A lease is named anew each time it is taken, so a process that was asleep while another took over can tell: its own
name is gone from the row, and it changes nothing.
"""

import json
import uuid
import zlib
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Connection, Engine

from services.crawler.adapters import statements
from services.crawler.adapters.budget import MOST_WAITING, within_budget
from services.crawler.adapters.database import transaction
from services.crawler.adapters.recall_index import index_failed, index_read
from services.crawler.application.ports import Judge
from services.crawler.application.values import Backlog, KeptPage, LeasedPage, LeasedSource, NewPage, Standing
from services.crawler.domain.page_masking import masked_page
from shared.messages.common import CANARY

LEASE = 20
"""Seconds; a crawler that died loses what it held after these, so that another has its work, polls included, within 30.
Renewed every 5 while the work goes on."""
MOST_KEPT = 500_000
"""Bytes kept of a listing, before packing; longer ones are cut."""


class SqlQueue:
    """The queue, for all crawlers of one database. `recall` names the sources that only measure.

    `instance` names this crawler for life: what an earlier life of it held can be taken back at once.
    """

    def __init__(
        self,
        engine: Engine,
        recall: Collection[str] = (),
        lease: float = LEASE,
        instance: str | None = None,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self._engine = engine
        self._most_waiting = most_waiting
        self._recall = list(recall)
        self._index = frozenset(recall) - {CANARY}
        self._seconds = lease
        self._instance = instance
        self._name = instance or uuid.uuid4().hex
        self._alive = 1

    def take_own_back(self) -> int:
        """Free what an earlier life of this instance held; how many pages and sources. 0 without an instance."""
        if self._instance is None:
            return 0
        with transaction(self._engine) as connection:
            freed = [connection.execute(one, {"name": f"{self._instance}:"}).rowcount for one in statements.TAKE_BACK]
        return sum(freed)

    def _new_lease(self) -> str:
        name = uuid.uuid4().hex
        return f"{self._instance}:{name}" if self._instance else name

    def enrol(self, names: Sequence[str]) -> None:
        """Know these sources; new ones are due at once."""
        with transaction(self._engine) as connection:
            connection.execute(statements.ENROL, {"names": list(names)})

    def lease_sources(self, names: Sequence[str], most: int) -> list[LeasedSource]:
        """Due sources among `names` that nobody polls."""
        lease = self._new_lease()
        values = {"names": list(names), "lease": lease, "seconds": self._seconds, "most": most, "alive": self._alive}
        with transaction(self._engine) as connection:
            rows = connection.execute(statements.LEASE_SOURCES, values).all()
        return [
            LeasedSource(row.name, row.state, row.failures, lease, row.rhythm, row.health, row.last_new) for row in rows
        ]

    def next_poll_in(self, names: Sequence[str]) -> float | None:
        """Seconds until one of `names` is due, None without any; not negative."""
        with transaction(self._engine) as connection:
            seconds = connection.execute(statements.NEXT_POLL, {"names": list(names)}).scalar()
        return None if seconds is None else float(seconds)

    def polled(
        self,
        source: LeasedSource,
        pages: Sequence[NewPage],
        state: Mapping[str, object],
        judge: Judge,
        fault: str = "",
        kept: KeptPage | None = None,
    ) -> tuple[int, int]:
        """End a good poll: pages, state and what `judge` concludes in one transaction. Gives how many are new, changed.

        `fault` says what failed in part; it stands as the source's last error. `kept`: the listing, for mending.
        When the lease was lost meanwhile the pages are kept all the same (they are there), the state is not.
        """
        with transaction(self._engine) as connection:
            taken, over = within_budget(connection, pages, self._most_waiting)
            fault = "; ".join(filter(None, (fault, over)))
            values = {"source": source.name, "rows": json.dumps([_row(page) for page in taken]), "recall": self._recall}
            written = {row.address: row.inserted for row in connection.execute(statements.LIST, values)}
            news = self._news(connection, source.name, taken, written)
            completeness = connection.execute(statements.COMPLETENESS, {"source": source.name}).scalar() or {}
            found = judge(news, completeness)
            end = {
                "name": source.name,
                "lease": source.lease,
                "state": json.dumps(dict(state)),
                "next_in": found.next_in,
                "fault": fault,
                "listed": found.listed,
                "rhythm": json.dumps(dict(found.rhythm)),
                "health": json.dumps(dict(found.health)),
                "last_new": found.last_new,
            }
            connection.execute(statements.POLLED, end)
            if source.name in self._index:
                index_read(connection, source.name, pages, found.listed, fault)
            _keep(connection, source.name, kept)
        inserted = list(written.values())
        return inserted.count(True), inserted.count(False)

    def _news(
        self, connection: Connection, source: str, pages: Sequence[NewPage], written: Mapping[str, bool]
    ) -> list[NewPage]:
        """What is new of a listing: pages nobody had listed, and those another source was first with.

        A source whose articles others always list before it is no silent source.
        """
        fresh = [page.address for page in pages if page.fresh and not page.history and not written.get(page.address)]
        told = {address for address in fresh if address in written}
        if unknown := [address for address in fresh if address not in written]:
            values = {"addresses": unknown, "source": source}
            told |= set(connection.execute(statements.OF_OTHERS, values).scalars())
        return [page for page in pages if written.get(page.address) or page.address in told]

    def poll_failed(
        self,
        source: LeasedSource,
        reason: str,
        next_in: float,
        health: Mapping[str, object] | None = None,
        kept: KeptPage | None = None,
    ) -> None:
        """End a poll that failed; without `health` the one from before stays."""
        values = {
            "name": source.name,
            "lease": source.lease,
            "next_in": next_in,
            "reason": reason,
            "health": json.dumps(dict(health)) if health is not None else None,
        }
        with transaction(self._engine) as connection:
            connection.execute(statements.POLL_FAILED, values)
            if source.name in self._index:
                index_failed(connection, source.name, reason)
            _keep(connection, source.name, kept)

    def lease_pages(self, sources: Sequence[str], busy_hosts: Sequence[str], most: int) -> list[LeasedPage]:
        """Due pages that nobody looks at, the earliest article first; each counts one more attempt."""
        values = {
            "sources": list(sources),
            "busy": list(busy_hosts),
            "most": most,
            "lease": self._new_lease(),
            "seconds": self._seconds,
            "alive": self._alive,
        }
        with transaction(self._engine) as connection:
            rows = connection.execute(statements.LEASE_PAGES, values).all()
        return [LeasedPage(*row[:10]) for row in sorted(rows, key=lambda row: (row.history, row.ordered_by, row.id))]

    def renew(self, pages: Sequence[LeasedPage], sources: Sequence[LeasedSource]) -> None:
        """Keep what is still in work."""
        with transaction(self._engine) as connection:
            for statement, leases in zip(
                statements.RENEW, ([page.lease for page in pages], [source.lease for source in sources]), strict=True
            ):
                if leases:
                    connection.execute(statement, {"leases": leases, "seconds": self._seconds})

    def give_back(self, page: LeasedPage) -> None:
        """The look did not take place: the attempt does not count."""
        with transaction(self._engine) as connection:
            connection.execute(statements.GIVE_BACK, {"id": page.id, "lease": page.lease})

    def release(self, source: LeasedSource) -> None:
        """The poll did not take place: others may poll it at once."""
        with transaction(self._engine) as connection:
            connection.execute(statements.RELEASE, {"name": source.name, "lease": source.lease})

    def alive(self) -> int:
        """Say that this crawler is alive; how many are. Each takes its share of what is due."""
        with transaction(self._engine) as connection:
            for statement in statements.ALIVE:
                connection.execute(statement, {"name": self._name})
            self._alive = max(1, int(connection.execute(statements.HOW_MANY, {"seconds": self._seconds}).scalar_one()))
        return self._alive

    def gone(self) -> None:
        """This crawler ends: its share goes to the others at once."""
        with transaction(self._engine) as connection:
            connection.execute(statements.GONE, {"name": self._name})

    def standings(self, names: Sequence[str]) -> list[Standing]:
        """How these sources stand, those that were never asked left out."""
        with transaction(self._engine) as connection:
            rows = connection.execute(statements.STANDINGS, {"names": list(names)}).all()
        return [Standing(**row._mapping) for row in rows]

    def waiting(self) -> Backlog:
        """What waits for a look, and what for Kafka."""
        with transaction(self._engine) as connection:
            return Backlog(**connection.execute(statements.WAITING).one()._mapping)


def _row(page: NewPage) -> dict[str, object]:
    return {
        "address": page.address,
        "host": page.host,
        "marker": page.marker,
        "hints": dict(page.hints),
        "ordered_by": page.ordered_by.isoformat(),
        "history": page.history,
    }


def _keep(connection: Connection, source: str, kept: KeptPage | None) -> None:
    """Keep the listing, without telephone and identity numbers; a good one at most once an hour, which is as good for
    mending as the very last."""
    if kept is None:
        return
    key = {"source": source, "kept_as": "last_good" if kept.good else "last_seen"}
    if kept.good and connection.execute(statements.KEPT_LATELY, key).scalar():
        return
    body = zlib.compress(masked_page(kept.body[:MOST_KEPT], kept.charset), 6)
    connection.execute(statements.KEEP, {**key, "address": kept.address, "charset": kept.charset, "body": body})
