"""Caixin's newest articles. Evidence A: a maintained project reads them so. Most are locked but for their beginning.

Which form the time has is not written down anywhere; seconds, milliseconds and text are all read. Sound, film and data
rooms are left out: their pages hold no article.
"""

from datetime import datetime
from typing import Any

from services.crawler.domain.source import Listed, Request, Source, SourcePage
from services.crawler.sources.answers import at, json_of, list_at, listed, moment, word
from services.crawler.sources.asking import Asked
from services.crawler.sources.definition import Setup, SourceDefaults
from services.crawler.sources.registry import Plugin
from shared.config_file import ConfigModel


class CaixinLatestOptions(ConfigModel):
    """Rooms whose pages are no articles."""

    without: tuple[str, ...] = ("//fm.caixin.com/", "//video.caixin.com/", "//datanews.caixin.com/")


def build(setup: Setup) -> Source:
    """The list at the address."""

    def ask(one: str, cursor: str, now: datetime) -> Request:
        return Request(setup.address, headers=(("Referer", "https://www.caixin.com/"),))

    def rows(page: SourcePage) -> list[Any]:
        found = list_at(json_of(page), "data.articleList")
        return [row for row in found if not any(room in word(row, "url") for room in setup.options.without)]

    def read(row: Any, page: SourcePage) -> Listed | None:
        written = at(row, "time")
        published = moment(str(written).strip(), setup.zone, page.fetched) if written else None
        return listed(page, word(row, "url"), word(row, "title"), published)

    return Asked(("latest",), ask, rows, read)


PLUGIN = Plugin(
    "caixin_latest",
    CaixinLatestOptions,
    build,
    SourceDefaults(
        address="https://gateway.caixin.com/api/dataplatform/scroll/index",
        outlet="财新网",
        language="zh-Hans",
        rights="link",
        interval=300,
        pace=3,
        evidence="A",
        reliability="B",
        reliability_why="an established news house with reporting of its own",
        indirect=("ant_group", "alibaba_health", "jd_health", "regulator_nhsa", "regulator_samr"),
    ),
)
