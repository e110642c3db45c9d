"""The search of the platform of Party media (全国党媒信息公共平台): local papers and counties' media, with the
original's address.

Evidence B. A result names the outlet that published it and where; the form of its time is not documented, so any is
read.
"""

import json
from datetime import datetime
from typing import Any

from pydantic import Field

from services.crawler.domain.source import Listed, Request, Source, SourcePage
from services.crawler.sources.answers import listed, moment, word
from services.crawler.sources.asking import AskedBack, json_rows
from services.crawler.sources.definition import Setup, SourceDefaults
from services.crawler.sources.registry import Plugin
from services.crawler.sources.words import ASKED_BY_NAME, FIRMS
from shared.config_file import ConfigModel

_HEADERS = (("Content-Type", "application/json"), ("Referer", "https://www.hubpd.com/"))


class HubpdSearchOptions(ConfigModel):
    """Words to search for; each is one request of a poll."""

    words: tuple[str, ...] = Field(default=FIRMS, min_length=1, max_length=15)


def build(setup: Setup) -> Source:
    """One search for each word."""

    def ask(one: str, cursor: str, now: datetime) -> Request:
        question = {"keyword": one, "pageNum": int(cursor or "1"), "pageSize": 20}
        body = json.dumps(question, ensure_ascii=False).encode()
        return Request(setup.address, "POST", _HEADERS, body, conditional=False)

    def read(row: Any, page: SourcePage) -> Listed | None:
        published = moment(word(row, "createdAt"), setup.zone, page.fetched)
        return listed(page, word(row, "reprintedUrl"), word(row, "title"), published, outlet=word(row, "mpName"))

    return AskedBack(setup.options.words, ask, json_rows("data"), read)


PLUGIN = Plugin(
    "hubpd_search",
    HubpdSearchOptions,
    build,
    SourceDefaults(
        address="https://api-m.hubpd.com/main_station/search",
        outlet="全国党媒信息公共平台",
        language="zh-Hans",
        interval=1800,
        pace=5,
        evidence="B",
        reliability="C",
        reliability_why="a portal: articles of many party newspapers",
        direct=ASKED_BY_NAME,
    ),
)
