"""A check asks as a poll does: what a browser must render is rendered, the listing as well as the articles."""

import asyncio
from datetime import UTC

import pytest

from services.crawler.application.check import Check
from services.crawler.application.values import Article, Screening
from services.crawler.sources.definition import Setup
from services.crawler.sources.kinds import listing
from tests.unit.crawler.fakes import FakeFetcher

pytestmark = pytest.mark.unit

LIST, PAGE = "https://example.com/news/", "https://example.com/news/1.html"


@pytest.mark.parametrize(("render", "rendered"), [(True, [LIST, PAGE]), (False, [])])
def test_a_source_for_a_browser_is_rendered_throughout(render: bool, rendered: list[str]) -> None:
    source = listing.build(Setup(LIST, UTC, listing.ListingOptions(items="li"), {}))
    fetcher = FakeFetcher({LIST: b"<ul><li><a href=1.html>one</a></li></ul>", PAGE: b"<p>text</p>"})
    article = Article("one", ("text",), "en")
    check = Check(fetcher, lambda body, address: article, lambda title, text: Screening(True), lambda body: article)
    asyncio.run(check(source, 0.0, 1, render))
    assert fetcher.rendered == rendered
