"""What listings of every kind must not be fooled by."""

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from services.crawler.domain.source import Parsed, Request, Source, SourcePage
from services.crawler.sources.definition import Setup
from services.crawler.sources.kinds import feed, sitemap

pytestmark = pytest.mark.unit

ZONE = ZoneInfo("Asia/Shanghai")
ADDRESS = "https://example.com/listing"


def parsed(source: Source, body: str) -> Parsed:
    return source.parse(SourcePage(Request(ADDRESS), ADDRESS, body.encode(), datetime(2026, 11, 22, tzinfo=UTC)))


def test_an_image_in_a_sitemap_is_not_the_page() -> None:
    body = (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" '
        'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url>'
        "<image:image><image:loc>https://example.com/1.jpg</image:loc><image:title>图</image:title></image:image>"
        "<image:loc>https://example.com/2.jpg</image:loc><loc>https://example.com/1.html</loc>"
        "<news:news><news:publication><news:name>示例社</news:name></news:publication>"
        "<news:publication_date>2026-11-20T09:30:00+08:00</news:publication_date><news:title>标题</news:title>"
        "</news:news></url></urlset>"
    )
    (item,) = parsed(sitemap.build(Setup(ADDRESS, ZONE, sitemap.SitemapOptions(), {})), body).items
    assert (item.address, item.title, item.outlet) == ("https://example.com/1.html", "标题", "示例社")
    assert item.published is not None


@pytest.mark.parametrize(
    "item", ["<item>", "<item/>", "<item><title>a", "</item><item><link>https://example.com/1</link>"]
)
def test_a_feed_of_items_that_never_end_costs_no_more_than_one(item: str) -> None:
    began = time.process_time()
    body = '<rss version="2.0"><channel><title>t</title>' + item * 200_000 + "</channel></rss>"
    found = parsed(feed.build(Setup(ADDRESS, ZONE, feed.FeedOptions(), {})), body)
    assert time.process_time() - began < 3
    assert len(found.items) <= 200
    assert found.dropped > 0
