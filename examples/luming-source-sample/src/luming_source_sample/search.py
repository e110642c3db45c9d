"""The search of a newsroom that does not exist: one POST a word and page."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from pydantic import Field

from services.crawler.domain.dates import from_epoch
from services.crawler.domain.source import Listed, Parsed, Request, Source, SourcePage, State
from services.crawler.sources.definition import Setup, SourceDefaults, Terms
from services.crawler.sources.json_path import json_of, plain, walk, word
from services.crawler.sources.links import usable
from services.crawler.sources.paging import PagedOptions, carried, page_after, wanted
from services.crawler.sources.registry import Plugin
from shared.errors import PermanentError


class SearchOptions(PagedOptions):
    """What config/sources.yaml may tune; `pages` and `history_pages` come with PagedOptions."""

    words: tuple[str, ...] = Field(min_length=1)
    page_size: int = Field(default=20, ge=1, le=100)


@dataclass(frozen=True)
class Search:
    """Asks the interface at `address` for each word."""

    address: str
    zone: tzinfo
    options: SearchOptions

    def start(self, state: State, now: datetime) -> Sequence[Request]:
        """The first page of each word."""
        return tuple(self._question({"word": one}, 1, None) for one in self.options.words)

    def history(self, since: datetime, now: datetime) -> Sequence[Request]:
        """The same, to be paged on until a page is wholly older than `since`."""
        return tuple(self._question({"word": one}, 1, since) for one in self.options.words)

    def parse(self, page: SourcePage) -> Parsed:
        """The records of a page, and the question for the next one. Raises PermanentError with what was answered."""
        answer = json_of(page.body, page.charset)
        rows = walk(answer, "data.records")
        if not isinstance(rows, list):
            raise PermanentError(f"no list at `data.records`: {word(answer, 'message') or 'another shape'}"[:300])
        found = [self._listed(row, page.address) for row in rows]
        good = tuple(item for item in found if item is not None)
        if rows and not good:
            raise PermanentError("no record has a `url`: the answer has changed")
        request = page.request
        number = page_after(request, good, self.options)
        further = () if number is None else (self._question(carried(request, number, good), number, request.since),)
        return Parsed(wanted(good, request.since), further, dropped=len(rows) - len(good))

    def _question(self, carry: Mapping[str, str], number: int, since: datetime | None) -> Request:
        body = {"keyword": carry["word"], "page": number, "size": self.options.page_size}
        return Request(
            self.address,
            method="POST",
            headers=(("Content-Type", "application/json"),),
            body=json.dumps(body, ensure_ascii=False).encode(),
            step="more" if number > 1 else "",
            conditional=False,
            carry=carry,
            since=since,
        )

    def _listed(self, row: object, base: str) -> Listed | None:
        address, seconds = usable(word(row, "url"), base), word(row, "published")
        if address is None:
            return None
        return Listed(
            address=address,
            title=plain(word(row, "title")),
            published=from_epoch(float(seconds), "epoch_s") if seconds.isdecimal() else None,
        )


def build(setup: Setup) -> Source:
    """The search at the address."""
    return Search(setup.address, setup.zone, setup.options)


PLUGIN = Plugin(
    "sample_search",
    SearchOptions,
    build,
    SourceDefaults(
        address="https://newsroom.example.com/api/search",
        outlet="Sample Newsroom",
        language="zh-Hans",
        evidence="U",
        reliability="F",
        reliability_why="it does not exist",
        enabled=False,
        why_off="it does not exist",
        terms=Terms(address="https://newsroom.example.com/terms", verdict="allowed"),
    ),
    {"words": ["互联网医院"], "pages": 2},
)
