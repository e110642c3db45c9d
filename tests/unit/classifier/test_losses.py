"""What a broker lost is noticed by the offsets alone."""

import pytest

from services.classifier.application.progress import Offsets

pytestmark = pytest.mark.unit


def test_messages_that_were_deleted_before_they_were_read_are_counted() -> None:
    assert Offsets(committed={0: 5, 1: 7}, end={0: 20, 1: 7}, first={0: 12, 1: 3}).deleted() == 7
    assert Offsets(committed={0: 5}, end={0: 20}, first={0: 5}).deleted() == 0
    assert Offsets(committed={}, end={0: 20}, first={0: 12}).deleted() == 0, "who never read has nothing to miss"


def test_a_topic_that_ends_sooner_than_before_is_another_one() -> None:
    before = Offsets(committed={0: 5, 1: 5}, end={0: 9, 1: 9})
    assert Offsets(committed={0: 0, 1: 0}, end={0: 2, 1: 9}).made_anew_since(before)
    assert not Offsets(committed={0: 5, 1: 5}, end={0: 9, 1: 12}).made_anew_since(before)
    assert not before.made_anew_since(Offsets({}, {}))
