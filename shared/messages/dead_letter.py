"""What could not be worked on, kept whole."""

import base64
from typing import Annotated, Literal

from pydantic import AwareDatetime, BeforeValidator, Field, PlainSerializer

from shared.messages.common import Frozen


def _from_wire(value: object) -> object:
    return base64.b64decode(value, validate=True) if isinstance(value, str) else value


def printable(text: object) -> object:
    """Text as databases and UTF-8 take it: without NUL, which PostgreSQL refuses, lone surrogates spelled out."""
    return text.replace("\x00", "\\0").encode("utf-8", "backslashreplace").decode() if isinstance(text, str) else text


def _to_wire(value: bytes) -> str:
    return base64.b64encode(value).decode()


OriginalBytes = Annotated[
    bytes, BeforeValidator(_from_wire), PlainSerializer(_to_wire, return_type=str, when_used="json")
]
"""Bytes as they are, base64 on the wire. Not pydantic's Base64Bytes: that one decodes bytes given in Python too."""


class DeadLetter(Frozen):
    """The original bytes, where they stood and why they failed."""

    version: Literal[1] = 1
    service: str
    topic: str
    partition: int
    offset: int
    key: OriginalBytes | None = None
    value: OriginalBytes | None = None
    """The original bytes (base64 on the wire); None for a tombstone."""
    of_bytes: int | None = Field(default=None, ge=0)
    """Length of the original where `value` is its beginning only; None where all of it is kept."""
    error: str
    """Class of the error."""
    reason: Annotated[str, BeforeValidator(printable)]
    """What went wrong, in words; errors quote what came, so that it may hold anything."""
    document_id: str | None = None
    attempts: int = Field(default=1, ge=1)
    failed: AwareDatetime


class LetterReplayed(Frozen):
    """The original of a letter was sent again; the topic is where the letter stands, not its original."""

    version: Literal[1] = 1
    service: str
    topic: str
    partition: int
    offset: int
    replayed: AwareDatetime
