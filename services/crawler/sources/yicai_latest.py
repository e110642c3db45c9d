"""Yicai's newest articles.

Evidence A: a maintained project reads it so. Items of its paid room (`AppID` 0) live under /vip.
"""

from datetime import datetime
from typing import Any

from pydantic import Field

from services.crawler.domain.dates import parse_time
from services.crawler.domain.source import Listed, Request, Source, SourcePage
from services.crawler.sources.answers import listed, word
from services.crawler.sources.asking import AskedBack, json_rows
from services.crawler.sources.definition import Setup, SourceDefaults
from services.crawler.sources.registry import Plugin
from shared.config_file import ConfigModel


class YicaiLatestOptions(ConfigModel):
    """How much of the list is read at once."""

    page_size: int = Field(default=30, ge=1, le=100)


def build(setup: Setup) -> Source:
    """The list at the address."""

    def ask(one: str, cursor: str, now: datetime) -> Request:
        address = f"{setup.address}?page={cursor or 1}&pagesize={setup.options.page_size}"
        return Request(address, headers=(("Referer", "https://www.yicai.com/"),))

    def read(row: Any, page: SourcePage) -> Listed | None:
        link = word(row, "url")
        if link.startswith("/") and word(row, "AppID") == "0":
            link = f"/vip{link}"
        return listed(
            page,
            link,
            word(row, "NewsTitle"),
            parse_time(word(row, "CreateDate"), setup.zone),
            author=word(row, "NewsAuthor", "CreaterName"),
            outlet=word(row, "NewsSource"),
        )

    return AskedBack(("latest",), ask, json_rows(""), read)


PLUGIN = Plugin(
    "yicai_latest",
    YicaiLatestOptions,
    build,
    SourceDefaults(
        address="https://www.yicai.com/api/ajax/getlatest",
        outlet="第一财经",
        language="zh-Hans",
        interval=120,
        evidence="A",
        reliability="B",
        reliability_why="an established financial news house",
        indirect=("alibaba_health", "jd_health", "ping_an_good_doctor", "ant_group"),
    ),
)
