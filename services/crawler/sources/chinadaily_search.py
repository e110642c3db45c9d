"""China Daily's search, newest first, ten a page.

Evidence B: the Chinese interface by a test. Of the English one nobody says that it answers (U): it is asked for words
in Latin letters alone, and there are none by default.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from pydantic import Field

from services.crawler.domain.dates import parse_time
from services.crawler.domain.source import Listed, Request, Source, SourcePage
from services.crawler.sources.answers import listed, word
from services.crawler.sources.asking import AskedBack, json_rows, numbered
from services.crawler.sources.definition import Setup, SourceDefaults
from services.crawler.sources.registry import Plugin
from shared.config_file import ConfigModel


class ChinadailySearchOptions(ConfigModel):
    """Words to search for; those in Latin letters are asked of the English site."""

    words: tuple[str, ...] = Field(
        default=("阿里健康", "蚂蚁集团", "蚂蚁阿福", "互联网医院"),
        min_length=1,
        max_length=15,
    )


def build(setup: Setup) -> Source:
    """One search for each word."""

    def ask(one: str, cursor: str, now: datetime) -> Request:
        site = "en" if one.isascii() else "cn"
        query = urlencode({"keywords": one, "curType": "story", "sort": "dp", "page": cursor or "0"})
        headers = (("Referer", f"https://newssearch.chinadaily.com.cn/{site}/search"), ("Accept", "application/json"))
        return Request(f"{setup.address}/{site}/search?{query}", headers=headers)

    def read(row: Any, page: SourcePage) -> Listed | None:
        published = parse_time(word(row, "pubDateStr"), setup.zone)
        return listed(page, word(row, "url"), word(row, "title"), published, outlet=word(row, "source"))

    return AskedBack(setup.options.words, ask, json_rows("content"), read, onward=_next)


def _next(page: SourcePage, rows: Sequence[Any]) -> str:
    """Pages count from 0; one with fewer than ten rows is the last."""
    return numbered(0)(page, rows) if len(rows) >= 10 else ""


PLUGIN = Plugin(
    "chinadaily_search",
    ChinadailySearchOptions,
    build,
    SourceDefaults(
        address="https://newssearch.chinadaily.com.cn/rest",
        outlet="China Daily",
        language="zh-Hans",
        interval=1800,
        pace=5,
        evidence="B",
        reliability="B",
        reliability_why="an established national newspaper",
        direct=("alibaba_health", "ant_group", "alipay_health"),
    ),
)
