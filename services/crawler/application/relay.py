"""Handing the outbox to Kafka: by the mark `sent`, never by position, since a lower id can commit later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from services.crawler.application.ports import Outbox, Telemetry
from shared.messages.codec import decode, encode
from shared.messages.document import DocumentFound

Row = tuple[int, str, str, bytes]
"""id, topic, key, value."""


class Sender(Protocol):
    """Kafka, as the relay sees it."""

    def open(self) -> None:
        """Get ready for the first message. Raises TransientError when no broker answers."""
        ...

    def send(self, messages: Sequence[tuple[str, str, bytes]]) -> Sequence[bool]:
        """Hand over (topic, key, value) in order; tells of each whether it was acknowledged.

        Raises TransientError when the broker took none.
        """
        ...


@dataclass(frozen=True)
class Relay:
    """Sends what is unsent."""

    outbox: Outbox
    sender: Sender
    telemetry: Telemetry

    def open(self) -> None:
        """Get ready. Raises TransientError when the broker is away; sending tries again then."""
        self.sender.open()

    def __call__(self) -> int:
        """Send one batch; gives how many were acknowledged. Raises TransientError when the broker is away."""
        count = self.outbox.send(self._hand_over)
        if count:
            self.telemetry.sent(count)
        return count

    def _hand_over(self, rows: Sequence[Row]) -> Sequence[int]:
        now = datetime.now(UTC)
        taken = self.sender.send([(topic, key, stamped(value, now)) for _, topic, key, value in rows])
        return [row[0] for row, acknowledged in zip(rows, taken, strict=True) if acknowledged]


def stamped(value: bytes, now: datetime) -> bytes:
    """The message with `times.sent`. Raises UnreadableMessage for what the crawler never wrote."""
    message = decode(DocumentFound, value)
    return encode(message.model_copy(update={"times": message.times.model_copy(update={"sent": now})}))
