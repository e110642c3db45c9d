"""Huxiu's channels.

Evidence A: a maintained project reads them so, and marks the site as one that turns programs away.
"""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from pydantic import Field

from services.crawler.domain.source import Listed, Request, Source, SourcePage
from services.crawler.sources.answers import at, json_of, list_at, listed, moment, word
from services.crawler.sources.asking import Asked
from services.crawler.sources.definition import Setup, SourceDefaults
from services.crawler.sources.registry import Plugin
from shared.config_file import ConfigModel


class HuxiuChannelOptions(ConfigModel):
    """Channels by number: 120 medicine, 118 health, 103 consumption, 0 all."""

    channels: tuple[int, ...] = Field(default=(120, 118), min_length=1, max_length=9)


def build(setup: Setup) -> Source:
    """One question for each channel."""

    def ask(channel: str, cursor: str, now: datetime) -> Request:
        form = urlencode({"platform": "www", "channel_id": channel, "pagesize": "20"}).encode()
        headers = (("Content-Type", "application/x-www-form-urlencoded"), ("Referer", "https://www.huxiu.com/"))
        return Request(setup.address, method="POST", headers=headers, body=form, conditional=False)

    def rows(page: SourcePage) -> list[Any]:
        answer = json_of(page)
        return list_at(answer, "data.dataList" if at(answer, "data.dataList") is not None else "data.datalist")

    def read(row: Any, page: SourcePage) -> Listed | None:
        number, published = word(row, "aid"), moment(word(row, "publish_time", "dateline"), setup.zone, page.fetched)
        link = f"https://www.huxiu.com/article/{number}.html" if number.isdecimal() else ""
        return listed(page, link, word(row, "title"), published, author=word(row, "user_info.username"))

    return Asked(tuple(str(one) for one in setup.options.channels), ask, rows, read)


PLUGIN = Plugin(
    "huxiu_channel",
    HuxiuChannelOptions,
    build,
    SourceDefaults(
        address="https://api-web-article.huxiu.com/web/channel/articleListV1",
        outlet="虎嗅",
        language="zh-Hans",
        interval=900,
        pace=5,
        enabled=False,
        why_off="the site is reported to turn programs away (2024 and 2026), and that is not worked round",
        evidence="A",
        reliability="C",
        reliability_why="trade media, with much opinion by guests",
        indirect=("alibaba_health", "jd_health", "ping_an_good_doctor", "ant_group"),
    ),
)
