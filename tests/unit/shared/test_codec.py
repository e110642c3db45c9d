"""Whatever stands on a topic is either a message of a known version or is said to be none, with the reason."""

import json
from datetime import UTC, datetime

import pytest

from shared.errors import LaterVersion, UnreadableMessage
from shared.messages import DeadLetter, DocumentFound, Times
from shared.messages.codec import decode, encode

pytestmark = pytest.mark.unit

NOW = datetime(2026, 1, 2, tzinfo=UTC)
FOUND = DocumentFound(
    document_id="0" * 32,
    revision=1,
    url="https://example.test/1",
    source="test",
    title="标题",
    paragraphs=("一", "two"),
    language="zh-Hans",
    times=Times(first_seen=NOW),
)


def changed(**fields: object) -> bytes:
    return json.dumps(json.loads(encode(FOUND)) | fields).encode()


def test_what_is_encoded_is_decoded() -> None:
    assert decode(DocumentFound, encode(FOUND)) == FOUND


def test_a_field_of_a_later_writer_is_ignored() -> None:
    assert decode(DocumentFound, changed(mood="good")) == FOUND


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "tombstone"),
        (b"", "no JSON"),
        (b"\x00\xff", "no JSON"),
        (b"{", "no JSON"),
        (b"NaN", "no JSON object"),
        (b"[1]", "no JSON object but list"),
        (b"[" * 100_000, "no JSON"),
        (b'{"version": 1}', "no DocumentFound"),
        (b"{}", "unknown version None"),
        (changed(version=2), "unknown version 2"),
        (changed(version=0), "unknown version 0"),
        (changed(version="1"), "unknown version '1'"),
        (changed(version=True), "unknown version True"),
        (changed(version=1.0), "unknown version 1.0"),
        (changed(document_id="short"), "no DocumentFound"),
        (changed(revision=0), "no DocumentFound"),
        (changed(times={"first_seen": "2026-01-02T00:00:00"}), "no DocumentFound"),
        (changed(title="\ud800"), "no DocumentFound"),
    ],
)
def test_what_is_no_message_is_unreadable(value: bytes | None, reason: str) -> None:
    with pytest.raises(UnreadableMessage, match=reason):
        decode(DocumentFound, value)


@pytest.mark.parametrize(("version", "later"), [(2, True), (10**40, True), (0, False), (-1, False), ("2", False)])
def test_only_a_number_above_the_known_ones_is_a_later_version(version: object, later: bool) -> None:
    with pytest.raises(UnreadableMessage, match="unknown version") as refused:
        decode(DocumentFound, changed(version=version))
    assert isinstance(refused.value, LaterVersion) is later
    assert len(str(refused.value)) < 100


@pytest.mark.parametrize("value", [b"", b"\x00\xff", b"[" * 1000, "行".encode(), None])
def test_a_dead_letter_keeps_the_original_bytes(value: bytes | None) -> None:
    letter = DeadLetter(
        service="s", topic="t", partition=0, offset=1, key=b"k", value=value, error="E", reason="r", failed=NOW
    )
    read = decode(DeadLetter, encode(letter))
    assert read == letter
    assert (read.value, read.key) == (value, b"k")
