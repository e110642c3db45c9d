"""晨汐健康: a simplified Chinese trade site behind an RSS 2.0 feed (rssboard.org/rss-specification)."""

import json
from collections.abc import Sequence
from email.utils import format_datetime
from html import escape

from deploy.local.newsstand.editions import Edition
from deploy.local.newsstand.outlets.common import fill_template, lead, links

SITE = "晨汐健康"


class Rss:
    """The feed and its article pages; dates in JSON-LD and in a line under the title."""

    name = "rss"
    index_path = "/feed.xml"
    index_type = "application/rss+xml; charset=utf-8"
    article_type = "text/html; charset=utf-8"

    def index(self, editions: Sequence[Edition], base: str) -> bytes:
        """RSS items whose links carry a campaign parameter, as feeds of such sites do."""
        items = "".join(
            f"<item><title>{escape(e.title)}</title><link>{base}{e.page.path}?utm_source=rss&amp;utm_medium=feed</link>"
            f'<guid isPermaLink="false">cx-{e.page.id}</guid><pubDate>{format_datetime(e.updated or e.published)}'
            f"</pubDate><description><![CDATA[<p>{lead(e, 80)}</p>]]>"
            f"</description></item>\n"
            for e in editions
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>'
            f"<title>{SITE}</title><link>{base}/</link><description>医药与互联网健康</description>"
            f"<language>zh-cn</language><ttl>1</ttl>\n{items}</channel></rss>\n"
        ).encode()

    def article(self, edition: Edition, related: Sequence[Edition], base: str) -> bytes:
        """The page of one article."""
        structured = json.dumps(
            {
                "@context": "https://schema.org",
                "@type": "NewsArticle",
                "headline": edition.title,
                "datePublished": edition.published.isoformat(),
                "dateModified": (edition.updated or edition.published).isoformat(),
                "author": {"@type": "Person", "name": edition.author or f"{SITE}编辑部"},
                "publisher": {"@type": "Organization", "name": SITE},
            },
            ensure_ascii=False,
        )
        shown = (edition.updated or edition.published).strftime("%Y-%m-%d %H:%M")
        page = fill_template(
            self.name,
            edition,
            base,
            site=SITE,
            structured=structured,
            shown=shown,
            source=escape(edition.source or SITE),
            author=escape(edition.author or "编辑部"),
            related=links(related),
        )
        return page.encode()
