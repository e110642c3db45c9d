"""The Hong Kong exchange's newest filings, of all issuers, filtered by stock code; the documents are PDFs.

Evidence B: eight projects read the list so, and one tested it on 2026-08-21. Times are day first. HKEX's terms refuse
automated access: it runs with a `permission` only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Literal

from pydantic import Field

from services.crawler.domain.dates import parse_time
from services.crawler.domain.source import Listed, Parsed, Request, Source, SourcePage, State
from services.crawler.sources.answers import at, json_of, list_at, listed, word
from services.crawler.sources.definition import Setup, SourceDefaults, Terms
from services.crawler.sources.paging import wanted
from services.crawler.sources.registry import Plugin
from shared.config_file import ConfigModel

MOST_PAGES = 5
"""Pages of five hundred filings; a day has at most about five."""
LISTS = {"en": "relsde", "zh": "relsdc"}
"""English and Chinese list, as the file's name has it."""
WRITTEN = ("%d/%m/%Y %H:%M",)


class HkexnewsLatestOptions(ConfigModel):
    """Whose filings, and which list."""

    codes: tuple[str, ...] = Field(default=("00241", "06618", "01833"), min_length=1)
    """Five digits each."""
    language: Literal["en", "zh", "both"] = "both"


@dataclass(frozen=True)
class HkexnewsLatest:
    """Reads the lists under `address`."""

    address: str
    zone: tzinfo
    options: HkexnewsLatestOptions

    def start(self, state: State, now: datetime) -> Sequence[Request]:
        """The first page of today's filings in each language."""
        return self._first("1", None)

    def history(self, since: datetime, now: datetime) -> Sequence[Request]:
        """The first page of the last seven days: the list keeps no more."""
        return self._first("7", since)

    def parse(self, page: SourcePage) -> Parsed:
        """The filings of our stocks, and the further pages. Raises PermanentError for another shape."""
        answer, carry, since = json_of(page), page.request.carry, page.request.since
        found = [self._listed(row, page) for row in list_at(answer, "newsInfoLst") if self._ours(row)]
        items = tuple(item for item in found if item is not None)
        further: list[Request] = []
        if not page.request.step:
            last = word(answer, "maxNumOfFile")
            count = min(int(last), MOST_PAGES) if last.isdecimal() and len(last) < 4 else 1
            further = [self._ask(carry["language"], carry["days"], number, since) for number in range(2, count + 1)]
        return Parsed(wanted(items, since), tuple(further), dropped=found.count(None))

    def _first(self, days: str, since: datetime | None) -> tuple[Request, ...]:
        languages = LISTS if self.options.language == "both" else (self.options.language,)
        return tuple(self._ask(language, days, 1, since) for language in languages)

    def _ask(self, language: str, days: str, number: int, since: datetime | None) -> Request:
        address = f"{self.address}/lcisehk{days}{LISTS[language]}_{number}.json"
        carry = {"language": language, "days": days}
        return Request(address, step="page" if number > 1 else "", carry=carry, since=since, conditional=since is None)

    def _ours(self, row: Any) -> bool:
        stocks = at(row, "stock")
        return isinstance(stocks, list) and any(word(stock, "sc") in self.options.codes for stock in stocks)

    def _listed(self, row: Any, page: SourcePage) -> Listed | None:
        return listed(
            page,
            word(row, "webPath"),
            untangled(word(row, "title")),
            parse_time(word(row, "relTime"), self.zone, WRITTEN),
            author=word(row, "stock.0.sn"),
            marker=word(row, "size"),
        )


def untangled(title: str) -> str:
    """A title in which JSON escapes lost their backslash on the way (`u003c` for `<`)."""
    for escape, sign in (("u003c", "<"), ("u003e", ">"), ("u0026", "&"), ("u0027", "'")):
        title = title.replace(f"\\{escape}", sign).replace(escape, sign)
    return title


def build(setup: Setup) -> Source:
    """The lists under the address."""
    return HkexnewsLatest(setup.address, setup.zone, setup.options)


PLUGIN = Plugin(
    "hkexnews_latest",
    HkexnewsLatestOptions,
    build,
    SourceDefaults(
        address="https://www1.hkexnews.hk/ncms/json/eds",
        outlet="HKEXnews",
        timezone="Asia/Hong_Kong",
        rights="link",
        terms=Terms(address="https://www.hkexnews.hk/", verdict="prohibited"),
        interval=120,
        pace=2,
        evidence="B",
        reliability="A",
        reliability_why="the exchange's register of filings",
        direct=("alibaba_health", "jd_health", "ping_an_good_doctor"),
    ),
)
