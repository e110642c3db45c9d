"""Reading JSON and HTML answers in sources that are written in code: every other shape is a PermanentError."""

import re
from datetime import datetime, tzinfo
from typing import Any

from bs4 import BeautifulSoup, Tag

from services.crawler.domain.dates import from_epoch, parse_time, relative_time
from services.crawler.domain.source import Listed, SourcePage
from services.crawler.sources import json_path
from services.crawler.sources.json_path import loads, plain
from services.crawler.sources.json_path import walk as at
from services.crawler.sources.links import usable
from shared.errors import PermanentError
from shared.messages.common import Published

__all__ = [
    "NoRows",
    "at",
    "boxes",
    "json_of",
    "link_of",
    "list_at",
    "listed",
    "loads",
    "moment",
    "plain",
    "soup_of",
    "word",
    "words_of",
]

MAX_TAGS_OPEN = 2_000
"""Open tags in a row that no page of people needs; deeper ones exhaust the parser's stack."""

_OPEN = re.compile(
    r"<(?:(/)|(?!(?:area|base|br|col|dd|dt|embed|hr|img|input|li|link|meta|option|p|param|source|td|th|tr|track|wbr)\b))"
    r"[a-z][^<>]{0,300}>?",
    re.IGNORECASE,
)
"""A tag that opens or closes; of those that HTML closes by itself only the closing."""


class NoRows(PermanentError):
    """Nothing stands where the rows should be: a fault of a first page, the end of the list on a later one."""


def json_of(page: SourcePage) -> Any:
    """The answer as JSON; a JSONP call around it is taken off. Raises PermanentError."""
    return json_path.json_of(page.body, page.charset)


def list_at(value: Any, path: str) -> list[Any]:
    """The list at a dotted path. Raises NoRows when nothing stands there, PermanentError when something else does."""
    found = at(value, path)
    if found is None:
        raise NoRows(f"nothing at `{path}` of the answer")
    if not isinstance(found, list):
        raise PermanentError(f"no list at `{path}` of the answer but {type(found).__name__}")
    return found


def word(row: Any, *paths: str) -> str:
    """The first of the paths at which a text or a number stands, as text; empty where none does."""
    return next((found for path in paths if (found := json_path.word(row, path))), "")


def moment(written: str, zone: tzinfo, now: datetime) -> Published | None:
    """A time of whatever form: epoch seconds or milliseconds, a date, or relative to `now`; None for no time."""
    if re.fullmatch(r"\d{10}(\.\d+)?|\d{13}", written):
        return from_epoch(float(written), "epoch_ms" if len(written.partition(".")[0]) == 13 else "epoch_s")
    return (parse_time(written, zone) or relative_time(written, now, zone)) if written else None


def listed(
    page: SourcePage,
    link: str,
    title: str,
    published: Published | None,
    *,
    author: str = "",
    outlet: str = "",
    marker: str = "",
) -> Listed | None:
    """An item, or None where its link leads nowhere."""
    address = usable(link, page.address) if link else None
    if address is None:
        return None
    author, outlet = plain(author)[:100], plain(outlet)[:100]
    return Listed(address, plain(title)[:500], published, marker, author or None, outlet or None)


def soup_of(text: str) -> BeautifulSoup:
    """The page as a tree. Raises PermanentError for one that no parser should be given."""
    if text.lstrip("\ufeff \r\n\t")[:5] == "<?xml" and "<html" not in text.lower():
        raise PermanentError("an XML document, no HTML page")
    depth = deepest = 0
    for tag in _OPEN.finditer(text):
        depth = max(0, depth + (-1 if tag[1] else 1))
        deepest = max(deepest, depth)
    if deepest > MAX_TAGS_OPEN:
        raise PermanentError(f"tags nested {deepest} deep")
    try:
        return BeautifulSoup(text, "lxml")
    except (RecursionError, ValueError, AssertionError) as error:
        raise PermanentError(f"no HTML: {type(error).__name__}: {error}"[:300]) from error


def boxes(text: str, selector: str) -> list[Tag]:
    """The elements that match. Raises NoRows when none does, PermanentError for what is no page."""
    found = list(soup_of(text).select(selector))
    if not found:
        raise NoRows(f"nothing matches the selector `{selector}`: the page has changed")
    return found


def words_of(box: Tag, selector: str) -> str:
    """The text of the first element within `box` that matches, in one line; empty where none does."""
    found = box.select_one(selector)
    return " ".join(found.get_text().split()) if found else ""


def link_of(box: Tag, selector: str = "a[href]") -> str:
    """Where the first link within `box` that matches leads; empty where none does."""
    found = box.select_one(selector)
    return str(found.get("href") or "") if found else ""
