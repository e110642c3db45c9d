"""Letters of messages that no topic or column takes as they are: cut, spelled out, and encodable."""

import pytest

from services.alerter.adapters.ledger import _clean
from services.alerter.application.letters import KEPT_OF_LARGER, LARGEST_LETTER
from shared.messages import DeadLetter
from shared.messages.codec import MAX_BYTES, decode, encode
from tests.fakes.classified import SEEN
from tests.unit.alerter.test_take_in import Alerter

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(("size", "whole"), [(LARGEST_LETTER, True), (LARGEST_LETTER + 1, False), (5_000_000, False)])
def test_a_letter_is_never_larger_than_a_topic_takes(size: int, whole: bool) -> None:
    alerter = Alerter()
    value = b"x" * size
    alerter.raw(value)
    (letter,) = alerter.unit.letters
    assert letter.value == (value if whole else value[:KEPT_OF_LARGER])
    assert letter.of_bytes == (None if whole else size)
    assert len(encode(letter)) < MAX_BYTES


def test_a_letters_reason_can_be_written_whatever_it_quotes() -> None:
    letter = DeadLetter(
        service="alerter", topic="t", partition=0, offset=0, error="E", reason="a\x00b\ud800c", failed=SEEN
    )
    assert letter.reason == "a\\0b\\ud800c"
    assert decode(DeadLetter, encode(letter)) == letter


def test_what_a_channel_says_fits_a_column() -> None:
    assert _clean("a\x00b\udfffc") == "ab\\udfffc"
    assert len(_clean("長" * 5_000)) == 1000
