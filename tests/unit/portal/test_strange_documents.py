"""Documents as nobody writes them: the page of one takes no longer than that of any other."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.domain.article import ArticlePage, Revision, StoredArticle
from services.portal.domain.article_shown import COMPARED, article_page
from services.portal.domain.changes import CELLS, LISTED, changes
from services.portal.domain.segments import Mark, segments
from shared.messages import DocumentClassified
from tests.unit.portal.known import NOW, query

pytestmark = pytest.mark.unit

MANY = 5_000
QUICK = 10.0
"""Seconds of processor time: a tenth of one is usual, and without bounds it is minutes."""


def taking(step: Callable[[], Any]) -> float:
    began = time.process_time()
    step()
    return time.process_time() - began


def applied(before: Sequence[str], after: Sequence[str]) -> None:
    """What is told of two texts leads from one to the other."""
    found = changes(before, after)
    assert found is not None
    removed = {one.paragraph for one in found if one.kind == "removed"}
    added = {one.paragraph for one in found if one.kind == "added"}
    kept = [each for number, each in enumerate(before) if number not in removed]
    assert kept == [each for number, each in enumerate(after) if number not in added]
    for one in found:
        assert one.text == (before if one.kind == "removed" else after)[one.paragraph]


@given(st.lists(st.sampled_from("abcd"), max_size=12), st.lists(st.sampled_from("abcd"), max_size=12))
def test_changes_lead_from_one_revision_to_the_next(before: list[str], after: list[str]) -> None:
    applied(before, after)


@pytest.mark.parametrize("seed", range(10))
def test_those_of_long_texts_too(seed: int) -> None:
    chance = random.Random(seed)
    before = [f"paragraph {chance.randrange(900)}" for _ in range(600)]
    after = [each for each in before if chance.random() > 0.05]
    after[chance.randrange(len(after))] = "new"
    assert len(before) * len(after) > CELLS
    applied(before, after)


EQUAL = ["same"] * MANY
REVISIONS = {
    "one more at an end": (EQUAL, [*EQUAL, "same"], 1),
    "one other in the middle": (EQUAL, [*EQUAL[: MANY // 2], "other", *EQUAL[MANY // 2 + 1 :]], 2),
    "each fifth another": (EQUAL, ["other" if at % 5 == 0 else "same" for at in range(MANY)], None),
    "two that take turns": (["a", "b"] * (MANY // 2), ["b", "a", "a", "b"] * (MANY // 4), None),
    "nothing stayed": ([f"old {at}" for at in range(MANY)], [f"new {at}" for at in range(MANY)], None),
    "turned round": ([f"p {at}" for at in range(MANY)], [f"p {at}" for at in range(MANY)][::-1], None),
    "each fiftieth another": (
        [f"p {at}" for at in range(MANY)],
        [f"p {at}" if at % 50 else f"q {at}" for at in range(MANY)],
        MANY // 25,
    ),
    "each other another": (
        [f"p {at}" for at in range(MANY)],
        [f"p {at}" if at % 2 else f"q {at}" for at in range(MANY)],
        None,
    ),
}


@pytest.mark.parametrize("name", REVISIONS)
def test_thousands_of_paragraphs_are_compared_in_time(name: str) -> None:
    before, after, number = REVISIONS[name]
    found: list[Any] = []
    assert taking(lambda: found.append(changes(before, after))) < QUICK
    assert (None if found[0] is None else len(found[0])) == number
    assert number is None or number <= LISTED


def test_thousands_of_marks_in_one_text_are_cut_in_time() -> None:
    text = "医鹿" * 10_000
    marks = [Mark(at, at + 3, "entity" if at % 4 else "hit") for at in range(0, len(text), 2)]
    found: list[Any] = []
    assert taking(lambda: found.append(segments(text, marks))) < QUICK
    assert "".join(one.text for one in found[0]) == text
    assert {one.kinds for one in found[0]} == {("hit",), ("entity",), ("entity", "hit")}


def revision(number: int, paragraphs: Sequence[str]) -> Revision:
    return Revision(
        revision=number, url="https://a.example/1", source="a", outlet=None, rights="full", title="医鹿",
        paragraphs=tuple(paragraphs), language="zh-Hans", author=None, published=None, precision=None,
        first_seen=NOW, fetched=NOW, repeats=None,
    )  # fmt: skip


def judged(paragraphs: Sequence[str]) -> DocumentClassified:
    """Each paragraph names somebody."""
    mentions = [{"text": "医鹿", "paragraph": number, "start": 0, "end": 2} for number in range(1, len(paragraphs) + 1)]
    return DocumentClassified.model_validate(
        {
            "document_id": "0" * 32,
            "revision": COMPARED + 1,
            "url": "https://a.example/1",
            "source": "a",
            "rights": "full",
            "title": "医鹿",
            "lead": "",
            "language": "zh-Hans",
            "relevant": True,
            "kind": "news",
            "importance": 1,
            "entities": [{"entity": "alibaba_health", "mentions": mentions}],
            "events": [],
            "summary": [],
            "model": "rules 1",
            "times": {"first_seen": NOW, "fetched": NOW},
        }
    )


def test_the_page_of_equal_paragraphs_is_made_in_time() -> None:
    texts = ["医鹿上线新功能"] * MANY
    revisions = tuple(
        revision(number, [*texts[:100], *[f"第{number}版"] * number, *texts[100:]])
        for number in range(COMPARED + 1, 0, -1)
    )
    stored = StoredArticle("0" * 32, revisions, judged(texts), (), (), None)
    pages: list[ArticlePage] = []
    assert taking(lambda: pages.append(article_page(stored, query("医鹿 功能")))) < 3 * QUICK
    assert [len(one.changes) for one in pages[0].revisions] == [11, 9, 7, 5, 3]
    assert len(pages[0].paragraphs) == MANY + COMPARED + 1
    rewritten = replace(stored, revisions=(revision(2, EQUAL), revision(1, ["x", "y"] * (MANY // 2))), classified=None)
    whole = article_page(rewritten).revisions[0]
    assert (whole.whole, whole.changes, whole.hidden) == (True, (), 0)
