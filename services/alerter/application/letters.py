"""What is kept of a message that cannot be taken in."""

from datetime import datetime

from services.alerter.application.ports import Incoming
from shared.messages import DeadLetter

SERVICE = "alerter"
LARGEST_LETTER = 700_000
"""Bytes of a message that its letter keeps whole: in base64 they stay below what a topic takes (1,048,588)."""
KEPT_OF_LARGER = 300_000
"""Bytes that are kept of a larger one; all of it stands where the letter says, as long as its topic keeps it."""


def letter_of(record: Incoming, error: Exception, document_id: str | None, now: datetime) -> DeadLetter:
    """The dead letter of `record`, with what went wrong; `document_id` where the message could be read."""
    value, size = record.value, len(record.value or b"")
    larger = size > LARGEST_LETTER
    return DeadLetter(
        service=SERVICE,
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=record.key,
        value=value[:KEPT_OF_LARGER] if value is not None and larger else value,
        of_bytes=size if larger else None,
        error=type(error).__name__,
        reason=f"{error}"[:2000] or type(error).__name__,
        document_id=document_id,
        failed=now,
    )
