"""东篱医药网: an old simplified Chinese site in GBK bytes that declares no charset, behind an HTML listing page."""

from collections.abc import Sequence
from html import escape

from deploy.local.newsstand.editions import Edition
from deploy.local.newsstand.outlets.common import NOTICE, fill_template, links

SITE = "东篱医药网"


class Listing:
    """The listing and its article pages in the table layout of such sites; dates in visible text only."""

    name = "listing"
    index_path = "/news/index.html"
    index_type = "text/html"
    article_type = "text/html"

    def index(self, editions: Sequence[Edition], base: str) -> bytes:
        """A list of relative links, each with its day in brackets."""
        rows = "\n".join(
            f'<li><span class="date">[{(e.updated or e.published):%Y-%m-%d %H:%M}]</span>'
            f'<a href="{escape(e.page.path)}" target="_blank">{escape(e.title)}</a></li>'
            for e in editions
        )
        rows = rows or "<li>暂无资讯</li>"  # a list without any entry looks like a site that was rebuilt
        return f"""<html>
<head><title>最新资讯_{SITE}</title><link rel="stylesheet" href="/css/main.css"></head>
<body>
<div id="nav"><a href="/">首页</a>|<a href="/news/index.html">资讯</a>|<a href="/about.html">关于本站</a></div>
<div class="list"><h2>最新资讯</h2><ul class="newslist">
{rows}
</ul></div>
<div class="foot">{NOTICE}</div>
</body></html>
""".encode("gbk")

    def article(self, edition: Edition, related: Sequence[Edition], base: str) -> bytes:
        """The page of one article."""
        moment = edition.updated or edition.published
        shown = f"{moment.year}年{moment.month:02d}月{moment.day:02d}日 {moment:%H:%M}"
        page = fill_template(
            self.name,
            edition,
            base,
            site=SITE,
            shown=shown,
            source=escape(edition.source or SITE),
            author=escape(edition.author or "东篱"),
            related=links(related, "<tr><td>· {}</td></tr>"),
        )
        return page.encode("gbk")
