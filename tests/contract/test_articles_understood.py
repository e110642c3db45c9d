"""Full-length articles, each with a trap of real news: what must be read in them, and what must not.

The companies are placeholders (services/classifier/model/items/placeholders.yaml), read here as whom they stand for.
tests/fixtures/articles/: articles.jsonl and expected.jsonl {"id", "relevant", "must": [{"label", "status"}],
"must_not": [label], "trap", "open"}. What is not listed is not beyond doubt and is not asked. `open` marks those that
are not read as they should be yet: expected to fail, and said so in the summary of a run.
"""

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bench.corpora import article_of
from bench.own_items import renamed
from bench.renaming import load_renaming
from services.classifier.bootstrap import make_judge
from services.classifier.domain.article import Judgement

pytestmark = pytest.mark.contract
ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tests" / "fixtures" / "articles"
SHORT = 350
"""Characters under which an article is not full-length."""


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / name).read_text("utf-8").splitlines()]


EXPECTED = {row["id"]: row for row in lines("expected.jsonl")}
ARTICLES = {row["id"]: row for row in lines("articles.jsonl")}


@cache
def judged() -> dict[str, Judgement]:
    judge, renaming = make_judge(ROOT / "config", encoder=True), load_renaming()
    return {name: judge.judge(article_of(renamed(row, renaming))) for name, row in ARTICLES.items()}


def test_the_articles_are_many_long_and_mixed() -> None:
    assert ARTICLES.keys() == EXPECTED.keys()
    assert len(ARTICLES) >= 40
    assert min(len(row["text"]) for row in ARTICLES.values()) > SHORT
    assert min(Counter(row["lang"] for row in ARTICLES.values()).values()) >= 12
    assert all(row["must"] or row["must_not"] or not row["relevant"] for row in EXPECTED.values())


STILL_WRONG = pytest.mark.xfail(reason="not read as it should be yet", strict=True)
NAMES = [pytest.param(name, marks=STILL_WRONG if row.get("open") else ()) for name, row in EXPECTED.items()]


@pytest.mark.parametrize("name", NAMES)
def test_an_article_is_understood(name: str) -> None:
    wanted, found = EXPECTED[name], judged()[name]
    told = {(event.label, event.status) for event in found.events}
    news = {label for label, status in told if status != "background"}
    assert found.relevant == wanted["relevant"], wanted["trap"]
    missing = [each for each in wanted["must"] if (each["label"], each["status"]) not in told]
    assert not missing, (wanted["trap"], told)
    assert not news & set(wanted["must_not"]), (wanted["trap"], told)
