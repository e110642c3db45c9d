"""JSON on the wire, both ways.

Every consumer reads every version that was ever written; a version nobody wrote is unreadable, and so is anything that
is not one JSON object (a tombstone, NaN, a hundred thousand brackets). A version above the known ones is told apart: it
is no fault of the message.
"""

import json
from typing import TypeVar

from pydantic import ValidationError

from shared.errors import LaterVersion, UnreadableMessage
from shared.messages.common import Frozen

M = TypeVar("M", bound=Frozen)

MAX_BYTES = 1_000_000
"""Kafka's default `message.max.bytes` is 1,048,588 (kafka.apache.org, broker configs); a message stays below it."""


def encode(message: Frozen) -> bytes:
    """The message as UTF-8 JSON."""
    return message.model_dump_json(exclude_none=True).encode()


def decode(kind: type[M], value: bytes | None) -> M:
    """Read a message of `kind`.

    Raises UnreadableMessage with the reason when the bytes are no such message of a known version, LaterVersion when a
    later program wrote them.
    """
    if value is None:
        raise UnreadableMessage("tombstone: no bytes")
    try:
        plain = json.loads(value)
    except (ValueError, RecursionError) as error:
        raise UnreadableMessage(f"no JSON: {error}") from error
    if not isinstance(plain, dict):
        raise UnreadableMessage(f"no JSON object but {type(plain).__name__}")
    version = plain.get("version")
    if type(version) is not int or version != 1:  # True and 1.0 equal 1 in Python, and no writer writes them
        unknown = LaterVersion if type(version) is int and version > 1 else UnreadableMessage
        raise unknown(f"unknown version {version!r:.40} of {kind.__name__}; known: 1")
    try:
        return kind.model_validate_json(value)
    except ValidationError as error:
        raise UnreadableMessage(f"no {kind.__name__}: {error.errors(include_url=False)[:3]}") from error
