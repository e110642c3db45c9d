"""The policy library's search by title: what any organ of state published on the subjects that are watched.

Evidence B: five projects agree on question and answer. The same firewall as for `govcn_library`: see there.
Rights: documents of the organs of state are not under copyright (Copyright Law of the PRC, article 5, number 1).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from pydantic import Field

from services.crawler.domain.dates import parse_time
from services.crawler.domain.source import Listed, Request, Source, SourcePage
from services.crawler.sources.answers import at, json_of, listed, word
from services.crawler.sources.asking import AskedBack
from services.crawler.sources.definition import Setup, SourceDefaults
from services.crawler.sources.registry import Plugin
from services.crawler.sources.words import REGULATORS, RULES
from shared.config_file import ConfigModel
from shared.errors import PermanentError

_SHELVES = ("gongwen", "bumenfile", "otherfile", "gongbao", "zhongyangfile")
"""The parts of an answer: State Council, ministries, others, gazette, Party centre."""


class GovcnSearchOptions(ConfigModel):
    """Words of titles; each is one request of a poll."""

    words: tuple[str, ...] = Field(default=RULES, min_length=1, max_length=15)


def _rows(page: SourcePage) -> Sequence[Any]:
    """All parts of an answer as one list; a part in which nothing was found may be missing."""
    parts = at(json_of(page), "searchVO.catMap")
    if not isinstance(parts, dict):
        raise PermanentError(f"no object at `searchVO.catMap` of the answer but {type(parts).__name__}")
    rows = (at(parts.get(shelf), "listVO") for shelf in _SHELVES)
    return [row for part in rows if isinstance(part, list) for row in part]


def build(setup: Setup) -> Source:
    """One search for each word."""

    def ask(one: str, cursor: str, now: datetime) -> Request:
        query = {"t": "zhengcelibrary", "q": one, "searchfield": "title", "timetype": "timeqb", "sort": "pubtime"}
        query |= {"p": cursor or "1", "n": "20", "type": "gwyzcwjk"}
        return Request(f"{setup.address}?{urlencode(query)}", headers=(("Accept", "application/json, */*;q=0.5"),))

    def read(row: Any, page: SourcePage) -> Listed | None:
        published = parse_time(word(row, "pubtimeStr"), setup.zone)
        return listed(
            page,
            word(row, "url"),
            word(row, "title"),
            published,
            outlet=word(row, "puborg"),
            marker=word(row, "pcode"),
        )

    return AskedBack(setup.options.words, ask, _rows, read)


PLUGIN = Plugin(
    "govcn_search",
    GovcnSearchOptions,
    build,
    SourceDefaults(
        address="https://sousuo.www.gov.cn/search-gov/data",
        outlet="中国政府网政策文件库",
        language="zh-Hans",
        rights="full",
        interval=3600,
        pace=5,
        evidence="B",
        reliability="A",
        reliability_why="the State Council's own register of policy documents",
        indirect=REGULATORS,
    ),
)
