"""What the steps need from others: a stream, a store, a ledger, channels, a wire. All raise the types of errors.py."""

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.alerter.application.hold_ports import AT_ONCE, Filed, Placing
from services.alerter.domain.content import Alert
from services.alerter.domain.may_receive import MayReceive
from services.alerter.domain.news import NewFact
from services.alerter.domain.pace import Pace
from services.alerter.domain.report import Report
from services.alerter.domain.state import ThreadState
from shared.messages import AlertDelivered, DeadLetter, DocumentClassified


@dataclass(frozen=True)
class Incoming:
    """One record of a topic."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None


@dataclass(frozen=True)
class Decided:
    """What became of one revision, and why: a row of alert_decisions."""

    outcome: str
    reason: str
    thread_id: str | None = None
    detail: dict[str, object] | None = None


class Unit(Protocol):
    """One database transaction: all of it happens, or nothing."""

    def claim(self, record: Incoming, last: Incoming | None = None) -> bool:
        """Take the partition's position to itself and move it past `record`; False when it was read before.

        With `last` it is moved past that one, for all from `record` on that are taken in together.
        """

    def revisions(self, document_id: str) -> frozenset[int]:
        """The revisions of the document that were classified before."""

    def add_classification(self, document: DocumentClassified, now: datetime) -> None:
        """Keep the classifier's answer; it is written with the decision, which is to follow."""

    def lock_threads(self) -> None:
        """From here to the end of the transaction nobody else assigns documents to threads."""

    def candidates(self, report: Report) -> Sequence[ThreadState]:
        """The threads that `report` may belong to; first the one that it already is in."""

    def save_thread(self, thread: ThreadState, now: datetime) -> frozenset[tuple[str, str]]:
        """Write the thread, new or changed.

        (subscription, channel) of every delivery of it so far, but suppressed ones and dead letters.
        """

    def add_member(self, report: Report, thread: ThreadState, reason: str, now: datetime) -> None:
        """Say which thread the document is in; it is written with the decision, which is to follow."""

    @property
    def placing(self) -> Placing:
        """What was told before, which decides when an alert goes."""

    def add_delivery(self, alert: Alert, channel: str, now: datetime, filed: Filed = AT_ONCE) -> bool:
        """Put the alert into the ledger, where `filed` says; False when its key stands there already."""

    def refresh(self, thread: ThreadState, news: Sequence[NewFact], now: datetime) -> None:
        """Have what is still held of the thread, and its first message in each channel that can change one, say how it
        stands now.
        """

    def decide(self, document: DocumentClassified, decided: Decided, now: datetime) -> None:
        """Write down what became of the revision."""

    def add_letter(self, letter: DeadLetter) -> None:
        """Keep a dead letter until Kafka has taken it."""


class Store(Protocol):
    """Where transactions begin."""

    def begin(self) -> AbstractContextManager[Unit]:
        """A transaction, committed at the end of the block, rolled back by an exception."""


class Stream(Protocol):
    """The classified documents, each partition in its order."""

    def poll(self, seconds: float) -> Sequence[Incoming]:
        """What has come, after `seconds` at most; never before the store's own position is known."""

    def rewind(self, record: Incoming) -> None:
        """Read from `record` on again."""

    def done(self, record: Incoming) -> None:
        """All of the partition up to `record` has been taken in: a hint for whoever takes over."""

    def lag(self) -> int:
        """How many records wait, as far as it is known. Raises TransientError or PermanentError, as `poll`."""


@dataclass(frozen=True)
class Leased:
    """A delivery that is this sender's for some seconds."""

    id: int
    alert: Alert
    channel: str
    attempts: int
    age: float
    """Seconds since the decision."""
    lost: bool
    """An earlier send has no known outcome."""
    repeated: bool
    """It was sent once more already, or oftener where its senders died."""
    lost_senders: int = 0
    """How often its sender ended in the middle."""

    @property
    def target(self) -> str:
        """The part of the channel after the colon; empty for one that needs none."""
        return self.channel.partition(":")[2]


@dataclass(frozen=True)
class Look:
    """What a look for due deliveries found."""

    leased: Leased | None
    waits: bool
    """Something else is due: for another channel, or for one that is busy. Without it nobody needs to look again."""


class Ledger(Protocol):
    """The deliveries; every call is one committed transaction on the database's clock."""

    def lease(self, kind: str, tells: bool = False, busy: Collection[str] = ()) -> Look:
        """The next due delivery of that kind of channel that goes to none of the `busy` channels.

        An update waits while an earlier message of its thread is due in its channel, for ten minutes at most.
        It counts as on the wire from now on; with `tells` only from `handing_over` on: should its sender die before,
        it was never sent.
        """

    def handing_over(self, leased: Leased) -> None:
        """It goes on the wire, once more where an earlier send may have arrived.

        Raises TransientError when it is no longer this sender's, or cannot be written down: then nothing may be sent.
        """

    def delivered(self, leased: Leased, reference: str) -> None:
        """The channel took it over under that name."""

    def retry(self, leased: Leased, seconds: float, reason: str, whole_channel: bool) -> None:
        """Due again in so many seconds; with `whole_channel` everything that waits for the channel is too."""

    def unknown(self, leased: Leased, seconds: float | None, reason: str) -> None:
        """The answer was lost; to be looked into in so many seconds, or never (None: this is its end).

        Whether it was sent once more stands in `leased`.
        """

    def permanent(self, leased: Leased, letter: DeadLetter) -> None:
        """It will never go; the letter goes to the dead letters."""

    def announce(self, most: int, send: Callable[[Sequence[AlertDelivered]], int]) -> int:
        """Give `send` the delivered alerts that the alerts topic does not know yet; how many they are.

        `send` says how many, from the first, Kafka acknowledged; those are marked. Nobody else sends them meanwhile.
        """

    def bury(self, most: int, send: Callable[[Sequence[tuple[bytes | None, bytes]]], int]) -> int:
        """The same for dead letters: key and value."""


class Channel(Protocol):
    """A way to people."""

    @property
    def kind(self) -> str:
        """Its name in the subscriptions."""

    @property
    def may_receive(self) -> MayReceive:
        """What of an alert it may be given; the sender cuts to it."""

    @property
    def pace(self) -> Pace | None:
        """How fast a target takes messages; None where no number is known. The sender keeps to it."""

    @property
    def can_look_up(self) -> bool:
        """It can be asked whether a message arrived."""

    def send(self, target: str, alert: Alert, now: datetime) -> str:
        """Send it; what the channel calls it.

        Raises TransientError, PermanentError, or UnknownOutcome when the answer was lost.
        """

    def look_up(self, target: str, alert: Alert) -> str | None:
        """What the channel calls the message of that delivery key; None when it never arrived."""

    def refresh(self, target: str, reference: str, alert: Alert, now: datetime) -> None:
        """Change the message that it calls `reference`; the same again changes nothing. Raises as `send` does."""


class Wire(Protocol):
    """Kafka, outwards."""

    def send(self, topic: str, messages: Sequence[tuple[bytes | None, bytes]]) -> int:
        """Send (key, value) in order; how many, from the first, were acknowledged. Raises TransientError at none."""
