"""Eastmoney's copy of Hong Kong announcements, with Chinese titles; the documents are PDFs.

Off: four projects read it so, one says that it answers with announcements of other markets (evidence C). Rows without
the stock that was asked for are left out, so that answer would give nothing.
"""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from pydantic import Field

from services.crawler.domain.dates import parse_time
from services.crawler.domain.source import Listed, Request, Source, SourcePage
from services.crawler.sources.answers import at, listed, word
from services.crawler.sources.asking import AskedBack, json_rows
from services.crawler.sources.definition import Setup, SourceDefaults
from services.crawler.sources.registry import Plugin
from shared.config_file import ConfigModel

_PDF = "https://pdf.dfcfw.com/pdf/H2_{}_1.pdf"


class EastmoneyAnnouncementsOptions(ConfigModel):
    """Whose announcements."""

    codes: tuple[str, ...] = Field(default=("00241", "06618", "01833"), min_length=1, max_length=15)


def _read(setup: Setup, row: Any, page: SourcePage) -> Listed | None:
    """One announcement of the stock that was asked for."""
    codes, number = at(row, "codes"), word(row, "art_code")
    asked = page.request.carry.get("word")
    mine = [one for one in codes if word(one, "stock_code") == asked] if isinstance(codes, list) else []
    if not mine or not number.isalnum():
        return None
    # The day of notice comes as midnight, which is no time of day.
    published = parse_time(word(row, "display_time") or word(row, "notice_date")[:10], setup.zone)
    return listed(
        page, _PDF.format(number), word(row, "title_ch", "title"), published, author=word(mine[0], "short_name")
    )


def build(setup: Setup) -> Source:
    """One question for each stock."""

    def ask(code: str, cursor: str, now: datetime) -> Request:
        query = {"sr": "-1", "page_size": "100", "page_index": cursor or "1", "ann_type": "H", "client_source": "web"}
        query |= {"stock_list": code, "f_node": "0", "s_node": "0"}
        return Request(f"{setup.address}?{urlencode(query)}", headers=(("Referer", "https://data.eastmoney.com/"),))

    return AskedBack(
        setup.options.codes, ask, json_rows("data.list"), lambda row, page: _read(setup, row, page), strict=False
    )


PLUGIN = Plugin(
    "eastmoney_announcements",
    EastmoneyAnnouncementsOptions,
    build,
    SourceDefaults(
        address="https://np-anotice-stock.eastmoney.com/api/security/ann",
        outlet="东方财富",
        language="zh-Hans",
        interval=600,
        pace=5,
        enabled=False,
        why_off="projects disagree whether it gives Hong Kong announcements; look at it live before it is switched on",
        evidence="C",
        reliability="B",
        reliability_why="the exchange's filings, copied by a portal",
        direct=("alibaba_health", "jd_health", "ping_an_good_doctor"),
    ),
)
