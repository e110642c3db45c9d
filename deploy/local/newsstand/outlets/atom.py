"""Harbour Health Wire: an English news site behind an Atom feed (RFC 4287)."""

from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape

from deploy.local.newsstand.dates import MONTHS
from deploy.local.newsstand.editions import Edition
from deploy.local.newsstand.outlets.common import fill_template, lead, links

SITE = "Harbour Health Wire"


class Atom:
    """The feed and its article pages; dates in meta elements (UTC) and in words."""

    name = "atom"
    index_path = "/atom.xml"
    index_type = "application/atom+xml; charset=utf-8"
    article_type = "text/html; charset=utf-8"

    def index(self, editions: Sequence[Edition], base: str) -> bytes:
        """Atom entries; a corrected article keeps its id and has a newer `updated`."""
        newest = _utc(max(e.updated or e.published for e in editions)) if editions else "1970-01-01T00:00:00Z"
        entries = "".join(
            f"<entry><title>{escape(e.title)}</title><id>tag:harbour.example,2020:{escape(e.page.path)}</id>"
            f'<link rel="alternate" type="text/html" href="{base}{e.page.path}"/>'
            f"<published>{_utc(e.published)}</published><updated>{_utc(e.updated or e.published)}</updated>"
            f"<author><name>{escape(e.author or SITE)}</name></author>"
            f"<summary>{lead(e, 160)}</summary></entry>\n"
            for e in editions
        )
        return (
            '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">'
            f"<title>{SITE}</title><id>tag:harbour.example,2020:/</id><updated>{newest}</updated>"
            f'<link rel="self" href="{base}/atom.xml"/><link rel="alternate" href="{base}/"/>\n{entries}</feed>\n'
        ).encode()

    def article(self, edition: Edition, related: Sequence[Edition], base: str) -> bytes:
        """The page of one article."""
        updated = ""
        if edition.updated is not None:
            updated = f'<p class="updated-line">Updated {_words(edition.updated)}</p>'
        page = fill_template(
            self.name,
            edition,
            base,
            site=SITE,
            published=_utc(edition.published),
            modified=_utc(edition.updated or edition.published),
            shown=_words(edition.published),
            updated=updated,
            author=escape(edition.author or "Staff reporter"),
            related=links(related),
        )
        return page.encode()


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _words(moment: datetime) -> str:
    """The moment in Hong Kong, in words."""
    half = "a.m." if moment.hour < 12 else "p.m."
    return f"{MONTHS[moment.month - 1]} {moment.day}, {moment.year}, {moment.hour % 12 or 12}:{moment:%M} {half} HKT"
