"""Zhitong's news of Hong Kong stocks.

Evidence A: a maintained project reads it so; its paths are those of the site's columns.
"""

from datetime import datetime
from typing import Any

from pydantic import Field

from services.crawler.domain.source import Listed, Request, Source, SourcePage
from services.crawler.sources.answers import listed, moment, word
from services.crawler.sources.asking import AskedBack, json_rows
from services.crawler.sources.definition import Setup, SourceDefaults
from services.crawler.sources.registry import Plugin
from shared.config_file import ConfigModel


class ZhitongHkOptions(ConfigModel):
    """Columns: content/hkstock, company, announcement, research."""

    columns: tuple[str, ...] = Field(
        default=("content/hkstock", "company", "announcement"), min_length=1, max_length=15
    )


def build(setup: Setup) -> Source:
    """One question for each column."""

    def ask(column: str, cursor: str, now: datetime) -> Request:
        return Request(f"{setup.address}/{column}.html?data_type=1&page={cursor or 1}")

    def read(row: Any, page: SourcePage) -> Listed | None:
        published = moment(word(row, "create_time", "original_time"), setup.zone, page.fetched)
        author = word(row, "author_info.author_name")
        return listed(page, word(row, "url"), word(row, "title"), published, author=author)

    return AskedBack(setup.options.columns, ask, json_rows("data"), read)


PLUGIN = Plugin(
    "zhitong_hk",
    ZhitongHkOptions,
    build,
    SourceDefaults(
        address="https://www.zhitongcaijing.com",
        outlet="智通财经",
        language="zh-Hans",
        interval=300,
        pace=3,
        evidence="A",
        reliability="C",
        reliability_why="trade media on Hong Kong shares, mostly retold",
        indirect=("alibaba_health", "jd_health", "ping_an_good_doctor"),
    ),
)
