"""A source's fixture folder: answers written by hand, what must be read of them, and the walk through them.

    source.yaml        an entry as in the sources file; of a source that stands by itself only what differs, or absent
    page.EXT           the answer to the first question
    page.STEP.EXT      the answer to questions whose step is STEP; `page.STEP.2.EXT` to the second one
    expected.json      what the walk gives: `requests`, `items`, `dropped`

A folder is named after its source or kind; further cases are called NAME.CASE.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from services.crawler.domain.source import Listed, Request, Source, SourcePage
from services.crawler.sources.definition import Setup, SourceEntry
from services.crawler.sources.registry import Plugin

READ_AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
"""When fixtures are read: times such as `an hour ago` are counted from here."""
MOST_REQUESTS = 40
"""Questions of one walk; a fixture that leads further goes in a circle."""


@dataclass(frozen=True)
class Walk:
    """What a source asked and read."""

    requests: tuple[Request, ...]
    items: tuple[Listed, ...]
    dropped: int

    def plain(self) -> dict[str, Any]:
        """The walk as JSON knows it: the form of expected.json."""
        return {
            "requests": [_plain_request(request) for request in self.requests],
            "items": [_plain_item(item) for item in self.items],
            "dropped": self.dropped,
        }


def entry_of(folder: Path, plugin: Plugin) -> SourceEntry:
    """The entry that the folder describes, with the defaults of the source's own file filled in."""
    file = folder / "source.yaml"
    written = yaml.safe_load(file.read_text("utf-8")) if file.exists() else {}
    own = plugin.defaults.model_dump(exclude_unset=True) if plugin.defaults else {"kind": plugin.name}
    return SourceEntry.model_validate({"name": plugin.name, **own, **written})


def source_of(folder: Path, plugin: Plugin) -> tuple[Source, SourceEntry]:
    """The source of the folder; every variable it declares has an address made of its name as value."""
    entry = entry_of(folder, plugin)
    options = plugin.options.model_validate({**plugin.default_options, **entry.options})
    variables = {name: f"https://{name.lower().replace('_', '-')}.example" for name in entry.variables}
    return plugin.build(Setup(entry.address or "", entry.zone, options, variables)), entry


def answer_to(folder: Path, step: str, nth: int) -> bytes:
    """The answer to the nth question (from 1) of a step. Raises FileNotFoundError saying which file is missing."""
    stem = f"page.{step}" if step else "page"
    for pattern in (f"{stem}.{nth}.*", f"{stem}.*"):
        found = [path for path in folder.glob(pattern) if path.name.count(".") == pattern.count(".")]
        if found:
            return found[0].read_bytes()
    raise FileNotFoundError(f"{folder.name}: the source asks a question of step `{step}`: write {stem}.EXT")


def walk(folder: Path, source: Source, now: datetime, first: tuple[Request, ...] | None = None) -> Walk:
    """Ask all that the source asks at `now` and read the folder's answers. Raises what the source raises."""
    waiting = list(first if first is not None else source.start({}, now))
    asked, items, dropped, counts = list[Request](), list[Listed](), 0, dict[str, int]()
    while waiting and len(asked) < MOST_REQUESTS:
        request = waiting.pop(0)
        asked.append(request)
        counts[request.step] = counts.get(request.step, 0) + 1
        body = answer_to(folder, request.step, counts[request.step])
        parsed = source.parse(SourcePage(request, request.address, body, now))
        waiting += parsed.requests
        items += parsed.items
        dropped += parsed.dropped
    return Walk(tuple(asked), tuple(items), dropped)


def _plain_request(request: Request) -> dict[str, Any]:
    plain: dict[str, Any] = {"address": request.address}
    if request.method != "GET":
        plain["method"] = request.method
    if request.body is not None:
        plain["body"] = request.body.decode("utf-8", "replace")
    if request.step:
        plain["step"] = request.step
    return plain


def _plain_item(item: Listed) -> dict[str, Any]:
    return {
        "address": item.address,
        "title": item.title,
        "published": item.published.at.isoformat() if item.published else None,
        "precision": item.published.precision if item.published else None,
        "author": item.author,
        "outlet": item.outlet,
    }
