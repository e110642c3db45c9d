"""36Kr's short news, an HTML page with words for times ("3分钟前"). Evidence A: a maintained project reads it so.

The site guards some pages with a challenge; where it does so here the crawler stops, it does not solve it.
"""

from datetime import datetime
from typing import Any

from services.crawler.domain.charset import decode
from services.crawler.domain.hosts import by_host
from services.crawler.domain.source import Listed, Request, Source, SourcePage
from services.crawler.sources.answers import boxes, link_of, listed, moment, words_of
from services.crawler.sources.asking import Asked
from services.crawler.sources.definition import Setup, SourceDefaults
from services.crawler.sources.registry import Plugin
from shared.config_file import ConfigModel


class Kr36NewsflashOptions(ConfigModel):
    """The selector of one item's box."""

    items: str = ".newsflash-item"


def build(setup: Setup) -> Source:
    """The page at the address."""

    def ask(one: str, cursor: str, now: datetime) -> Request:
        return Request(setup.address)

    def rows(page: SourcePage) -> list[Any]:
        return boxes(decode(page.body, page.charset), setup.options.items)

    def read(row: Any, page: SourcePage) -> Listed | None:
        published = moment(words_of(row, ".time"), setup.zone, page.fetched)
        return listed(page, by_host(link_of(row, "a.item-title[href]")), words_of(row, "a.item-title"), published)

    return Asked(("newsflash",), ask, rows, read)


PLUGIN = Plugin(
    "kr36_newsflash",
    Kr36NewsflashOptions,
    build,
    SourceDefaults(
        address="https://www.36kr.com/newsflashes",
        outlet="36氪",
        language="zh-Hans",
        interval=300,
        pace=5,
        evidence="A",
        reliability="C",
        reliability_why="trade media, short items mostly retold",
        indirect=("ant_group", "jd_health", "alibaba_health"),
    ),
)
