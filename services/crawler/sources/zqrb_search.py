"""Securities Daily's search by title, newest first. It speaks plain http alone.

Evidence B: many projects of several years agree on the form of a result. Words are looked for in titles: in whole
texts the search takes Chinese words apart and finds other companies.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from pydantic import Field

from services.crawler.domain.charset import decode
from services.crawler.domain.dates import parse_time
from services.crawler.domain.source import Listed, Request, Source, SourcePage
from services.crawler.sources.answers import link_of, listed, soup_of, words_of
from services.crawler.sources.asking import AskedBack
from services.crawler.sources.definition import Setup, SourceDefaults
from services.crawler.sources.registry import Plugin
from services.crawler.sources.words import ASKED_BY_NAME, FIRMS
from shared.config_file import ConfigModel
from shared.errors import PermanentError

_NUMBER = re.compile(r"^\d{1,3}\.\s+")
_TIME = re.compile(r"时间\s*[:：]\s*(\d{4}-\d\d-\d\d(?: \d\d:\d\d)?)")


class ZqrbSearchOptions(ConfigModel):
    """Words of titles; each is one request of a poll."""

    words: tuple[str, ...] = Field(default=FIRMS, min_length=1, max_length=15)


def _rows(page: SourcePage) -> Sequence[Any]:
    """The results; none on the search's own page is no fault. Raises PermanentError for another page."""
    soup = soup_of(decode(page.body, page.charset))
    found = list(soup.select("dl.result-list"))
    if not found and soup.select_one("form[action*='search'], input[name='q']") is None:
        raise PermanentError("neither results nor a form to search with: the page has changed")
    return found


def build(setup: Setup) -> Source:
    """One search for each word."""

    def ask(one: str, cursor: str, now: datetime) -> Request:
        query = {"src": "news", "q": one, "f": "title", "s": "newsdate_DESC", "p": cursor or "1"}
        return Request(f"{setup.address}?{urlencode(query)}", headers=(("Referer", "http://www.zqrb.cn/"),))

    def read(row: Any, page: SourcePage) -> Listed | None:
        written = _TIME.search(row.get_text(" ", strip=True))
        title = _NUMBER.sub("", words_of(row, "dt h4") or words_of(row, "dt a"))
        return listed(page, link_of(row, "dt a[href]"), title, parse_time(written[1], setup.zone) if written else None)

    return AskedBack(setup.options.words, ask, _rows, read)


PLUGIN = Plugin(
    "zqrb_search",
    ZqrbSearchOptions,
    build,
    SourceDefaults(
        address="http://search.zqrb.cn/search.php",
        outlet="证券日报",
        language="zh-Hans",
        interval=1800,
        pace=10,
        evidence="B",
        reliability="B",
        reliability_why="an established financial newspaper, where companies must disclose",
        direct=ASKED_BY_NAME,
    ),
)
