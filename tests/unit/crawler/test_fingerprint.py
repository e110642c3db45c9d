"""Fingerprints: the same text gives the same ones, a cut text still shares some, and windows are taken rightly."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.crawler.domain.fingerprint import (
    ASKED_BANDS,
    ASKED_WINNOWS,
    BANDS,
    ENOUGH_WINNOWS,
    _hashes,
    _smallest,
    asked,
    keys,
    units,
)

pytestmark = pytest.mark.unit
STORY = "示例健康周五晚间公告，公司已与东海省三家医院签署合作协议，共同建设互联网医院平台，协议总金额为2.06亿元。" * 3


@given(some.lists(some.integers(0, 2**64 - 1), min_size=1, max_size=80), some.integers(1, 100))
def test_the_least_of_every_window_is_found(numbers: list[int], window: int) -> None:
    width = min(window, len(numbers))
    wanted = [min(numbers[at : at + width]) for at in range(len(numbers) - width + 1)]
    assert _smallest(np.array(numbers, np.uint64), window).tolist() == wanted


@given(some.lists(some.sampled_from("甲乙丙丁abc"), min_size=1, max_size=60))
def test_runs_are_the_same_only_where_their_units_are(text: list[str]) -> None:
    runs = [tuple(text[at : at + 5]) for at in range(max(1, len(text) - 4))]
    hashes = _hashes(text).tolist()
    assert [runs.index(run) for run in runs] == [hashes.index(one) for one in hashes]


@given(some.text(max_size=300))
def test_any_text_has_the_same_fingerprints_twice(text: str) -> None:
    found = keys(units(text))
    assert found == keys(units(text))
    assert all(-(2**63) <= key < 2**63 for key in found)
    assert bool(found) == bool(units(text))


def test_a_cut_text_shares_winnows_with_the_whole() -> None:
    whole, cut = set(keys(units(STORY))), set(keys(units(STORY)[20:90]))
    assert len({key for key in whole & cut if key & 1}) >= 2


def test_by_the_least_winnows_a_part_still_meets_the_whole_and_the_whole_its_part() -> None:
    varied = "".join(chr(0x4E00 + number * number % 9_973) for number in range(900))
    whole, part = keys(units(varied)), keys(units(varied[300:700]))
    for text, stored in ((whole, part), (part, whole)):
        wanted = asked(text)
        assert len({key for key in wanted if key & 1 == 0}) == ASKED_BANDS < BANDS
        assert sum(key & 1 for key in wanted) == ASKED_WINNOWS < sum(key & 1 for key in text)
        assert len({key for key in wanted if key & 1}.intersection(stored)) >= 2


def test_of_a_short_text_every_fingerprint_is_asked() -> None:
    short = keys(units("".join(chr(0x4E00 + number * number % 9_973) for number in range(60))))
    assert 0 < sum(key & 1 for key in short) < ENOUGH_WINNOWS
    assert sorted(asked(short)) == sorted(short)
