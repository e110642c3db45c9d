"""The Hong Kong exchange's title search, a stock at a time; it reads back years.

Evidence B: many projects agree, one tested it on 2026-08-21. A search wants the exchange's own number of the stock,
which is looked up by code and kept in the state: for a month, or until nothing is found by it after a week. The rows
are JSON in a text inside the JSON, and further rows come by asking for more of them from the start. HKEX's terms
refuse automated access: it runs with a `permission` only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any, Literal
from urllib.parse import urlencode

from pydantic import Field

from services.crawler.domain.dates import parse_time
from services.crawler.domain.source import Listed, Parsed, Request, Source, SourcePage, State
from services.crawler.sources.answers import at, json_of, list_at, listed, loads, word
from services.crawler.sources.definition import Setup, SourceDefaults, Terms
from services.crawler.sources.hkexnews_latest import WRITTEN, untangled
from services.crawler.sources.registry import Plugin
from shared.config_file import ConfigModel
from shared.errors import PermanentError

ROWS = 100
"""Rows of the first answer, and how many more each further one has."""
DOUBTED = timedelta(days=7)
"""Age from which a stock's number under which nothing is found is looked up again: it may have changed."""
STALE = timedelta(days=30)
"""Age from which it is looked up again in any case: a look-up a month costs nothing."""
LANGUAGES = {"en": "EN", "zh": "ZH"}
HEADERS = (
    ("Referer", "https://www1.hkexnews.hk/search/titlesearch.xhtml?lang=en"),
    ("X-Requested-With", "XMLHttpRequest"),
)


class HkexnewsSearchOptions(ConfigModel):
    """Whose filings, which list, and how far a poll looks back."""

    codes: tuple[str, ...] = Field(default=("00241", "06618", "01833"), min_length=1, max_length=9)
    """Five digits each."""
    language: Literal["en", "zh", "both"] = "both"
    days: int = Field(default=7, ge=1, le=365)


@dataclass(frozen=True)
class HkexnewsSearch:
    """Asks the search under `address`."""

    address: str
    zone: tzinfo
    options: HkexnewsSearchOptions

    def start(self, state: State, now: datetime) -> Sequence[Request]:
        """A search for each stock whose number is known and not a month old, a look-up for each other."""
        begin, asked = now - timedelta(days=self.options.days), list[Request]()
        for code in self.options.codes:
            known, since = state.get(_key(code)), _moment(state.get(_key_since(code)))
            if isinstance(known, str) and known.isdecimal() and since is not None and now - since < STALE:
                asked += self._searches(code, known, since, begin, now, None)
            else:
                asked.append(self._look_up(code, begin, None))
        return asked

    def history(self, since: datetime, now: datetime) -> Sequence[Request]:
        """The same from `since` (UTC) on, with the numbers looked up anew."""
        return [self._look_up(code, since, since) for code in self.options.codes]

    def parse(self, page: SourcePage) -> Parsed:
        """The number of a stock and its searches, or filings. Raises PermanentError for another shape."""
        return self._number(page) if page.request.step == "stock" else self._filings(page)

    def _number(self, page: SourcePage) -> Parsed:
        request, code = page.request, page.request.carry["code"]
        for row in list_at(json_of(page), "stockInfo"):
            number = word(row, "stockId")
            if word(row, "code") == code and number.isdecimal():
                begin = datetime.fromisoformat(request.carry["begin"])
                found = self._searches(code, number, page.fetched, begin, page.fetched, request.since)
                known = {_key(code): number, _key_since(code): page.fetched.isoformat()}
                return Parsed(requests=tuple(found), state=known)
        raise PermanentError(f"the exchange knows no stock of the code {code}")

    def _filings(self, page: SourcePage) -> Parsed:
        request, carry, answer = page.request, page.request.carry, json_of(page)
        packed = at(answer, "result")
        rows = loads(packed) if isinstance(packed, str) else packed
        if rows is None and isinstance(packed, str):
            return Parsed(state=self._doubt(page))  # "null": nothing in that time
        if not isinstance(rows, list):
            raise PermanentError(f"no list in `result` of the answer but {type(rows).__name__}")
        asked = int(carry["rows"])
        fresh = rows[asked - ROWS :]  # the rows before were in the last answer
        items = [self._listed(row, page) for row in fresh if _is_of(row, carry["code"])]
        good = tuple(item for item in items if item is not None)
        further: tuple[Request, ...] = ()
        if at(answer, "hasNextRow") is True and fresh:
            further = (self._search({**carry, "rows": str(asked + ROWS)}, request.since),)
        state = {} if any(_is_of(row, carry["code"]) for row in rows) else self._doubt(page)
        return Parsed(good, further, state, dropped=items.count(None))

    def _doubt(self, page: SourcePage) -> dict[str, object]:
        """A state without the number under which nothing was found, if it is old: the next poll looks it up."""
        code, since = page.request.carry["code"], _moment(page.request.carry["known_since"])
        fresh = since is not None and page.fetched - since < DOUBTED
        return {} if fresh or page.request.since is not None else {_key(code): ""}

    def _look_up(self, code: str, begin: datetime, since: datetime | None) -> Request:
        query = urlencode({"callback": "callback", "lang": "EN", "type": "A", "name": code, "market": "SEHK"})
        carry = {"code": code, "begin": begin.isoformat()}
        address = f"{self.address}/prefix.do?{query}"
        return Request(address, headers=HEADERS, step="stock", conditional=False, carry=carry, since=since)

    def _searches(
        self, code: str, number: str, known_since: datetime, begin: datetime, now: datetime, since: datetime | None
    ) -> list[Request]:
        languages = LANGUAGES if self.options.language == "both" else (self.options.language,)
        days = {"from": f"{begin.astimezone(self.zone):%Y%m%d}", "to": f"{now.astimezone(self.zone):%Y%m%d}"}
        carry = {"code": code, "number": number, "known_since": known_since.isoformat(), "rows": str(ROWS), **days}
        return [self._search({**carry, "language": language}, since) for language in languages]

    def _search(self, carry: Mapping[str, str], since: datetime | None) -> Request:
        query = {"sortDir": "0", "sortByOptions": "DateTime", "category": "0", "market": "SEHK"}
        query |= {"stockId": carry["number"], "documentType": "-1", "fromDate": carry["from"], "toDate": carry["to"]}
        query |= {"title": "", "searchType": "0", "t1code": "-2", "t2Gcode": "-2", "t2code": "-2"}
        query |= {"rowRange": carry["rows"], "lang": LANGUAGES[carry["language"]]}
        address = f"{self.address}/titleSearchServlet.do?{urlencode(query)}"
        return Request(address, headers=HEADERS, carry=carry, since=since, conditional=False)

    def _listed(self, row: Any, page: SourcePage) -> Listed | None:
        return listed(
            page,
            word(row, "FILE_LINK"),
            untangled(word(row, "TITLE")),
            parse_time(word(row, "DATE_TIME"), self.zone, WRITTEN),
            author=word(row, "STOCK_NAME").partition("<br/>")[0],
            marker=word(row, "FILE_INFO"),
        )


def _key(code: str) -> str:
    """Key of the state under which the exchange's number of a stock stands."""
    return f"stock_id:{code}"


def _is_of(row: Any, code: str) -> bool:
    """Whether a filing is that stock's: one may be of several issuers."""
    return code in word(row, "STOCK_CODE").split("<br/>")


def _key_since(code: str) -> str:
    """Key of the state under which the moment stands at which it was looked up (ISO 8601, with its offset)."""
    return f"stock_id_since:{code}"


def _moment(kept: object) -> datetime | None:
    """A moment out of the state; None where there is none that can be read."""
    try:
        at = datetime.fromisoformat(kept) if isinstance(kept, str) else None
    except ValueError:
        return None
    return at if at is not None and at.tzinfo is not None else None


def build(setup: Setup) -> Source:
    """The search under the address."""
    return HkexnewsSearch(setup.address, setup.zone, setup.options)


PLUGIN = Plugin(
    "hkexnews_search",
    HkexnewsSearchOptions,
    build,
    SourceDefaults(
        address="https://www1.hkexnews.hk/search",
        outlet="HKEXnews",
        timezone="Asia/Hong_Kong",
        rights="link",
        terms=Terms(address="https://www.hkexnews.hk/", verdict="prohibited"),
        interval=3600,
        pace=2,
        evidence="B",
        reliability="A",
        reliability_why="the exchange's register of filings",
        direct=("alibaba_health", "jd_health", "ping_an_good_doctor"),
    ),
)
