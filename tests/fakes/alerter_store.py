"""The alerter's store in memory, for tests of its steps."""

import copy
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from services.alerter.application.erased import Erased
from services.alerter.application.hold_ports import AT_ONCE, Filed
from services.alerter.application.ports import Decided, Incoming
from services.alerter.domain.content import Alert
from services.alerter.domain.news import NewFact
from services.alerter.domain.report import Report
from services.alerter.domain.state import ThreadState
from shared.messages import DeadLetter, DocumentClassified
from tests.fakes.alerter_placing import MemoryPlacing


@dataclass
class MemoryUnit:
    """All tables as values."""

    positions: dict[tuple[str, int], int] = field(default_factory=dict)
    classifications: dict[tuple[str, int], DocumentClassified] = field(default_factory=dict)
    threads: dict[str, ThreadState] = field(default_factory=dict)
    members: dict[str, str] = field(default_factory=dict)
    alerts: dict[str, Alert] = field(default_factory=dict)
    decisions: dict[tuple[str, int], Decided] = field(default_factory=dict)
    letters: list[DeadLetter] = field(default_factory=list)
    placing: MemoryPlacing = field(default_factory=MemoryPlacing)
    erased: set[str] = field(default_factory=set)
    """Documents with a tombstone."""

    def claim(self, record: Incoming, last: Incoming | None = None) -> bool:
        place = record.topic, record.partition
        if self.positions.get(place, 0) > record.offset:
            return False
        self.positions[place] = (last or record).offset + 1
        return True

    def revisions(self, document_id: str) -> frozenset[int]:
        if document_id in self.erased:
            raise Erased(frozenset(revision for known, revision in self.decisions if known == document_id))
        return frozenset(revision for known, revision in self.classifications if known == document_id)

    def add_classification(self, document: DocumentClassified, now: datetime) -> None:
        self.classifications[document.document_id, document.revision] = document

    def lock_threads(self) -> None:
        """Nobody else is here."""

    def candidates(self, report: Report) -> Sequence[ThreadState]:
        own = self.members.get(report.document_id)
        return sorted(self.threads.values(), key=lambda thread: thread.thread_id != own)

    def save_thread(self, thread: ThreadState, now: datetime) -> frozenset[tuple[str, str]]:
        self.threads[thread.thread_id] = thread
        told = [(a, channel) for a, channel, filed, _ in self.placing.deliveries if filed.placed.state != "suppressed"]
        return frozenset(
            (alert.subscription, channel) for alert, channel in told if alert.thread_id == thread.thread_id
        )

    def add_member(self, report: Report, thread: ThreadState, reason: str, now: datetime) -> None:
        self.members[report.document_id] = thread.thread_id

    def add_delivery(self, alert: Alert, channel: str, now: datetime, filed: Filed = AT_ONCE) -> bool:
        if alert.delivery_key in self.alerts:
            return False
        self.placing.deliveries.append((alert, channel, filed, now))
        self.alerts[alert.delivery_key] = alert
        return True

    def refresh(self, thread: ThreadState, news: Sequence[NewFact], now: datetime) -> None:
        """Nothing: it sends no messages that could change."""

    def decide(self, document: DocumentClassified, decided: Decided, now: datetime) -> None:
        self.decisions[document.document_id, document.revision] = decided

    def add_letter(self, letter: DeadLetter) -> None:
        self.letters.append(letter)


class MemoryStore:
    """Transactions on a MemoryUnit: an exception leaves it as it was."""

    def __init__(self) -> None:
        self.unit = MemoryUnit()

    @contextmanager
    def begin(self) -> Iterator[MemoryUnit]:
        attempt = copy.copy(self.unit)
        for name, value in vars(self.unit).items():
            setattr(attempt, name, copy.copy(value))
        yield attempt
        self.unit = attempt
