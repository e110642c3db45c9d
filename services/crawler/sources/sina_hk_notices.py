"""Sina Finance's list of a Hong Kong stock's announcements, with their text as HTML, in GBK.

Off: the list is known from one old file only (evidence C); the pages it leads to are known better. Times are of China.
"""

from datetime import datetime
from typing import Any

from pydantic import Field

from services.crawler.domain.charset import decode
from services.crawler.domain.dates import parse_time
from services.crawler.domain.source import Listed, Request, Source, SourcePage
from services.crawler.sources.answers import boxes, link_of, listed, words_of
from services.crawler.sources.asking import Asked
from services.crawler.sources.definition import Setup, SourceDefaults
from services.crawler.sources.registry import Plugin
from shared.config_file import ConfigModel


class SinaHkNoticesOptions(ConfigModel):
    """Whose announcements."""

    codes: tuple[str, ...] = Field(default=("00241", "06618", "01833"), min_length=1, max_length=15)


def build(setup: Setup) -> Source:
    """One page for each stock."""

    def ask(code: str, cursor: str, now: datetime) -> Request:
        return Request(f"{setup.address}/{code}.html")

    def rows(page: SourcePage) -> list[Any]:
        return boxes(decode(page.body, page.charset), "ul.list01 > li")

    def read(row: Any, page: SourcePage) -> Listed | None:
        published = parse_time(words_of(row, "span"), setup.zone)
        return listed(page, link_of(row), words_of(row, "a[href]"), published)

    return Asked(setup.options.codes, ask, rows, read)


PLUGIN = Plugin(
    "sina_hk_notices",
    SinaHkNoticesOptions,
    build,
    SourceDefaults(
        address="https://stock.finance.sina.com.cn/hkstock/notice",
        outlet="新浪财经",
        language="zh-Hans",
        interval=900,
        pace=3,
        enabled=False,
        why_off="its list is known from a single old file; look at it live before it is switched on",
        evidence="C",
        reliability="B",
        reliability_why="the exchange's filings, copied by a portal",
        direct=("alibaba_health", "jd_health", "ping_an_good_doctor"),
    ),
)
