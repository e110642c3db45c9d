"""Shanghai Securities News: its search. The time of an article is told in parts; `pubTime` beside them is relative.

Evidence B: several projects; without the header `cnstock-client-type` the answer is that nobody is logged in.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import Field

from services.crawler.domain.dates import parse_time
from services.crawler.domain.source import Listed, Request, Source, SourcePage
from services.crawler.sources.answers import json_of, list_at, listed, word
from services.crawler.sources.asking import AskedBack
from services.crawler.sources.definition import Setup, SourceDefaults
from services.crawler.sources.json_path import walk
from services.crawler.sources.registry import Plugin
from services.crawler.sources.words import ASKED_BY_NAME, FIRMS, PEERS, PEERS_BY_NAME
from shared.config_file import ConfigModel
from shared.errors import PermanentError

_HEADERS = (
    ("cnstock-client-type", "01"),
    ("Content-Type", "application/json"),
    ("Accept", "application/json"),
    ("Referer", "https://www.cnstock.com/"),
)
_ROWS = 20
"""Rows of a page; the site gives no more."""


class CnstockSearchOptions(ConfigModel):
    """Words to search for; each is one request of a poll."""

    words: tuple[str, ...] = Field(default=(*FIRMS, *PEERS), min_length=1, max_length=18)


def _rows(page: SourcePage) -> Sequence[Any]:
    """The rows. Raises PermanentError with the site's own words when it refuses."""
    answer = json_of(page)
    code = word(answer, "code")
    if code and code != "200":
        raise PermanentError(f"the search refuses: {code} {word(answer, 'desc')}"[:300])
    return list_at(answer, "data.list")


def _written(row: Any) -> str:
    """The time in parts, put together; empty where the day is not told."""
    parts = walk(row, "shareInfo.dateInfo")
    told = {name: word(parts, name) for name in ("year", "month", "day", "hour", "minute")}
    if not (told["year"] and told["month"] and told["day"]):
        return ""
    day = "-".join(told[name].zfill(2) for name in ("year", "month", "day"))
    return f"{day} {told['hour'].zfill(2)}:{told['minute'].zfill(2)}" if told["hour"] and told["minute"] else day


def build(setup: Setup) -> Source:
    """One search for each word."""

    def ask(one: str, cursor: str, now: datetime) -> Request:
        question = {"word": one, "pageNum": int(cursor or "1"), "pageSize": _ROWS, "type": "1"}
        body = json.dumps(question, ensure_ascii=False).encode()
        return Request(setup.address, "POST", _HEADERS, body, conditional=False)

    def read(row: Any, page: SourcePage) -> Listed | None:
        number = word(row, "contId")
        link = word(row, "link") or (f"https://www.cnstock.com/commonDetail/{number}" if number else "")
        published = parse_time(_written(row), setup.zone)
        return listed(page, link, word(row, "name", "title"), published, author=word(row, "author"))

    return AskedBack(setup.options.words, ask, _rows, read)


PLUGIN = Plugin(
    "cnstock_search",
    CnstockSearchOptions,
    build,
    SourceDefaults(
        address="https://api.cnstock.com/search/v2/news",
        outlet="上海证券报",
        language="zh-Hans",
        interval=1800,
        pace=5,
        evidence="B",
        reliability="B",
        reliability_why="an established financial newspaper, where companies must disclose",
        direct=(*ASKED_BY_NAME, *PEERS_BY_NAME),
    ),
)
