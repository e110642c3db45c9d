"""Every version of every message that was ever written is read, and written again byte for byte.

A file of tests/fixtures/messages is never edited: a changed message is a new version with a file of its own, and one
that gains optional fields gets a further file of its version (`full_2`).
"""

from pathlib import Path

import pytest

from shared.messages import AlertDelivered, DeadLetter, DocumentClassified, DocumentFound, LetterReplayed
from shared.messages.codec import MAX_BYTES, decode, encode
from shared.messages.common import Frozen

pytestmark = pytest.mark.contract

GOLDEN = Path(__file__).parents[1] / "fixtures" / "messages"
KINDS: dict[str, type[Frozen]] = {
    kind.__name__: kind for kind in (DocumentFound, DocumentClassified, AlertDelivered, DeadLetter, LetterReplayed)
}
FILES = sorted(GOLDEN.glob("*.json"))


def kind_of(path: Path) -> type[Frozen]:
    """`DocumentFound.v1.full.json` holds a DocumentFound."""
    return KINDS[path.name.split(".")[0]]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_version_is_read_and_written_byte_for_byte(path: Path) -> None:
    golden = path.read_bytes().removesuffix(b"\n")
    message = decode(kind_of(path), golden)
    assert encode(message) == golden
    assert len(golden) < MAX_BYTES


@pytest.mark.parametrize("name", sorted(KINDS))
@pytest.mark.parametrize("form", ["full", "least"])
def test_every_kind_has_a_golden_file(name: str, form: str) -> None:
    assert (GOLDEN / f"{name}.v1.{form}.json").exists()


@pytest.mark.parametrize("name", sorted(KINDS))
def test_the_newest_full_file_sets_every_field(name: str) -> None:
    newest = max(GOLDEN.glob(f"{name}.v1.full*.json"), key=lambda path: path.stem)
    message = decode(KINDS[name], newest.read_bytes())
    unset = {field for field in KINDS[name].model_fields if field not in message.model_fields_set}
    assert unset == set()


def test_a_message_from_before_lines_and_points_has_none() -> None:
    message = decode(DocumentClassified, (GOLDEN / "DocumentClassified.v1.full.json").read_bytes())
    assert (message.lines, message.points) == (None, None)


def test_a_message_from_before_letters_of_reliability_has_none() -> None:
    found = decode(DocumentFound, (GOLDEN / "DocumentFound.v1.full.json").read_bytes())
    classified = decode(DocumentClassified, (GOLDEN / "DocumentClassified.v1.full_2.json").read_bytes())
    assert (found.reliability, classified.reliability) == (None, None)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_file_is_of_the_version_in_its_name(path: Path) -> None:
    version = path.name.split(".")[1]
    assert f'{{"version":{version.removeprefix("v")},'.encode() == path.read_bytes()[: len('{"version":1,')]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_messages_do_not_change(path: Path) -> None:
    message = decode(kind_of(path), path.read_bytes())
    with pytest.raises(ValueError, match="frozen"):
        message.version = 2  # type: ignore[attr-defined]  # every message has one; the base does not say so
