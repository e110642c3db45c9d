"""What the outlets' pages have in common."""

from collections.abc import Sequence
from html import escape
from pathlib import Path
from string import Template

from deploy.local.newsstand.editions import Edition

NOTICE = "示范页面，内容虚构 / demonstration page, fictional content"
"""Stands at the foot of every page, outside the article."""
NOTICE_HANT = "示範頁面，內容虛構 / demonstration page, fictional content"


def fill_template(name: str, edition: Edition, base: str, **fields: str) -> str:
    """The outlet's template `name`.html with title, body and address of the article, and `fields`, which are HTML."""
    template = Template((Path(__file__).parent / f"{name}.html").read_text("utf-8"))
    body = "\n".join(f"<p>{escape(part)}</p>" for part in edition.paragraphs)
    common = {"title": escape(edition.title), "body": body, "base": base, "path": edition.page.path, "notice": NOTICE}
    return template.substitute({**common, **fields})


def links(related: Sequence[Edition], row: str = "<li>{}</li>") -> str:
    """Headlines of other pages, each set into `row`."""
    return "\n".join(row.format(f'<a href="{escape(other.page.path)}">{escape(other.title)}</a>') for other in related)


def lead(edition: Edition, length: int) -> str:
    """The first `length` characters of the first paragraph, escaped; empty for an article without a body."""
    return escape(edition.paragraphs[0][:length]) if edition.paragraphs else ""
