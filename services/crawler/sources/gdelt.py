"""GDELT's index of the world's news (DOC 2.0): it measures what the others missed.

Evidence B: documented by its makers. One request in five seconds is allowed; what goes wrong is said in plain text
with status 200. `seendate` is when GDELT read a page, in UTC, not when it was published: it is not taken as a date.
Whether words in Chinese match is not known, hence the English ones.

Terms: any use without fee is allowed, and whoever uses or passes on the data names the project and links to it;
several projects quote these words, one read them on 2026-09-23. They speak of the index alone, not of the pages that
it leads to: robots.txt is asked for each of these, and no more than the link of one is shown.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from pydantic import Field

from services.crawler.domain.charset import decode
from services.crawler.domain.source import Listed, Request, Source, SourcePage
from services.crawler.sources.answers import listed, word
from services.crawler.sources.asking import Asked
from services.crawler.sources.definition import Setup, SourceDefaults, Terms
from services.crawler.sources.json_path import json_of
from services.crawler.sources.registry import Plugin
from shared.config_file import ConfigModel
from shared.errors import PermanentError, TransientError

_WINDOW = "1d"
"""How far back a poll asks, in GDELT's words; polls are half an hour apart."""
_MOST = 250
"""Articles of one answer; GDELT gives no more."""


class GdeltOptions(ConfigModel):
    """Searches in GDELT's own language."""

    queries: tuple[str, ...] = Field(
        default=(
            '("Alibaba Health" OR "Ali Health" OR "Ant Afu" OR Haodf)',
            '("Ant Group" OR Alipay) (healthcare OR medical OR hospital) sourcecountry:CH',
        ),
        min_length=1,
        max_length=10,
    )


def _rows(page: SourcePage) -> Sequence[Any]:
    """The articles. Raises TransientError when GDELT asks for patience, PermanentError for other words and shapes."""
    text = decode(page.body, page.charset).strip()
    if text[:1] not in ("{", "["):
        said = " ".join(text[:200].split())
        if "limit requests" in said.lower() or "too many" in said.lower():
            raise TransientError(f"GDELT asks for patience: {said}", retry_after=60.0)
        raise PermanentError(f"GDELT gives words for an answer: {said or 'none'}")
    answer = json_of(page.body, page.charset)
    if answer == {}:
        return ()  # nothing was found
    rows = answer.get("articles") if isinstance(answer, dict) else None
    if not isinstance(rows, list):
        raise PermanentError(f"no list at `articles` of the answer but {type(rows).__name__}")
    return rows


def build(setup: Setup) -> Source:
    """One question for each search."""

    def ask(query: str, cursor: str, now: datetime) -> Request:
        about = {"query": query, "mode": "ArtList", "format": "json", "maxrecords": str(_MOST), "sort": "DateDesc"}
        return Request(f"{setup.address}?{urlencode({**about, 'timespan': _WINDOW})}", conditional=False)

    def read(row: Any, page: SourcePage) -> Listed | None:
        return listed(page, word(row, "url"), word(row, "title"), None, outlet=word(row, "domain"))

    return Asked(setup.options.queries, ask, _rows, read, most=_MOST)


PLUGIN = Plugin(
    "gdelt",
    GdeltOptions,
    build,
    SourceDefaults(
        address="https://api.gdeltproject.org/api/v2/doc/doc",
        outlet="GDELT",
        language="en",
        timezone="UTC",
        role="recall",
        rights="link",
        terms=Terms(address="https://www.gdeltproject.org/about.html#termsofuse", verdict="allowed"),
        interval=1800,
        pace=5,
        evidence="B",
        reliability="F",
        reliability_why="a search over outlets of every kind",
        direct=("alibaba_health", "alipay_health", "haodf"),
    ),
)
