"""The exchange's search: the number of a stock is looked up once and kept; the past is asked for by date."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest

from services.crawler.application.poll import Poll, Polled
from services.crawler.application.values import Answer, LeasedSource
from services.crawler.domain.source import SourcePage
from services.crawler.sources.hkexnews_latest import HkexnewsLatest, HkexnewsLatestOptions
from services.crawler.sources.hkexnews_search import HkexnewsSearch, HkexnewsSearchOptions
from services.crawler.sources.registry import plugins
from shared.errors import PermanentError
from tests.unit.crawler.fakes import FakeFetcher, FakeQueue, FakeTelemetry

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SEARCH = HkexnewsSearch("https://example.com/search", UTC, HkexnewsSearchOptions(codes=("00241",), language="zh"))
STOCKS = b'callback({"more":"1","stockInfo":[{"stockId":7001,"code":"02410"},{"stockId":7002,"code":"00241"}]});'


def test_a_number_is_kept_and_not_looked_up_again() -> None:
    asked = SEARCH.start({}, NOW)[0]
    found = SEARCH.parse(SourcePage(asked, asked.address, STOCKS, NOW))
    assert found.state == {"stock_id:00241": "7002", "stock_id_since:00241": NOW.isoformat()}
    again = SEARCH.start(found.state, NOW)
    assert [request.address for request in again] == [request.address for request in found.requests]
    assert "stockId=7002" in again[0].address
    assert "lang=ZH" in again[0].address


NULL = b'{"result":"null"}'
OTHERS = b'{"result":"[{\\"STOCK_CODE\\":\\"00242\\",\\"FILE_LINK\\":\\"/a.pdf\\"}]"}'
OWN = b'{"result":"[{\\"STOCK_CODE\\":\\"00241\\",\\"FILE_LINK\\":\\"/a.pdf\\"}]"}'


@pytest.mark.parametrize(
    ("answer", "days", "looked_up"),
    [(NULL, 6, False), (NULL, 8, True), (OTHERS, 6, False), (OTHERS, 8, True), (OWN, 8, False), (OWN, 31, True)],
)
def test_an_old_number_under_which_nothing_is_found_is_looked_up_again(
    answer: bytes, days: int, looked_up: bool
) -> None:
    state: dict[str, object] = {
        "stock_id:00241": "7001",
        "stock_id_since:00241": (NOW - timedelta(days=days)).isoformat(),
    }
    for asked in SEARCH.start(state, NOW):
        if not asked.step:
            state |= SEARCH.parse(SourcePage(asked, asked.address, answer, NOW)).state
    again = SEARCH.start(state, NOW)[0]
    assert ("/prefix.do?" in again.address) is looked_up
    if looked_up:
        state |= SEARCH.parse(SourcePage(again, again.address, STOCKS, NOW)).state
        assert "stockId=7002" in SEARCH.start(state, NOW)[0].address


@pytest.mark.parametrize("kept", ["", "yesterday", "2026-11-22T12:00:00", 7, None])
def test_a_number_of_unknown_age_is_looked_up(kept: object) -> None:
    state = {"stock_id:00241": "7001", "stock_id_since:00241": kept}
    assert "/prefix.do?" in SEARCH.start(state, NOW)[0].address


def test_an_empty_past_says_nothing_of_the_number() -> None:
    looked_up = SEARCH.history(NOW - timedelta(days=400), NOW)[0]
    asked = SEARCH.parse(SourcePage(looked_up, looked_up.address, STOCKS, NOW)).requests[0]
    assert SEARCH.parse(SourcePage(asked, asked.address, NULL, NOW + timedelta(days=9))).state == {}


def test_a_code_that_nobody_knows_is_named() -> None:
    asked = SEARCH.start({}, NOW)[0]
    with pytest.raises(PermanentError, match="no stock of the code 00241"):
        SEARCH.parse(SourcePage(asked, asked.address, STOCKS.replace(b"00241", b"00242"), NOW))


def test_the_past_is_asked_for_by_date() -> None:
    since = NOW - timedelta(days=400)
    asked = SEARCH.history(since, NOW)[0]
    found = SEARCH.parse(SourcePage(asked, asked.address, STOCKS, NOW)).requests[0]
    assert "fromDate=20251018&toDate=20261122" in found.address
    assert found.since == since


@pytest.mark.parametrize("pages", ["", "0", "3", "9999", "x", None])
def test_the_number_of_pages_is_bounded(pages: str | None) -> None:
    latest = HkexnewsLatest("https://example.com", UTC, HkexnewsLatestOptions(language="en"))
    asked = latest.start({}, NOW)[0]
    body = json.dumps({"newsInfoLst": [], "maxNumOfFile": pages}).encode()
    further = latest.parse(SourcePage(asked, asked.address, body, NOW)).requests
    assert len(further) == {"3": 2}.get(pages or "", 0)


def test_both_need_a_permission() -> None:
    for name in ("hkexnews_latest", "hkexnews_search"):
        defaults = plugins()[name].defaults
        assert defaults is not None
        assert defaults.terms.verdict == "prohibited"
        assert defaults.rights == "link"


class Exchange(dict[str, bytes | Answer | Exception]):
    """Answers look-ups with the stock's number, searches with one filing."""

    def __missing__(self, address: str) -> bytes:
        rows = [{"STOCK_CODE": "00241", "FILE_LINK": "/a_c.pdf", "TITLE": "t", "DATE_TIME": "20/11/2026 16:46"}]
        return STOCKS if "/prefix.do?" in address else json.dumps({"result": json.dumps(rows)}).encode()


def test_a_second_poll_goes_straight_to_the_search() -> None:
    queue, fetcher = FakeQueue(), FakeFetcher(Exchange())
    for asked in (2, 3):  # a look-up and a search; then a search alone
        leased = LeasedSource("hkexnews_search", queue.state, 0, "lease")
        asyncio.run(Poll(fetcher, queue, FakeTelemetry())(Polled("hkexnews_search", SEARCH, 60.0, 0.0), leased))
        assert len(fetcher.asked) == asked
        assert [page.address for page in queue.pages] == ["https://example.com/a_c.pdf"]
