"""What could not be worked on, kept whole."""

from typing import Literal

from pydantic import AwareDatetime, Base64Bytes, Field

from shared.messages.common import Frozen


class DeadLetter(Frozen):
    """The original bytes, where they stood and why they failed."""

    version: Literal[1] = 1
    service: str
    topic: str
    partition: int
    offset: int
    key: Base64Bytes | None = None
    value: Base64Bytes | None = None
    """The original bytes (base64 on the wire); None for a tombstone."""
    error: str
    """Class of the error."""
    reason: str
    document_id: str | None = None
    attempts: int = Field(default=1, ge=1)
    failed: AwareDatetime
