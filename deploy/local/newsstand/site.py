"""One outlet's site: which answer an address has at a given moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit

from deploy.local.newsstand.answers import Answer, conditional, faulty, text
from deploy.local.newsstand.editions import Edition, out

RELATED = 5
"""How many earlier headlines stand in an article's sidebar."""
FAVICON = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
"""A transparent PNG of one pixel."""


class Site(Protocol):
    """What the server asks for answers."""

    def answer(self, target: str, asked: Mapping[str, str], now: datetime) -> Answer:
        """The answer to a request; `asked` are its headers, names in lower case."""
        ...


class Outlet(Protocol):
    """How one outlet writes its list and its articles."""

    name: str
    index_path: str
    index_type: str
    article_type: str

    def index(self, editions: Sequence[Edition], base: str) -> bytes:
        """The list of what is out, newest first; `base` is the site's own address."""
        ...

    def article(self, edition: Edition, related: Sequence[Edition], base: str) -> bytes:
        """The article's page."""
        ...


@dataclass(frozen=True)
class NewsSite:
    """An outlet with its pages, at the address `base`."""

    outlet: Outlet
    editions: Sequence[Edition]
    base: str
    start: datetime

    def answer(self, target: str, asked: Mapping[str, str], now: datetime) -> Answer:
        """List, article, robots.txt, favicon, or 404; before its release a page does not exist."""
        parts = urlsplit(target)
        if parts.path == "/robots.txt":
            return text(200, "User-agent: *\nDisallow: /search\nDisallow: /admin/\n")
        if parts.path == "/favicon.ico":
            return Answer(200, FAVICON, {"Content-Type": "image/png"})
        current = out(self.editions, self.outlet.name, now)
        if parts.path in {"/", self.outlet.index_path}:
            changed = current[0].released if current else self.start
            return conditional(self.outlet.index(current, self.base), self.outlet.index_type, changed, asked)
        for edition in current:
            if edition.page.path == parts.path:
                return self._article(edition, parts.query, asked)
        return text(404, "no such page")

    def _article(self, edition: Edition, query: str, asked: Mapping[str, str]) -> Answer:
        fault = edition.page.fault
        if fault is not None and (answer := faulty(fault, edition.page.path, query)) is not None:
            return answer
        body = self.outlet.article(edition, self._related(edition), self.base)
        content_type = self.outlet.article_type
        if fault == "declares-latin-1":
            content_type = "text/html; charset=iso-8859-1"
            body = body.replace(b'<meta charset="utf-8">', b'<meta charset="iso-8859-1">')
        if fault == "declares-gb2312":
            content_type = "text/html; charset=gb2312"
            body = body.replace(b'<meta charset="utf-8">', b'<meta charset="gb2312">')
        return conditional(body, content_type, edition.released, asked)

    def _related(self, edition: Edition) -> Sequence[Edition]:
        """The headlines that were out before the page: fixed, so that a page's bytes do not change by themselves."""
        earlier = [
            other
            for other in self.editions
            if other.page.outlet == self.outlet.name
            and other.released < edition.released
            and other.page.path != edition.page.path
        ]
        return earlier[-RELATED:][::-1]
