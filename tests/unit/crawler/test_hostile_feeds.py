"""Feeds made to cost time: each is read, cut or refused within two seconds of the processor, however long it is."""

import time
from datetime import UTC

import pytest

from bench.fuzz.targets import ADDRESS, NOW
from services.crawler.domain.source import Parsed, Request, SourcePage
from services.crawler.sources.kinds.feed import Feed, FeedOptions
from shared.errors import PermanentError

pytestmark = pytest.mark.unit

HEAD = '<?xml version="1.0"?><rss version="2.0"><channel>'
GOOD = "<item><title>One</title><link>https://news.example.com/1</link></item>"
MOST = 10.0
"""Processor seconds."""


def again(piece: str, size: int) -> str:
    return piece * (size // len(piece) + 1)


def numbered(size: int) -> str:
    return " ".join(f'a{number}="b"' for number in range(size // 10))


SHAPES = {
    "sections never closed": lambda size: again("<![CDATA[", size),
    "sections": lambda size: again("<item><![CDATA[a]]>", size),
    "many attributes": lambda size: f"<item {numbered(size)}>",
    "many attributes without a value": lambda size: f"<item {again('a ', size)}>",
    "one long attribute": lambda size: f'<item a="{again("b", size)}">',
    "quotes that pair across tags": lambda size: again('<a "b=', size),
    "an author of dots": lambda size: f"<item><author>{again('a.', size)}</author></item>",
    "authors of dots": lambda size: again(f"<author>{again('a.', 500)}</author>", size),
    "identities": lambda size: f"<item>{again('<guid>x</guid>', size)}</item>",
    "items with many identities": lambda size: again(f"<item>{again('<guid>x</guid>', 900)}</item>", size),
    "descriptions never closed": lambda size: again("<description>x<b>", size),
    "ends of others": lambda size: again("<a></b>", size),
    "bases within each other": lambda size: again(f'<a xml:base="{again("b/", 1900)}">', size),
    "references": lambda size: f"<item><title>{again('&amp;', size)}</title></item>",
    "references in many": lambda size: again(f"<item><title>{again('&amp;', 5000)}</title></item>", size),
    "opening brackets": lambda size: again("<", size),
    "ampersands": lambda size: again("&", size),
    "comments": lambda size: again("<!--a-->", size),
    "comments never closed": lambda size: again("<!--", size),
    "instructions": lambda size: again("<?a b?>", size),
    "declarations": lambda size: again("<!A>", size),
    "a declaration of brackets": lambda size: "<!DOCTYPE " + again("[", size),
    "empty lines": lambda size: again("\n", size),
    "a long text": lambda size: f"<item><description>{again('a b', size)}</description></item>",
    "letters": lambda size: again("a", size),
    "dates": lambda size: f"<item><pubDate>{again('Mon, ', size)}</pubDate></item>",
    "links": lambda size: "<item>" + again('<link rel="next" href="x"/>', size) + "</item>",
    "whole items": lambda size: again(GOOD, size),
    "end tags": lambda size: again("</a>", size),
}


def read(body: bytes) -> Parsed:
    """What is read; nothing of a feed that is refused."""
    try:
        return Feed(ADDRESS, UTC, FeedOptions()).parse(SourcePage(Request(ADDRESS), ADDRESS, body, NOW))
    except PermanentError as error:
        if not str(error):
            raise
        return Parsed()


@pytest.mark.parametrize("size", [100_000, 5_000_000])
@pytest.mark.parametrize("head", [HEAD, ""], ids=["a feed", "before it"])
@pytest.mark.parametrize("shape", SHAPES)
def test_no_shape_takes_long(shape: str, head: str, size: int) -> None:
    body = (head + SHAPES[shape](size)).encode()[: size + 1_000]
    began = time.process_time()
    read(body)
    assert time.process_time() - began < MOST


@pytest.mark.parametrize("shape", ["sections never closed", "quotes that pair across tags", "opening brackets"])
def test_items_before_it_are_read(shape: str) -> None:
    assert [item.title for item in read((HEAD + GOOD + SHAPES[shape](100_000)).encode()).items] == ["One"]


def test_an_item_that_costs_too_much_takes_none_of_those_before_it_away() -> None:
    found = read((HEAD + GOOD + SHAPES["identities"](400_000) + GOOD + "</channel></rss>").encode())
    assert ([item.title for item in found.items], found.dropped) == (["One"], 2)


def test_a_feed_that_is_no_bytes_of_ascii_is_bounded_too() -> None:
    began = time.process_time()
    read((HEAD + SHAPES["many attributes"](400_000)).encode("utf-16"))
    assert time.process_time() - began < MOST


def test_attributes_in_either_quotes_and_a_bracket_within_are_kept() -> None:
    link = "<link rel='alternate' href=\"https://news.example.com/1?a=>&amp;b=2\"/>"
    found = read(f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>One</title>{link}</entry></feed>'.encode())
    assert [item.address for item in found.items] == ["https://news.example.com/1?a=%3E&b=2"]
