"""A page of whatever length costs the one thread that reads a bounded amount of work, and quotes keep their places."""

import pytest

from services.classifier.domain.reading import MOST, TAIL, bounded

pytestmark = pytest.mark.unit


def test_a_usual_article_is_read_whole() -> None:
    assert bounded(("甲" * 300, "乙" * 200)) == ("甲" * 300, "乙" * 200)


def test_of_a_long_article_head_and_tail_are_read_at_their_own_numbers() -> None:
    paragraphs = tuple(f"{number:04d}" + "甲" * 496 for number in range(400))
    kept = bounded(paragraphs)
    assert len(kept) == len(paragraphs)
    assert sum(map(len, kept)) == MOST + TAIL
    assert all(one in ("", whole) for one, whole in zip(kept, paragraphs, strict=True))
    assert kept[0]
    assert kept[-1]
    assert not kept[200]


def test_one_endless_paragraph_is_cut() -> None:
    assert bounded(("甲" * 200_000,)) == ("甲" * MOST,)
