"""Yicai's search by keyword. Evidence B: tested by a public project on 2026-07-06.

It answers only with a Referer; a misspelt parameter would give the whole archive, so an answer that found more than
`MOST_FOUND` is refused. Its dates are words for readers ("2分钟前", "昨天 09:15"): the page's own date wins over them.
"""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from pydantic import Field

from services.crawler.domain.source import Listed, Request, Source, SourcePage
from services.crawler.sources.answers import at, json_of, list_at, listed, moment, word
from services.crawler.sources.asking import AskedBack, numbered
from services.crawler.sources.definition import Setup, SourceDefaults
from services.crawler.sources.registry import Plugin
from services.crawler.sources.words import ASKED_BY_NAME, FIRMS
from shared.config_file import ConfigModel
from shared.errors import PermanentError

MOST_FOUND = 200_000
"""The whole archive counts about half a million; no name of ours has a hundredth of it."""


class YicaiSearchOptions(ConfigModel):
    """What is searched for; each word is one request of a poll."""

    words: tuple[str, ...] = Field(default=FIRMS, min_length=1, max_length=15)


def _rows(page: SourcePage) -> list[Any]:
    answer = json_of(page)
    found = at(answer, "results.numFound")
    if isinstance(found, int) and found > MOST_FOUND:
        raise PermanentError(f"the search gave the whole archive ({found}): its parameters have changed")
    return list_at(answer, "results.docs")


def build(setup: Setup) -> Source:
    """One search for each word; pages are counted from 0."""

    def ask(one: str, cursor: str, now: datetime) -> Request:
        query = urlencode({"page": cursor or "0", "pagesize": "20", "keys": one, "type": "0"})
        return Request(f"{setup.address}?{query}", headers=(("Referer", "https://www.yicai.com/search"),))

    def read(row: Any, page: SourcePage) -> Listed | None:
        published = moment(word(row, "creationDate"), setup.zone, page.fetched)
        author, outlet = word(row, "author.0"), word(row, "source")
        return listed(page, word(row, "url"), word(row, "title"), published, author=author, outlet=outlet)

    return AskedBack(setup.options.words, ask, _rows, read, onward=numbered(0))


PLUGIN = Plugin(
    "yicai_search",
    YicaiSearchOptions,
    build,
    SourceDefaults(
        address="https://www.yicai.com/api/ajax/getSearchResult",
        outlet="第一财经",
        language="zh-Hans",
        interval=600,
        pace=3,
        evidence="B",
        reliability="B",
        reliability_why="an established financial news house",
        direct=ASKED_BY_NAME,
    ),
)
