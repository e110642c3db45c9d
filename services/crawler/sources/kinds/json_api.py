"""A JSON interface, read by dotted paths.

A path such as `data.list` walks objects by key and lists by number; `result!` means that the value is a string that
holds JSON itself and is read once more (HKEXnews and Sina do so).
"""

import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Literal
from urllib.parse import quote

from pydantic import Field

from services.crawler.domain.charset import decode
from services.crawler.domain.dates import from_epoch, parse_time
from services.crawler.domain.source import MAX_LISTED, Listed, Parsed, Request, Source, SourcePage, State
from services.crawler.sources.definition import Setup
from services.crawler.sources.links import usable
from services.crawler.sources.registry import Plugin
from shared.config_file import ConfigModel
from shared.errors import PermanentError
from shared.messages.common import Published

_TAGS = re.compile(r"<[^<>]{0,200}>")
_FIELD = re.compile(r"\{([\w.!]+)\}")
_JSONP = re.compile(r"^[\s/*]*[\w.$]+\s*\((.*)\)\s*;?\s*$", re.DOTALL)


class JsonApiOptions(ConfigModel):
    """The question, and where in the answer things stand. Paths below `items` are within one item."""

    method: Literal["GET", "POST"] = "GET"
    headers: Mapping[str, str] = Field(default_factory=dict)
    body: str | None = None
    """Sent as it stands with POST."""
    items: str = ""
    """Path of the list; empty: the answer is the list."""
    link: str
    """Path of the address, or a template such as `https://example.com/detail/{id}`."""
    title: str
    published: str | None = None
    published_as: Literal["text", "epoch_s", "epoch_ms"] = "text"
    published_formats: tuple[str, ...] = ()
    """strptime formats, tried before the usual ones."""
    updated: str | None = None
    """Path of whatever changes with the article."""
    author: str | None = None
    outlet: str | None = None
    max_items: int = Field(default=200, ge=1, le=MAX_LISTED)


@dataclass(frozen=True)
class JsonApi:
    """Asks the interface at `address`."""

    address: str
    zone: tzinfo
    options: JsonApiOptions

    def start(self, state: State, now: datetime) -> Sequence[Request]:
        """The one question."""
        return (
            Request(
                self.address,
                method=self.options.method,
                headers=(("Accept", "application/json, */*;q=0.5"), *self.options.headers.items()),
                body=self.options.body.encode() if self.options.body is not None else None,
                conditional=self.options.method == "GET",
            ),
        )

    def parse(self, page: SourcePage) -> Parsed:
        """The items in the answer's order. Raises PermanentError when the answer has another shape."""
        answer = _loads(_bare(decode(page.body, page.charset)))
        rows = walk(answer, self.options.items)
        if not isinstance(rows, list):
            raise PermanentError(f"no list at `{self.options.items}` of the answer but {type(rows).__name__}")
        most = self.options.max_items
        found = [self._listed(row, page.address) for row in rows[:most]]
        good = tuple(item for item in found if item is not None)
        if rows and not good:
            raise PermanentError(f"no item of `{self.options.items}` has a link at `{self.options.link}`")
        return Parsed(items=good, dropped=len(rows) - len(good))

    def _listed(self, row: object, base: str) -> Listed | None:
        address = usable(_filled(self.options.link, row), base)
        if address is None:
            return None
        return Listed(
            address=address,
            title=_plain(_word(row, self.options.title))[:500],
            published=self._time(row),
            marker=_word(row, self.options.updated),
            author=_plain(_word(row, self.options.author))[:100] or None,
            outlet=_plain(_word(row, self.options.outlet))[:100] or None,
        )

    def _time(self, row: object) -> Published | None:
        written = _word(row, self.options.published)
        if not written:
            return None
        if self.options.published_as == "text":
            return parse_time(written, self.zone, self.options.published_formats)
        try:
            return from_epoch(float(written), self.options.published_as)
        except ValueError:
            return None


def walk(value: Any, path: str) -> Any:
    """What stands at `path`, None where nothing does. Raises PermanentError when `!` meets no JSON."""
    for step in path.split(".") if path else ():
        name = step.rstrip("!")
        if isinstance(value, dict):
            value = value.get(name)
        elif isinstance(value, list) and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
        if step.endswith("!") and isinstance(value, str):
            value = _loads(value)
    return value


def _loads(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PermanentError(f"no JSON: {error or type(error).__name__}"[:300]) from error


def _bare(text: str) -> str:
    """The JSON inside a JSONP call, or the text itself."""
    if text.lstrip()[:1] in ("{", "["):
        return text
    call = _JSONP.match(text)
    return call[1] if call else text


def _word(row: object, path: str | None) -> str:
    value = walk(row, path) if path else None
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _filled(link: str, row: object) -> str:
    if "{" not in link:
        return _word(row, link)
    words = [_word(row, name) for name in _FIELD.findall(link)]
    if not all(words):
        return ""
    parts = iter(quote(word, safe="/") for word in words)
    return _FIELD.sub(lambda _: next(parts), link)


def _plain(text: str) -> str:
    return " ".join(html.unescape(_TAGS.sub("", text)).split())


def build(setup: Setup) -> Source:
    """The interface at the address."""
    return JsonApi(setup.address, setup.zone, setup.options)


PLUGIN = Plugin("json_api", JsonApiOptions, build)
