"""The ledger, a channel and the wire in memory, for tests of sending."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from services.alerter.application.ports import Leased, Look
from services.alerter.domain.content import Alert
from services.alerter.domain.may_receive import MayReceive
from services.alerter.domain.pace import Pace
from shared.errors import TransientError
from shared.messages import AlertDelivered, DeadLetter

FULL = MayReceive("full")


@dataclass
class MemoryLedger:
    """Deliveries wait in a list; every end is written down."""

    due: list[Leased] = field(default_factory=list)
    ends: list[tuple[str, object]] = field(default_factory=list)
    failures: int = 0
    """How many outcomes the database refuses before it is back."""
    alerts: list[tuple[int, AlertDelivered]] = field(default_factory=list)
    dead: list[tuple[int, bytes | None, bytes]] = field(default_factory=list)
    said_again: set[int] = field(default_factory=set)
    handed_over: list[int] = field(default_factory=list)
    refuses_hand_over: int = 0
    """How many hand-overs the database refuses to write down."""

    def crashed(self, leased: Leased) -> None:
        """Its sender died on the wire: the row comes back as the database keeps it."""
        repeated = leased.repeated or leased.id in self.said_again
        again = replace(leased, attempts=leased.attempts + 1, lost=True, repeated=repeated)
        self.due.append(replace(again, lost_senders=leased.lost_senders + 1))

    def lease(self, kind: str, tells: bool = False, busy: Collection[str] = ()) -> Look:
        free = next((one for one in self.due if one.channel not in busy and not self._overtakes(one)), None)
        if free is not None:
            self.due.remove(free)
        return Look(free, bool(self.due))

    def _overtakes(self, one: Leased) -> bool:
        """Whether it is an update of something that waits in its channel."""
        story = [(each.alert.thread_id, each.channel) for each in self.due if each.id < one.id]
        return one.alert.kind == "update" and (one.alert.thread_id, one.channel) in story

    def handing_over(self, leased: Leased) -> None:
        if self.refuses_hand_over:
            self.refuses_hand_over -= 1
            raise TransientError("the database is away")
        self.handed_over.append(leased.id)
        if leased.lost:
            self.ends.append(("again", leased.id))
            self.said_again.add(leased.id)

    def delivered(self, leased: Leased, reference: str) -> None:
        self._end("delivered", reference)

    def retry(self, leased: Leased, seconds: float, reason: str, whole_channel: bool) -> None:
        self._end("retry", (seconds, whole_channel))
        self.due.append(replace(leased, attempts=leased.attempts + 1))

    def unknown(self, leased: Leased, seconds: float | None, reason: str) -> None:
        self._end("unknown", seconds)
        if seconds is not None:
            self.due.append(replace(leased, attempts=leased.attempts + 1, lost=True))  # with its own `repeated`

    def permanent(self, leased: Leased, letter: DeadLetter) -> None:
        self._end("permanent", letter.reason)

    def announce(self, most: int, send: Callable[[Sequence[AlertDelivered]], int]) -> int:
        found = self.alerts[:most]
        if found:
            self.alerts = self.alerts[send([alert for _, alert in found]) :]
        return len(found)

    def bury(self, most: int, send: Callable[[Sequence[tuple[bytes | None, bytes]]], int]) -> int:
        found = self.dead[:most]
        if found:
            self.dead = self.dead[send([(key, value) for _, key, value in found]) :]
        return len(found)

    def _end(self, what: str, value: object) -> None:
        if self.failures:
            self.failures -= 1
            raise TransientError("the database is away")
        self.ends.append((what, value))


@dataclass
class FakeChannel:
    """Answers with what it was given: a reference, or an error to raise."""

    answers: list[str | Exception]
    can_look_up: bool = False
    found: list[str | None] = field(default_factory=list)
    kind: str = "fake"
    sent: list[str] = field(default_factory=list)
    may_receive: MayReceive = FULL
    pace: Pace | None = None

    def send(self, target: str, alert: Alert, now: datetime) -> str:
        self.sent.append(alert.delivery_key)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def look_up(self, target: str, alert: Alert) -> str | None:
        return self.found.pop(0)

    def refresh(self, target: str, reference: str, alert: Alert, now: datetime) -> None:
        self.sent.append(f"{reference}: {alert.delivery_key}")
        if self.answers and isinstance(error := self.answers.pop(0), Exception):
            raise error


@dataclass
class MemoryWire:
    """Takes so many messages, then nothing."""

    room: int
    sent: list[tuple[str, bytes | None, bytes]] = field(default_factory=list)

    def send(self, topic: str, messages: Sequence[tuple[bytes | None, bytes]]) -> int:
        if not self.room:
            raise TransientError("Kafka is away")
        taken = messages[: self.room]
        self.room -= len(taken)
        self.sent += [(topic, key, value) for key, value in taken]
        return len(taken)


class Quiet:
    """Watches nothing."""

    def beat(self) -> None:
        """Nothing."""

    def trouble(self, what: str) -> None:
        """Nothing."""

    def sent(self, leased: Leased, state: str, seconds: float) -> None:
        """Nothing."""
