"""What feeds of both forms are made of: addresses, text without what no feed may hold, and a document's summary."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import quote, urlencode

from services.portal.domain.page import Result
from services.portal.web.links import safe_link, search_link
from services.portal.web.words import GROUPS, Speech, called

Form = Literal["atom", "json"]
MEDIA: dict[Form, str] = {"atom": "application/atom+xml", "json": "application/feed+json"}
_NOT_TEXT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, and no reader of feeds can show."""
_STRAY = re.compile("%(?![0-9A-Fa-f]{2})")
_URI = "!#$%&'()*+,/:;=?@[]~-._"
"""Signs that stand in an address as they are (RFC 3986); all others are written as %XX."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a feed and its pages are. `base` is where the portal is, without a slash at its end."""

    base: str
    query: str
    cursor: str = ""
    """Of the page that was asked for."""
    token: str = ""
    """The secret that opened the feed, where no session or key did: whoever reads the feed has it already."""

    def feed(self, form: Form, cursor: str | None = None) -> str:
        """The feed, from the beginning or from `cursor` on."""
        asked = {"q": self.query, "cursor": cursor or "", "token": self.token}
        held = urlencode({name: value for name, value in asked.items() if value})
        return f"{self.base}/feed.{form}" + (f"?{held}" if held else "")

    def own(self, form: Form) -> str:
        """The page that was asked for."""
        return self.feed(form, self.cursor)

    @property
    def page(self) -> str:
        """The same search for people."""
        return self.base + search_link(self.query, "newest")


def clean(text: str) -> str:
    """The text, with a blank for each sign that a feed cannot hold."""
    return _NOT_TEXT.sub(" ", text)


def title_of(result: Result) -> str:
    """Its title; a document without one is called by its address."""
    return clean(result.title).strip() or clean(result.url)


def original(result: Result) -> str:
    """The original's address as RFC 3986 wants it; empty for what no browser should open."""
    return quote(_STRAY.sub("%25", safe_link(result.url)), safe=_URI)


def summary_of(result: Result, speech: Speech) -> str:
    """Key points with their citations, else the passages; empty where the rights allow neither."""
    if not result.summary:
        return clean("\n".join(f"{one.text} [{one.paragraph}]" for one in result.passages))
    lines = []
    for group in result.summary:
        told = (f"{point.text} {''.join(f'[{each}]' for each in point.citations)}" for point in group.points)
        lines.append(f"{called(GROUPS, group.group, speech)} – {' … '.join(told)}")
    return clean("\n".join(lines))


def urn(document_id: str) -> str:
    """The document's name that never changes, whatever the portal's address."""
    cut = (document_id[:8], document_id[8:12], document_id[12:16], document_id[16:20], document_id[20:])
    return f"urn:uuid:{'-'.join(cut)}"


def moment(at: datetime) -> str:
    """RFC 3339, in UTC."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
