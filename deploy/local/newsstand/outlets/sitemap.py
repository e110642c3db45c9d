"""港灣財訊: a traditional Chinese finance site behind a news sitemap.

The sitemap's namespace is that of developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap.
"""

from collections.abc import Sequence
from html import escape

from deploy.local.newsstand.editions import Edition
from deploy.local.newsstand.outlets.common import NOTICE_HANT, fill_template, links

SITE = "港灣財訊"


class Sitemap:
    """The sitemap and its article pages; dates as itemprop and in a visible line."""

    name = "sitemap"
    index_path = "/sitemap-news.xml"
    index_type = "application/xml; charset=utf-8"
    article_type = "text/html; charset=utf-8"

    def index(self, editions: Sequence[Edition], base: str) -> bytes:
        """One `url` an article, with its publication date and title."""
        urls = "".join(
            f"<url><loc>{base}{e.page.path}</loc><lastmod>{(e.updated or e.published).isoformat()}</lastmod>"
            f"<news:news><news:publication><news:name>{SITE}</news:name><news:language>zh-tw</news:language>"
            f"</news:publication><news:publication_date>{e.published.isoformat()}</news:publication_date>"
            f"<news:title>{escape(e.title)}</news:title></news:news></url>\n"
            for e in editions
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
            f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n{urls}</urlset>\n'
        ).encode()

    def article(self, edition: Edition, related: Sequence[Edition], base: str) -> bytes:
        """The page of one article."""
        shown = edition.published.strftime("%Y/%m/%d %H:%M")
        changed = f"　更新：{edition.updated:%Y/%m/%d %H:%M}" if edition.updated is not None else ""
        page = fill_template(
            self.name,
            edition,
            base,
            site=SITE,
            notice=NOTICE_HANT,
            published=edition.published.strftime("%Y-%m-%dT%H:%M:%S%z"),
            shown=shown + changed,
            author=escape(edition.author or "本報記者"),
            related=links(related),
        )
        return page.encode()
