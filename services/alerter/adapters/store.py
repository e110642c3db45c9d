"""The transaction that takes in a document, on PostgreSQL."""

import json
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine

from services.alerter.adapters import store_sql as sql
from services.alerter.adapters.database import transaction
from services.alerter.adapters.holding import SqlPlacing, insert_delivery
from services.alerter.adapters.refreshes import put_refreshes
from services.alerter.application.erased import Erased
from services.alerter.application.hold_ports import AT_ONCE, Filed
from services.alerter.application.ports import Decided, Incoming
from services.alerter.domain.content import Alert
from services.alerter.domain.follow_up import LONGEST
from services.alerter.domain.news import NewFact
from services.alerter.domain.profile import REMEMBERED
from services.alerter.domain.report import OTHER, Report
from services.alerter.domain.state import ThreadState
from shared.errors import TransientError
from shared.messages import DeadLetter, DocumentClassified
from shared.messages.codec import encode
from shared.store.tombstones import DOCUMENT

_THREADS_LOCK = 7_215_433
"""Key of the advisory lock under which one alerter at a time assigns threads; any number that nobody else locks serves
(shared/store/engine.py migrates under 7 215 431, the crawler stores under 7 215 432)."""
_CANDIDATES = 300
"""Threads compared at most, the newest first: some hundred are open a year (about 60 ms of work)."""


class States:
    """Thread states by id and number of changes, so that unchanged ones are not read and parsed again.

    Of each thread the newest alone, and of all as many as hold REMEMBERED reports.
    """

    def __init__(self, most: int = REMEMBERED) -> None:
        self._most = most
        self._kept: OrderedDict[str, tuple[int, ThreadState]] = OrderedDict()
        self._reports = 0

    def get(self, key: tuple[str, int]) -> ThreadState | None:
        """The state, if it is remembered."""
        thread, changes = key
        kept = self._kept.get(thread)
        if kept is None or kept[0] != changes:
            return None
        self._kept.move_to_end(thread)
        return kept[1]

    def put(self, key: tuple[str, int], state: ThreadState) -> None:
        """Remember a state that was committed."""
        thread, changes = key
        self._forget(self._kept.pop(thread, None))
        self._kept[thread] = (changes, state)
        self._reports += len(state.compared)
        while self._reports > self._most and len(self._kept) > 1:
            self._forget(self._kept.popitem(last=False)[1])

    def _forget(self, kept: tuple[int, ThreadState] | None) -> None:
        self._reports -= len(kept[1].compared) if kept else 0


class SqlUnit:
    """One transaction (see application/ports.py)."""

    def __init__(
        self, connection: Connection, group: str, states: States, refreshing: frozenset[str] = frozenset()
    ) -> None:
        """`refreshing`: the kinds of channel that can change a message."""
        self._db = connection
        self._group = group
        self._states = states
        self._refreshing = refreshing
        self._locked = False
        self._ending: dict[str, dict[str, object]] = {}
        self.placing = SqlPlacing(connection)
        self.saved: dict[tuple[str, int], ThreadState] = {}
        """Thread states written here, to be remembered once they are committed."""

    def claim(self, record: Incoming, last: Incoming | None = None) -> bool:
        """Lock the position's row; move it when the record is at or past it."""
        place = {"consumer_group": self._group, "topic": record.topic, "partition": record.partition}
        moved = {**place, "next": (last or record).offset + 1, "offset": record.offset}
        if sql.MOVE(self._db, moved).rowcount == 1:
            return True
        made = sql.FIRST_POSITION(self._db, place).rowcount == 1
        return made and sql.MOVE(self._db, moved).rowcount == 1

    def revisions(self, document_id: str) -> frozenset[int]:
        """Revisions in the classifications. Raises Erased when a tombstone names the document."""
        asked = {"document": document_id, "tombstone": DOCUMENT + document_id}
        rows = sql.REVISIONS(self._db, asked).fetchall()
        found = frozenset(revision for revision, _ in rows if revision is not None)
        if any(erased for _, erased in rows):
            raise Erased(found)
        return found

    def add_classification(self, document: DocumentClassified, now: datetime) -> None:
        """The whole answer as JSON."""
        self._ending["classified"] = {
            "document": document.document_id,
            "revision": document.revision,
            "message": document.model_dump_json(),
            "now": now,
        }

    def lock_threads(self) -> None:
        """An advisory lock until the end of the transaction."""
        if not self._locked:
            sql.LOCK(self._db, {"key": _THREADS_LOCK})
            self._locked = True

    def candidates(self, report: Report) -> Sequence[ThreadState]:
        """Its own thread first; then those that share an entity or a label within the longest follow-up.

        Raises TransientError when the document was erased since `revisions`: tried again, it ends there.
        """
        span = timedelta(days=LONGEST)
        asked = {
            "document": report.document_id,
            "tombstone": DOCUMENT + report.document_id,
            "first": report.when - span,
            "last": report.when + span,
            "keys": sorted((set(report.entities) - {OTHER}) | {event.label for event in report.events}),
            "most": _CANDIDATES,
        }
        rows = sql.CANDIDATES(self._db, asked).fetchall()
        if any(thread_id is None for thread_id, _ in rows):
            raise TransientError("the document was erased while it was taken in")
        return self._load(list(dict.fromkeys(rows)))

    def _load(self, wanted: Sequence[tuple[Any, ...]]) -> Sequence[ThreadState]:
        found = {key: state for key in wanted if (state := self.saved.get(key) or self._states.get(key)) is not None}
        missing = [key[0] for key in wanted if key not in found]
        if missing:
            for thread_id, changes, plain in sql.STATES(self._db, {"threads": missing}):
                found[thread_id, changes] = state = ThreadState.model_validate(plain)
                self._states.put((thread_id, changes), state)
        return [found[key] for key in wanted if key in found]

    def save_thread(self, thread: ThreadState, now: datetime) -> frozenset[tuple[str, str]]:
        """Insert it, or write it anew and count the change.

        (subscription, channel) of its deliveries, but for those that nobody will ever get: suppressed ones and dead
        letters.
        """
        values = {
            "thread": thread.thread_id,
            "now": now,
            "latest": thread.latest,
            "title": thread.title,
            "fact_version": thread.fact_version,
            "state": thread.model_dump_json(),
            "keys": json.dumps(list(thread.keys)),
        }
        ((changes, told),) = sql.THREAD(self._db, values)
        self.saved[thread.thread_id, changes] = thread
        return frozenset((subscription, channel) for subscription, channel in told)

    def add_member(self, report: Report, thread: ThreadState, reason: str, now: datetime) -> None:
        """Insert the membership, or move it."""
        self._ending["member"] = {
            "document": report.document_id,
            "member_of": thread.thread_id,
            "revision": report.revision,
            "now": now,
            "fact_version": thread.fact_version,
            "joined_for": reason,
        }

    def add_delivery(self, alert: Alert, channel: str, now: datetime, filed: Filed = AT_ONCE) -> bool:
        """Under the unique key, where `filed` says."""
        made = insert_delivery(self._db, alert, channel, now, filed)
        if made is not None:
            self.placing.added(alert, filed)
        return made is not None

    def refresh(self, thread: ThreadState, news: Sequence[NewFact], now: datetime) -> None:
        """For the senders that can change messages."""
        put_refreshes(self._db, self._refreshing, thread, news, now)

    def decide(self, document: DocumentClassified, decided: Decided, now: datetime) -> None:
        """One row a revision."""
        self._ending["decided"] = {
            "document": document.document_id,
            "revision": document.revision,
            "outcome": decided.outcome,
            "reason": decided.reason,
            "thread": decided.thread_id,
            "detail": json.dumps(decided.detail or {}),
            "now": now,
        }
        self.write()

    def write(self) -> None:
        """What was gathered of a document, in one statement."""
        ending, self._ending = self._ending, {}
        if ending:
            values = {name: value for part in ending.values() for name, value in part.items()}
            sql.at_its_end(tuple(ending))(self._db, values)

    def add_letter(self, letter: DeadLetter) -> None:
        """For the relay."""
        sql.LETTER(self._db, {"key": letter.key, "value": encode(letter), "now": letter.failed})


class SqlStore:
    """Begins transactions."""

    def __init__(self, engine: Engine, group: str, refreshing: frozenset[str] = frozenset()) -> None:
        """`refreshing`: the kinds of channel that can change a message."""
        self._engine = engine
        self._group = group
        self._refreshing = refreshing
        self._states = States()

    @contextmanager
    def begin(self) -> Iterator[SqlUnit]:
        """A transaction. Raises TransientError or PermanentError for what the database refuses."""
        with transaction(self._engine) as connection:
            unit = SqlUnit(connection, self._group, self._states, self._refreshing)
            yield unit
            unit.write()
        for key, state in unit.saved.items():
            self._states.put(key, state)

    def positions(self, topic: str) -> dict[int, int]:
        """The next offset of each partition of `topic` that was ever read. Raises TransientError."""
        with transaction(self._engine) as connection:
            rows = sql.POSITIONS(connection, {"group": self._group, "topic": topic})
            return dict(rows.fetchall())

    def forget_position(self, topic: str, partition: int, at: int) -> None:
        """The topic was made anew and ends before the position: read it from `at`. Raises TransientError."""
        with transaction(self._engine) as connection:
            asked = {"at": at, "group": self._group, "topic": topic, "partition": partition}
            sql.FORGET(connection, asked)
