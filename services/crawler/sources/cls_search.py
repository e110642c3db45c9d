"""CLS's search by keyword. Evidence B: several projects agree. Off for the reason that `cls_telegraph` is off."""

import json
from datetime import datetime
from typing import Literal

from pydantic import Field

from services.crawler.domain.source import Request, Source
from services.crawler.sources.asking import AskedBack, json_rows, numbered
from services.crawler.sources.cls_telegraph import WHY_OFF, Signed, read, signed
from services.crawler.sources.definition import Setup, SourceDefaults
from services.crawler.sources.registry import Plugin
from services.crawler.sources.words import ASKED_BY_NAME, FIRMS


class ClsSearchOptions(Signed):
    """What is searched for, and in which of the two rooms."""

    version: str = "8.7.9"
    words: tuple[str, ...] = Field(default=FIRMS, min_length=1, max_length=15)
    room: Literal["telegram", "depth"] = "depth"


def build(setup: Setup) -> Source:
    """One signed search for each word; pages are counted from 0."""
    options: ClsSearchOptions = setup.options

    def ask(one: str, cursor: str, now: datetime) -> Request:
        said = {options.app_name: options.app, "os": "web", "sv": options.version}
        body = {"type": options.room, "keyword": one, "rn": 20, "page": int(cursor or 0), **said}
        headers = (("Content-Type", "application/json"), ("Referer", "https://www.cls.cn/searchPage"))
        return Request(
            f"{setup.address}?{signed(said)}",
            method="POST",
            headers=headers,
            body=json.dumps(body, ensure_ascii=False).encode(),
            conditional=False,
        )

    rows = json_rows(f"data.{options.room}.data")
    return AskedBack(options.words, ask, rows, lambda row, page: read(setup, row, page), onward=numbered(0))


PLUGIN = Plugin(
    "cls_search",
    ClsSearchOptions,
    build,
    SourceDefaults(
        address="https://www.cls.cn/api/sw",
        outlet="财联社",
        language="zh-Hans",
        rights="link",
        interval=900,
        pace=5,
        enabled=False,
        why_off=WHY_OFF,
        evidence="B",
        reliability="B",
        reliability_why="an established financial news agency",
        direct=ASKED_BY_NAME,
    ),
)
