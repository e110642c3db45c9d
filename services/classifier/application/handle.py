"""One message in, one message out: decode, classify, encode; whatever cannot be worked on becomes a dead letter.

A message of a later version is no fault: it is parked, in the same envelope on a topic of its own. Nothing here raises:
the stream goes on after every message.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from services.classifier.application.oddities import Oddity, remarked, sound
from shared.errors import LaterVersion, PermanentError
from shared.messages import DeadLetter, DocumentClassified, DocumentFound
from shared.messages.codec import MAX_BYTES, decode, encode
from shared.messages.topics import CLASSIFIED, DEAD_LETTERS, PARKED

SERVICE = "classifier"
FAILURES = "luming-failures"
"""Header of a replayed message: how often it failed, as decimal digits."""
KEPT_OF_HUGE = 300_000
"""Bytes of a message that are kept where all of it, in base64, would be too large for the dead letters' topic."""
MENTIONS_KEPT, LEAD_KEPT, REASON_LENGTH = 3, 300, 2000
"""A result that is too large keeps so many mentions an entity and so much of the lead; characters of a reason."""


@dataclass(frozen=True)
class Arrived:
    """A message as it was read, and where it stood."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    failures: int = 0
    """How often it failed before it was replayed."""


@dataclass(frozen=True)
class Outgoing:
    """What is to be sent for an arrived message; one of `classified` and `dead` is given."""

    topic: str
    key: bytes | None
    value: bytes
    classified: DocumentClassified | None = None
    dead: DeadLetter | None = None
    odd: tuple[Oddity, ...] = ()
    """What was odd about a document that was classified all the same."""

    @property
    def parked(self) -> bool:
        """Whether it is kept for a later worker."""
        return self.topic == PARKED.name

    @property
    def document_id(self) -> str | None:
        """The document it is about, where that could be read."""
        about = self.classified or self.dead
        return about.document_id if about else None


class Handle:
    """(arrived, now) → outgoing."""

    def __init__(self, classify: Callable[[DocumentFound, datetime], DocumentClassified]) -> None:
        self._classify = classify

    def __call__(self, arrived: Arrived, now: datetime) -> Outgoing:
        """Work on one message at `now` (UTC)."""
        document_id: str | None = None
        try:
            document = decode(DocumentFound, arrived.value)
            document_id = document.document_id
            readable, odd = sound(document, now)
            classified = remarked(self._classify(readable, now), document, odd)
            return Outgoing(CLASSIFIED.name, document_id.encode(), fitted(classified), classified=classified, odd=odd)
        except LaterVersion as error:
            return dead_letter(arrived, error, None, now, topic=PARKED.name)
        except Exception as error:  # noqa: BLE001 - a poison document must not stop the others; it is kept whole
            return dead_letter(arrived, error, document_id, now)


def fitted(classified: DocumentClassified) -> bytes:
    """The message, with fewer mentions and a shorter lead where it is too large. Raises PermanentError if still so."""
    value = encode(classified)
    if len(value) <= MAX_BYTES:
        return value
    entities = tuple(
        entity.model_copy(update={"mentions": entity.mentions[:MENTIONS_KEPT]}) for entity in classified.entities
    )
    smaller = {"entities": entities, "lead": classified.lead[:LEAD_KEPT], "summary": classified.summary[:1]}
    value = encode(classified.model_copy(update=smaller))
    if len(value) > MAX_BYTES:
        raise PermanentError(f"the result has {len(value)} bytes, {MAX_BYTES} are allowed")
    return value


def dead_letter(
    arrived: Arrived, error: Exception, document_id: str | None, now: datetime, topic: str = DEAD_LETTERS.name
) -> Outgoing:
    """The letter that keeps the original bytes."""
    reason = f"{error}" or type(error).__name__
    dead = DeadLetter.model_construct(
        version=1,
        service=SERVICE,
        topic=arrived.topic,
        partition=arrived.partition,
        offset=arrived.offset,
        key=arrived.key,
        value=arrived.value,
        error=type(error).__name__,
        reason=_printable(reason)[:REASON_LENGTH],
        document_id=document_id,
        attempts=arrived.failures + 1,
        failed=now,
    )
    return Outgoing(topic, arrived.key, encode(dead), dead=dead)


def shortened(arrived: Arrived, outgoing: Outgoing, dead: DeadLetter) -> Outgoing:
    """The letter `dead` of `outgoing` with the original's beginning only; `replay` fetches all of it where it stood."""
    value = arrived.value or b""
    reason = (
        f"{dead.reason}; of {len(value)} bytes the first {KEPT_OF_HUGE} are kept here, all of them stand at"
        f" {arrived.topic}/{arrived.partition}/{arrived.offset}"
    )
    short = dead.model_copy(update={"value": value[:KEPT_OF_HUGE], "of_bytes": len(value), "reason": reason})
    return Outgoing(outgoing.topic, arrived.key, encode(short), dead=short)


def _printable(text: str) -> str:
    """Without lone surrogates, which UTF-8 cannot carry."""
    return text.encode("utf-8", "backslashreplace").decode()
