"""The search over the sites of Zhejiang's authorities, for penalties and notices that name the companies. Off: see
`why_off`.

Evidence A for question and answer, U for the number of a site: the only one known is the city of Ningbo's.
Rights: excerpt, since it finds articles as well as documents of organs of state.
"""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from bs4 import BeautifulSoup
from pydantic import Field

from services.crawler.domain.dates import parse_time
from services.crawler.domain.source import Listed, Request, Source, SourcePage
from services.crawler.sources.answers import link_of, listed, words_of
from services.crawler.sources.asking import AskedBack, json_rows
from services.crawler.sources.definition import Setup, SourceDefaults
from services.crawler.sources.registry import Plugin
from shared.config_file import ConfigModel

_HEADERS = (("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"),)


class ZhejiangSearchOptions(ConfigModel):
    """What is searched for, and where."""

    words: tuple[str, ...] = Field(default=("阿里健康", "蚂蚁集团", "药品网络销售"), min_length=1, max_length=15)
    site: str = Field(default="330201000000000", pattern=r"^\d{15}$")
    """Number of a site; the default is Ningbo's, the only one that is known."""


def build(setup: Setup) -> Source:
    """One search for each word, newest first."""

    def ask(one: str, cursor: str, now: datetime) -> Request:
        form = {"websiteid": setup.options.site, "pg": "30", "p": cursor or "1", "cateid": "658", "word": one, "q": one}
        form |= {"checkError": "1", "isContains": "0", "pos": "title,content,keyword", "sortType": "2"}
        return Request(setup.address, "POST", _HEADERS, urlencode(form).encode(), conditional=False)

    def read(row: Any, page: SourcePage) -> Listed | None:
        if not isinstance(row, str):
            return None
        box = BeautifulSoup(row[:50_000], "lxml")
        said = [span.get_text(" ", strip=True) for span in box.select(".sourceTime > span")]
        written = next((one for one in said if "时间" in one), "")
        outlet = next((one.partition("来源")[2].lstrip(":： ") for one in said if "来源" in one), "")
        title, link = words_of(box, ".titleWrapper > a"), link_of(box, ".titleWrapper > a[href]")
        return listed(page, link, title, parse_time(written, setup.zone), outlet=outlet)

    return AskedBack(setup.options.words, ask, json_rows("result"), read)


PLUGIN = Plugin(
    "zhejiang_search",
    ZhejiangSearchOptions,
    build,
    SourceDefaults(
        address="https://search.zj.gov.cn/jsearchfront/interfaces/cateSearch.do",
        outlet="浙江政务服务网",
        language="zh-Hans",
        interval=3600,
        pace=10,
        enabled=False,
        why_off="the number of a site is known for Ningbo only; those of the province and of Hangzhou were not found",
        evidence="U",
        reliability="A",
        reliability_why="the province's own site, which searches its authorities' pages",
        indirect=("regulator_samr", "alibaba_health", "ant_group"),
    ),
)
