"""What a new source of each kind begins with: its options, and a page for its fixture in the usual form.

Every page has one odd item, so that a fixture shows from the start what is left out and counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Template:
    """The beginning of a source of one kind."""

    path: str
    """Of the address, where none is given."""
    options: Mapping[str, Any]
    page: str
    """Name of the fixture's page."""
    text: str
    """The page; `{site}` becomes the address's scheme and host."""


_FEED = """\
<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>News</title><link>{site}/</link>
<item><title>A first headline</title><link>{site}/news/1003.html</link>
<pubDate>Fri, 20 Nov 2026 09:30:00 +0800</pubDate></item>
<item><title>A second one with a relative link</title><link>/news/1002.html</link>
<pubDate>Thu, 19 Nov 2026 18:00:00 +0800</pubDate></item>
<item><title>An item without a link</title></item>
</channel></rss>
"""

_SITEMAP = """\
<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
        xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>{site}/news/1003.html</loc><lastmod>2026-11-20T09:35:00+08:00</lastmod>
<news:news><news:publication><news:name>News</news:name><news:language>en</news:language></news:publication>
<news:publication_date>2026-11-20T09:30:00+08:00</news:publication_date>
<news:title>A first headline</news:title></news:news></url>
<url><loc>{site}/news/1002.html</loc><lastmod>2026-11-19</lastmod></url>
<url><lastmod>2026-11-18</lastmod></url>
</urlset>
"""

_LISTING = """\
<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>News</title></head><body>
<nav><ul><li><a href="/about">About</a></li></ul></nav>
<ul class="news">
<li><a href="/news/1003.html">A first headline</a> <time>2026-11-20 09:30</time></li>
<li><a href="{site}/news/1002.html">A second one</a> <time>2026-11-19</time></li>
<li>An item without a link</li>
</ul></body></html>
"""

_JSON = """\
{"code": 0, "data": {"list": [
  {"id": 1003, "title": "A first <em>headline</em>", "url": "{site}/news/1003.html", "time": "2026-11-20 09:30:00"},
  {"id": 1002, "title": "A second one with a relative link", "url": "/news/1002.html", "time": "2026-11-19 18:00:00"},
  {"id": 1001, "title": "An item without a link", "url": "", "time": "2026-11-18 12:00:00"}
]}}
"""

TEMPLATES: Mapping[str, Template] = {
    "feed": Template("/feed", {}, "page.xml", _FEED),
    "sitemap": Template("/sitemap.xml", {}, "page.xml", _SITEMAP),
    "listing": Template(
        "/news/",
        {"items": "ul.news > li", "link": "a[href]", "date": "time"},
        "page.html",
        _LISTING,
    ),
    "json_api": Template(
        "/api/news",
        {"items": "data.list", "link": "url", "title": "title", "published": "time"},
        "page.json",
        _JSON,
    ),
}
"""By kind."""
