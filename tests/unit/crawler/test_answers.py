"""Reading answers in sources that are written in code: other shapes are errors with a cause, marks and entities go."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.crawler.domain.dates import relative_time
from services.crawler.domain.source import Request, SourcePage
from services.crawler.sources.answers import boxes, json_of, link_of, list_at, listed, word, words_of
from shared.errors import PermanentError

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def page(body: bytes) -> SourcePage:
    return SourcePage(Request("https://example.com/list/"), "https://example.com/list/", body, NOW)


def test_the_first_path_at_which_something_stands_counts() -> None:
    row = {"a": " ", "b": None, "c": True, "d": {"e": [0, 7]}}
    assert word(row, "a", "b", "c", "d", "d.e.1") == "7"
    assert word(row, "a", "x.y") == ""
    assert word(None, "a") == ""


def test_a_call_around_json_is_taken_off() -> None:
    assert json_of(page(b"/**/ call_1.x([1, 2]);")) == [1, 2]


@pytest.mark.parametrize("body", [b"", b"<html>", b"call({)", b'{"rows": {"a": 1}}', b'{"rows": null}', b"[]"])
def test_what_is_no_list_is_an_error(body: bytes) -> None:
    with pytest.raises(PermanentError, match=r"no JSON|no list at `rows`|nothing at `rows`"):
        list_at(json_of(page(body)), "rows")


@pytest.mark.parametrize("text", ["", "<p>none</p>", '<?xml version="1.0"?><rss/>', "<div>" * 3_000 + "<li>x</li>"])
def test_a_page_without_the_boxes_is_an_error(text: str) -> None:
    with pytest.raises(PermanentError, match=r"nothing matches|an XML document|nested"):
        boxes(text, "li")


def test_words_and_links_of_a_box() -> None:
    box = boxes("<li> <a href='/x'>网<em>售</em>药\n 新规</a></li>", "li")[0]
    assert (words_of(box, "a"), link_of(box), words_of(box, "b"), link_of(box, "b")) == ("网售药 新规", "/x", "", "")


@pytest.mark.parametrize("link", ["", "javascript:;", "mailto:a@example.com", "http://user:pw@example.com/"])
def test_a_link_that_leads_nowhere_is_no_item(link: str) -> None:
    assert listed(page(b""), link, "t", None) is None


def test_an_item_is_plain_and_absolute() -> None:
    item = listed(page(b""), "../a.html?utm_source=x", " <em>甲</em>&amp;乙 ", None, author=" ", outlet="<b>丙</b>")
    assert item is not None
    assert (item.address, item.title, item.author, item.outlet) == ("https://example.com/a.html", "甲&乙", None, "丙")


@given(
    st.one_of(st.text(max_size=30), st.from_regex(r"\d{1,4} ?(分钟|小时|天)前|\d{1,2}[-月]\d{1,2}日? ?\d{1,2}:\d\d"))
)
def test_no_text_breaks_relative_times(text: str) -> None:
    found = relative_time(text, NOW, UTC)
    assert found is None or found.at.year >= 1995


def test_tags_of_any_name_are_counted_that_no_parser_should_be_given() -> None:
    with pytest.raises(PermanentError, match="nested 5000 deep"):
        boxes("<custom-tag>" * 5_000, "li")
