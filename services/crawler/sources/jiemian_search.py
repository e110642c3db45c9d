"""Jiemian's search page by keyword. Evidence B: a public project's notes of December 2025."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from pydantic import Field

from services.crawler.domain.charset import decode
from services.crawler.domain.source import Listed, Request, Source, SourcePage
from services.crawler.sources.answers import boxes, link_of, listed, moment, words_of
from services.crawler.sources.asking import AskedBack
from services.crawler.sources.definition import Setup, SourceDefaults
from services.crawler.sources.registry import Plugin
from services.crawler.sources.words import ASKED_BY_NAME, FIRMS
from shared.config_file import ConfigModel


class JiemianSearchOptions(ConfigModel):
    """What is searched for; each word is one request of a poll."""

    words: tuple[str, ...] = Field(default=FIRMS, min_length=1, max_length=15)


def build(setup: Setup) -> Source:
    """One search for each word."""

    def ask(one: str, cursor: str, now: datetime) -> Request:
        query = {"m": "search", "a": "index", "msg": one, "type": "news", "page": cursor or "1"}
        return Request(f"{setup.address}?{urlencode(query)}", headers=(("Referer", "https://www.jiemian.com/"),))

    def rows(page: SourcePage) -> list[Any]:
        return boxes(decode(page.body, page.charset), ".news-view")

    def read(row: Any, page: SourcePage) -> Listed | None:
        link = row.select_one(".news-header h3 a[href]")
        title = str(link.get("title") or "") if link else ""
        published = moment(words_of(row, ".date"), setup.zone, page.fetched)
        return listed(page, link_of(row, ".news-header h3 a[href]"), title or words_of(row, "h3"), published)

    return AskedBack(setup.options.words, ask, rows, read)


PLUGIN = Plugin(
    "jiemian_search",
    JiemianSearchOptions,
    build,
    SourceDefaults(
        address="https://a.jiemian.com/index.php",
        outlet="界面新闻",
        language="zh-Hans",
        interval=900,
        pace=3,
        evidence="B",
        reliability="B",
        reliability_why="an established news house with reporting of its own",
        direct=ASKED_BY_NAME,
    ),
)
