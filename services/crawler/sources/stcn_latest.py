"""Securities Times' lists. Evidence A: a maintained project reads them so.

Its search wants cookies that an earlier page sets, which no source here can carry; the lists stand in for it. A list's
time is partial: `HH:mm` of today, `MM-DD HH:mm` of this year, or whole.
"""

from datetime import datetime
from typing import Any

from pydantic import Field

from services.crawler.domain.charset import decode
from services.crawler.domain.source import Listed, Request, Source, SourcePage
from services.crawler.sources.answers import boxes, link_of, listed, moment, words_of
from services.crawler.sources.asking import Asked
from services.crawler.sources.definition import Setup, SourceDefaults
from services.crawler.sources.registry import Plugin
from shared.config_file import ConfigModel


class StcnLatestOptions(ConfigModel):
    """Lists: yw chief news, gs and company firms, finance, cj, gd opinion."""

    lists: tuple[str, ...] = Field(default=("yw", "gs", "company"), min_length=1, max_length=15)


def build(setup: Setup) -> Source:
    """One page for each list."""

    def ask(name: str, cursor: str, now: datetime) -> Request:
        return Request(f"{setup.address}/{name}.html")

    def rows(page: SourcePage) -> list[Any]:
        return boxes(decode(page.body, page.charset), "ul.infinite-list li")

    def read(row: Any, page: SourcePage) -> Listed | None:
        said = [span.get_text(" ", strip=True) for span in row.select("div.info span")]
        published = moment(said[-1], setup.zone, page.fetched) if said else None
        outlet = said[0].removeprefix("来源：") if said and said[0].startswith("来源：") else ""
        return listed(page, link_of(row, "div.tt a[href]"), words_of(row, "div.tt a"), published, outlet=outlet)

    return Asked(setup.options.lists, ask, rows, read)


PLUGIN = Plugin(
    "stcn_latest",
    StcnLatestOptions,
    build,
    SourceDefaults(
        address="https://www.stcn.com/article/list",
        outlet="证券时报",
        language="zh-Hans",
        interval=300,
        pace=5,
        evidence="A",
        reliability="B",
        reliability_why="an established financial newspaper, where companies must disclose",
        indirect=("alibaba_health", "jd_health", "ping_an_good_doctor", "ant_group"),
    ),
)
