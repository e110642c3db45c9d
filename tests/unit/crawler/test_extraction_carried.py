"""Articles that stand in a page's scripts only, as on sites that a program draws in the browser."""

import json
import time
from typing import Any

import pytest

from services.crawler.domain.extraction import Extracted, extract
from tests.unit.crawler.test_extraction import ENGLISH, PARAGRAPHS
from tests.unit.crawler.test_extraction_bounds import LIMIT

pytestmark = pytest.mark.unit

SIGNED = "互联网医院签约三家医院"
SIDE = "<div><h3>热闻</h3><p>河口连锁药店公司公布季度门店数目，较上年同期增加一成，公司称将继续开店。</p></div>"
HTML = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)


def page(script: Any, kind: str = "application/json", shown: str = SIDE, title: str = f"{SIGNED}_鹿城网") -> Extracted:
    text = script if isinstance(script, str) else json.dumps(script, ensure_ascii=False)
    drawn = f"<div id='root'></div><script type='{kind}'>{text}</script>"
    return extract(f"<html><head><title>{title}</title></head><body>{drawn}{shown}</body></html>".encode(), None)


def stated(body: str, **more: Any) -> dict[str, Any]:
    return {"@type": "NewsArticle", "headline": SIGNED, "articleBody": body, **more}


@pytest.mark.parametrize(
    "script",
    [
        {"props": {"pageProps": {"post": {"title": SIGNED, "content": HTML, "id": 7}}}},
        {"state": [{"title": {"rendered": SIGNED}, "content": {"rendered": HTML, "protected": False}}]},
        {"data": {"headline": SIGNED, "bodyText": "\n".join(PARAGRAPHS)}},
        {"data": {"name": SIGNED, "body": [{"type": "p", "children": [{"text": line}]} for line in PARAGRAPHS]}},
        "window.__STATE__ = " + json.dumps({"detail": {"title": SIGNED, "html": HTML}}) + ";",
    ],
)
@pytest.mark.parametrize("shown", [SIDE, ""])
def test_an_article_in_a_script_is_read(script: Any, shown: str) -> None:
    found = page(script, shown=shown)
    assert found.paragraphs == PARAGRAPHS
    assert found.title == SIGNED
    assert found.language == "zh-Hans"


def test_the_text_in_json_ld_is_read_where_the_page_shows_none() -> None:
    kind = "application/ld+json"
    assert page(stated("\n\n".join(PARAGRAPHS)), kind).paragraphs == PARAGRAPHS
    joined = "".join(PARAGRAPHS)
    assert page(stated(f"A &amp; B: {joined}"), kind).paragraphs == (f"A & B: {joined}",)


def test_what_is_not_free_to_read_is_left_alone() -> None:
    closed = page(stated("\n".join(PARAGRAPHS), isAccessibleForFree=False), "application/ld+json")
    assert PARAGRAPHS[0] not in closed.paragraphs
    assert page(stated("\n".join(PARAGRAPHS), isAccessibleForFree="False"), "application/ld+json") == closed


def test_what_the_page_shows_is_read_from_there() -> None:
    """A site's JSON often holds the text in one line, and more than the article."""
    joined = "".join(PARAGRAPHS) * 2 + "（责任编辑：林小鹿。）版权所有！" * 3
    assert page(stated(joined), "application/ld+json", shown=f"<h1>{SIGNED}</h1>{HTML}").paragraphs == PARAGRAPHS
    script = {"post": {"title": SIGNED, "content": joined}}
    assert page(script, shown=f"<h1>{SIGNED}</h1>{HTML}").paragraphs == PARAGRAPHS


@pytest.mark.parametrize(
    "script",
    [
        {"post": {"title": "河口药店公布季度门店数目", "content": HTML}},
        {"post": {"title": SIGNED, "content": "https://img.example/a.jpg?x=1.2.3!" * 9}},
        {"post": {"title": SIGNED, "content": "短讯。"}},
        {"post": {"title": SIGNED, "link": HTML}},
        "var text = {broken",
    ],
)
def test_another_articles_text_and_what_is_no_text_are_not(script: Any) -> None:
    assert page(script, shown=f"<h1>{SIGNED}</h1><p>{ENGLISH[0]}</p>").paragraphs == (ENGLISH[0],)


@pytest.mark.parametrize(
    "script",
    [
        json.dumps([{"title": SIGNED, "content": "<p>甲。乙。" * 200}] * 2_000, ensure_ascii=False),
        "{" + json.dumps({"a": {"title": SIGNED, "content": {str(number): "。" * 60 for number in range(30_000)}}})[1:],
        '{"title": "' + SIGNED + '", "content": ' + "[" * 900 + "]" * 900 + "}",
        '{"a": ' * 100_000,
        '{"title": ["x"], "name": {"rendered": 3}, "content": null}' * 20_000,
    ],
)
def test_hostile_scripts_end_in_time(script: str) -> None:
    begun = time.process_time()
    page(script)
    assert time.process_time() - begun < LIMIT
