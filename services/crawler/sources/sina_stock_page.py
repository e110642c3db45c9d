"""Sina Finance's page of a Hong Kong stock's news, in GBK: the neutral index in Chinese, which shows what was missed.

Sina picks a company's headlines from many outlets, on hosts that are reached from the mainland, and nothing here takes
alerts from it: what the index lists is found by other sources, or not. Evidence B: many projects read it; HTTP 456
means too many questions.

Further pages have another form of address than the one that the page itself links to.
"""

from datetime import datetime
from typing import Any

from pydantic import Field

from services.crawler.domain.charset import decode
from services.crawler.domain.dates import parse_time
from services.crawler.domain.source import Listed, Request, Source, SourcePage
from services.crawler.sources.answers import boxes, link_of, listed, words_of
from services.crawler.sources.asking import AskedBack
from services.crawler.sources.definition import Setup, SourceDefaults
from services.crawler.sources.registry import Plugin
from shared.config_file import ConfigModel


class SinaStockPageOptions(ConfigModel):
    """Whose news."""

    codes: tuple[str, ...] = Field(default=("00241", "06618", "01833"), min_length=1, max_length=15)


def build(setup: Setup) -> Source:
    """One page for each stock; further ones where the past is read."""

    def ask(code: str, cursor: str, now: datetime) -> Request:
        form = f"go.php/CompanyNews/page/{cursor}/code/{code}/.phtml" if cursor else f"news/{code}.html"
        return Request(f"{setup.address}/{form}")

    def read(row: Any, page: SourcePage) -> Listed | None:
        published = parse_time(words_of(row, "span"), setup.zone)
        return listed(page, link_of(row), words_of(row, "a[href]"), published)

    def rows(page: SourcePage) -> list[Any]:
        return boxes(decode(page.body, page.charset), "ul.list01 > li, ul#js_ggzx > li")

    return AskedBack(setup.options.codes, ask, rows, read)


PLUGIN = Plugin(
    "sina_stock_page",
    SinaStockPageOptions,
    build,
    SourceDefaults(
        address="https://stock.finance.sina.com.cn/hkstock",
        outlet="新浪财经",
        language="zh-Hans",
        role="recall",
        rights="link",
        interval=300,
        pace=3,
        evidence="B",
        reliability="F",
        reliability_why="a portal's selection over outlets of every kind",
        direct=("alibaba_health", "jd_health", "ping_an_good_doctor"),
    ),
)
