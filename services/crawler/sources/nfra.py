"""The National Financial Regulatory Administration, which watches over health insurance: what it does, its notices
and rules.

Evidence A. Off: see `why_off`; the list is plain JSON, the articles are drawn by script.
Rights: excerpt, since its news are no documents of an organ of state (Copyright Law of the PRC, article 5).
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

_LIST = "/cn/static/data/DocInfo/SelectDocByItemIdAndChild/data_itemId={item},pageIndex={page},pageSize=18.json"
_ARTICLE = "/cn/view/pages/ItemDetail.html?docId={number}"


class NfraOptions(ConfigModel):
    """Columns by number: 915 supervision, 925 notices, 926 rules, 931 penalties."""

    columns: tuple[int, ...] = Field(default=(915, 925, 926), min_length=1, max_length=15)


def build(setup: Setup) -> Source:
    """Each column's list."""
    base = setup.address.rstrip("/")

    def ask(item: str, cursor: str, now: datetime) -> Request:
        return Request(base + _LIST.format(item=item, page=cursor or "1"), headers=(("Accept", "application/json"),))

    def read(row: Any, page: SourcePage) -> Listed | None:
        number = word(row, "docId")
        published = parse_time(word(row, "publishDate"), setup.zone)
        link = base + _ARTICLE.format(number=number) if number.isdecimal() else ""
        return listed(page, link, word(row, "docTitle", "docSubtitle"), published)

    return AskedBack(tuple(map(str, setup.options.columns)), ask, json_rows("data.rows"), read)


PLUGIN = Plugin(
    "nfra",
    NfraOptions,
    build,
    SourceDefaults(
        address="https://www.nfra.gov.cn",
        outlet="国家金融监督管理总局",
        language="zh-Hans",
        interval=1800,
        pace=5,
        fetch="browser",
        enabled=False,
        why_off="its articles are drawn by script: switch it on where pages can be rendered (fetch: browser)",
        evidence="A",
        reliability="A",
        reliability_why="the authority's own site",
    ),
)
