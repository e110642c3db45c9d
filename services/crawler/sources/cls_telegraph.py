"""CLS's wire. Evidence A: three maintained projects read it so. Off: it answers signed questions only.

The signature is public in those projects: SHA-1 of the query sorted by name, MD5 of that. It makes the wire readable,
not licensed; the names and versions that are signed differ from project to project, hence they are options.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from pydantic import Field

from services.crawler.domain.source import Listed, Request, Source, SourcePage
from services.crawler.sources.answers import at, json_of, list_at, listed, moment, plain, word
from services.crawler.sources.asking import AskedBack
from services.crawler.sources.definition import Setup, SourceDefaults
from services.crawler.sources.registry import Plugin
from shared.config_file import ConfigModel

WHY_OFF = "its interface answers signed questions only: agree on its use with the publisher before it is switched on"
_HEADLINE = re.compile(r"\s*【([^】]{2,200})】")


class Signed(ConfigModel):
    """What the site's own page says of itself."""

    app: str = "CailianpressWeb"
    app_name: str = "app"
    """The parameter that carries `app`: `app` in two projects, `appName` in one."""
    version: str = "8.4.6"
    """7.7.5, 8.4.6 and 8.7.9 are seen."""


class ClsTelegraphOptions(Signed):
    """Which parts of the wire."""

    categories: tuple[str, ...] = Field(default=("",), min_length=1, max_length=8)
    """Empty: all; watch, announcement, red, remind, fund, hk, hk_us."""


def signed(parameters: Mapping[str, str]) -> str:
    """The query, sorted by name, with its signature at the end."""
    query = urlencode(sorted(parameters.items()))
    # What the site asks for, no protection of ours.
    first = hashlib.sha1(query.encode(), usedforsecurity=False).hexdigest()
    return f"{query}&sign={hashlib.md5(first.encode(), usedforsecurity=False).hexdigest()}"


def headline(row: Any) -> str:
    """The title; of an untitled item what stands in 【】 at the head of its text, else the text's beginning."""
    found = _HEADLINE.match(word(row, "content", "descr"))
    return word(row, "title") or (found[1] if found else plain(word(row, "brief", "content", "descr"))[:80])


def read(setup: Setup, row: Any, page: SourcePage) -> Listed | None:
    """One item; advertisements are none."""
    number = word(row, "id")
    if word(row, "is_ad") in ("1", "2") or at(row, "is_ad") is True or not number.isdecimal():
        return None
    published = moment(word(row, "ctime", "time"), setup.zone, page.fetched)
    author = word(row, "author")
    return listed(page, f"https://www.cls.cn/detail/{number}", headline(row), published, author=author)


def build(setup: Setup) -> Source:
    """One question for each part; the past is asked for by the time of the oldest item so far."""
    options: ClsTelegraphOptions = setup.options

    def ask(category: str, cursor: str, now: datetime) -> Request:
        said = {options.app_name: options.app, "os": "web", "sv": options.version, "category": category}
        said |= {"last_time": cursor or str(int(now.timestamp())), "refresh_type": "1", "rn": "20"}
        headers = (("Referer", "https://www.cls.cn/telegraph"),)
        return Request(f"{setup.address}?{signed(said)}", headers=headers, conditional=False)

    def onward(page: SourcePage, rows: Sequence[Any]) -> str:
        return word(rows[-1], "ctime")

    def rows(page: SourcePage) -> Sequence[Any]:
        return list_at(json_of(page), "data.roll_data")

    return AskedBack(options.categories, ask, rows, lambda row, page: read(setup, row, page), onward=onward)


PLUGIN = Plugin(
    "cls_telegraph",
    ClsTelegraphOptions,
    build,
    SourceDefaults(
        address="https://www.cls.cn/v1/roll/get_roll_list",
        outlet="财联社",
        language="zh-Hans",
        rights="link",
        interval=180,
        pace=5,
        enabled=False,
        why_off=WHY_OFF,
        evidence="A",
        reliability="B",
        reliability_why="an established financial news agency",
        indirect=("alibaba_health", "jd_health", "ping_an_good_doctor", "ant_group"),
    ),
)
