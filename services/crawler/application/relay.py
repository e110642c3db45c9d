"""Handing the outbox to Kafka: by the mark `sent`, never by position, since a lower id can commit later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from services.crawler.application.ports import Outbox
from services.crawler.application.telemetry import Telemetry
from services.crawler.domain.text import plain
from shared.errors import PermanentError
from shared.messages.codec import decode, encode
from shared.messages.document import DocumentFound
from shared.runtime.logs import get_logger

log = get_logger(__name__)

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
        """Send one batch; gives how many rows were sent or set aside. Raises TransientError without a broker."""
        return self.outbox.send(self._hand_over)

    def _hand_over(self, rows: Sequence[Row]) -> tuple[Sequence[int], Mapping[int, str]]:
        now = datetime.now(UTC)
        good: list[tuple[int, str, str, DocumentFound]] = []
        refused: dict[int, str] = {}
        for number, topic, key, value in rows:
            try:
                good.append((number, topic, key, stamped(value, now)))
            except PermanentError as error:
                log.exception("a message cannot be sent and is set aside", row=number, key=key)
                refused[number] = plain(str(error))[:1000]
        messages = [(topic, key, encode(document)) for _, topic, key, document in good]
        acknowledged = self.sender.send(messages) if good else []
        taken = [one for one, taken in zip(good, acknowledged, strict=True) if taken]
        if taken:
            self.telemetry.sent([document for _, _, _, document in taken])
        return [number for number, _, _, _ in taken], refused


def stamped(value: bytes, now: datetime) -> DocumentFound:
    """The message with `times.sent`. Raises UnreadableMessage for what the crawler never wrote."""
    message = decode(DocumentFound, value)
    return message.model_copy(update={"times": message.times.model_copy(update={"sent": now})})
