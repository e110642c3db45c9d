"""Addresses of the portal's own pages, and queries with a filter more or less."""

import re
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import urlencode, urlsplit

from services.portal.domain.normalise import normalise
from services.portal.domain.query import Query

_PART = re.compile(r'-?(?:[a-z_]+:(?=\S))?(?:"[^"]*"|[^\s"]+)')
_PLAIN = re.compile(r'[^\s"]+')
Read = Callable[[str], Query | None]
"""Reads a query; None where it is none."""


def search_link(query: str = "", sort: str = "relevance", cursor: str | None = None, path: str = "/") -> str:
    """The address of a search; what is usual is left out."""
    asked = {"q": query, "sort": sort if sort != "relevance" else "", "cursor": cursor or ""}
    held = urlencode({name: value for name, value in asked.items() if value})
    return f"{path}?{held}" if held else path


def document_link(document_id: str, query: str = "", paragraph: int | None = None) -> str:
    """The address of a document or of one of its paragraphs; `query` is marked there."""
    asked = _asked(query) if query else ""
    place = "" if paragraph is None else f"#p{paragraph}"
    return f"/documents/{document_id}{asked}{place}"


@lru_cache(maxsize=256)
def _asked(query: str) -> str:
    """A page of results has a hundred links with the same query."""
    return f"?{urlencode({'q': query})}"


def thread_link(thread_id: str) -> str:
    """The address of a thread."""
    return f"/threads/{thread_id}"


def safe_link(url: str) -> str:
    """The address when a browser may open it; empty for `javascript:` and its like."""
    try:
        return url if urlsplit(url).scheme in ("http", "https") else ""
    except ValueError:
        return ""


def with_filter(query: str, field: str, value: str) -> str:
    """The query with one filter more."""
    written = value if _PLAIN.fullmatch(value) else '"' + value.replace('"', "") + '"'
    return f"{query} {field}:{written}".strip()


def without_filter(query: str, field: str, value: str, read: Read) -> str:
    """The query without what asks for that value of the field, however it is written."""
    kept, last = "", 0
    for part in _PART.finditer(normalise(query)):
        if not part[0].startswith(f"{field}:"):
            continue
        alone = read(query[part.start() : part.end()])
        if alone is not None and value in alone.values(field):
            kept += query[last : part.start()]
            last = part.end()
    return " ".join((kept + query[last:]).split())


def parts(query: str) -> list[tuple[str, str]]:
    """Each part of a query, and the query without it: what to try where nothing was found."""
    found = list(_PART.finditer(normalise(query)))
    return [
        (query[one.start() : one.end()], " ".join((query[: one.start()] + query[one.end() :]).split()))
        for one in found
        if len(found) > 1
    ]
