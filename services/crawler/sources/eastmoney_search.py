"""Eastmoney's search of articles by keyword, newest first. Evidence A: two maintained projects ask it so.

The question is JSON inside the address, the answer JSONP; what was found is marked with `<em>`.
"""

import json
from datetime import datetime
from typing import Any
from urllib.parse import quote

from pydantic import Field

from services.crawler.domain.dates import parse_time
from services.crawler.domain.source import Listed, Request, Source, SourcePage
from services.crawler.sources.answers import listed, word
from services.crawler.sources.asking import AskedBack, json_rows
from services.crawler.sources.definition import Setup, SourceDefaults
from services.crawler.sources.registry import Plugin
from services.crawler.sources.words import ASKED_BY_NAME, FIRMS
from shared.config_file import ConfigModel

_ROOM = "cmsArticleWebOld"
"""The site's name for its articles."""


class EastmoneySearchOptions(ConfigModel):
    """What is searched for; each word is one request of a poll."""

    words: tuple[str, ...] = Field(default=FIRMS, min_length=1, max_length=15)


def _question(one: str, number: int) -> str:
    """The question in the form the site's own page sends."""
    inner = {"searchScope": "default", "sort": "time", "pageIndex": number, "pageSize": 20, "preTag": "", "postTag": ""}
    client = {"client": "web", "clientType": "web", "clientVersion": "curr"}
    whole = {"uid": "", "keyword": one, "type": [_ROOM], **client, "param": {_ROOM: inner}}
    return quote(json.dumps(whole, ensure_ascii=False, separators=(",", ":")), safe="")


def build(setup: Setup) -> Source:
    """One search for each word."""

    def ask(one: str, cursor: str, now: datetime) -> Request:
        address = f"{setup.address}?cb=luming&param={_question(one, int(cursor or 1))}"
        return Request(address, headers=(("Referer", "https://so.eastmoney.com/"),))

    def read(row: Any, page: SourcePage) -> Listed | None:
        published = parse_time(word(row, "date"), setup.zone)
        return listed(page, word(row, "url"), word(row, "title"), published, outlet=word(row, "mediaName"))

    return AskedBack(setup.options.words, ask, json_rows(f"result.{_ROOM}"), read)


PLUGIN = Plugin(
    "eastmoney_search",
    EastmoneySearchOptions,
    build,
    SourceDefaults(
        address="https://search-api-web.eastmoney.com/search/jsonp",
        outlet="东方财富",
        language="zh-Hans",
        interval=600,
        pace=5,
        evidence="A",
        reliability="C",
        reliability_why="a portal: articles of many outlets, some by members",
        direct=ASKED_BY_NAME,
    ),
)
