"""Yicai's wire. Evidence A: a maintained project reads it so. Day and time of day stand in two fields."""

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


class YicaiBriefOptions(ConfigModel):
    """How much of the wire is read at once."""

    page_size: int = Field(default=50, ge=1, le=100)


def build(setup: Setup) -> Source:
    """The wire at the address."""

    def ask(one: str, cursor: str, now: datetime) -> Request:
        address = f"{setup.address}?type=0&page={cursor or 1}&pagesize={setup.options.page_size}"
        return Request(address, headers=(("Referer", "https://www.yicai.com/brief/"),))

    def read(row: Any, page: SourcePage) -> Listed | None:
        written = f"{word(row, 'datekey')} {word(row, 'hm')}".strip()
        return listed(page, word(row, "url"), word(row, "indexTitle"), parse_time(written, setup.zone))

    return AskedBack(("brief",), ask, json_rows(""), read)


PLUGIN = Plugin(
    "yicai_brief",
    YicaiBriefOptions,
    build,
    SourceDefaults(
        address="https://www.yicai.com/api/ajax/getbrieflist",
        outlet="第一财经",
        language="zh-Hans",
        interval=180,
        evidence="A",
        reliability="B",
        reliability_why="an established financial news house",
        indirect=("alibaba_health", "jd_health", "ping_an_good_doctor", "ant_group"),
    ),
)
