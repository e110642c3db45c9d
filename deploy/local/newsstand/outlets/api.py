"""驼铃快讯 / Caravan Brief: a bilingual site whose list is a JSON API and whose articles are HTML."""

import json
from collections.abc import Sequence
from html import escape

from deploy.local.newsstand.editions import Edition
from deploy.local.newsstand.outlets.common import fill_template, lead, links

SITE = {"zh": "驼铃快讯", "en": "Caravan Brief"}


class Api:
    """The JSON list and its article pages; dates in a time element with a numeric offset."""

    name = "api"
    index_path = "/api/v1/articles"
    index_type = "application/json; charset=utf-8"
    article_type = "text/html; charset=utf-8"

    def index(self, editions: Sequence[Edition], base: str) -> bytes:
        """All that is out, in one answer."""
        articles = [
            {
                "id": e.page.id,
                "title": e.title,
                "url": base + e.page.path,
                "published_at": e.published.isoformat(),
                "updated_at": (e.updated or e.published).isoformat(),
                "language": "en" if e.page.language == "en" else "zh",
                "author": e.author,
            }
            for e in editions
        ]
        answer = {"status": "ok", "total": len(articles), "articles": articles}
        return json.dumps(answer, ensure_ascii=False, indent=1).encode()

    def article(self, edition: Edition, related: Sequence[Edition], base: str) -> bytes:
        """The page of one article."""
        language = "en" if edition.page.language == "en" else "zh"
        site = SITE[language]
        shown = f"{edition.published:%Y-%m-%d %H:%M} (UTC+8)"
        more = "Read next" if language == "en" else "延伸阅读"
        page = fill_template(
            self.name,
            edition,
            base,
            site=site,
            language=language,
            published=edition.published.isoformat(),
            shown=shown,
            more=more,
            description=lead(edition, 100),
            author=escape(edition.author or site),
            related=links(related),
        )
        return page.encode()
