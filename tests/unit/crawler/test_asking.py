"""Sources that ask a question for each word: paging into the past ends, and what is older than wanted is left out."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.crawler.domain.dates import from_epoch
from services.crawler.domain.source import Listed, Parsed, Request, SourcePage
from services.crawler.sources.answers import listed, moment, word
from services.crawler.sources.asking import MOST_PAGES, AskedBack, json_rows, numbered
from shared.errors import PermanentError

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def ask(one: str, cursor: str, now: datetime) -> Request:
    return Request(f"https://example.com/search?q={one}&page={cursor or 0}")


def read(row: Any, page: SourcePage) -> Listed | None:
    return listed(page, word(row, "url"), word(row, "title"), from_epoch(float(word(row, "at")), "epoch_s"))


SOURCE = AskedBack(("甲", "乙"), ask, json_rows("rows"), read, onward=numbered(0))


def answer(request: Request, *days: int, first: int = 0) -> SourcePage:
    """A page whose items are so many days old."""
    rows = [
        {"url": f"/{first + n}.html", "title": "t", "at": (NOW - timedelta(days=one)).timestamp()}
        for n, one in enumerate(days)
    ]
    return SourcePage(request, request.address, json.dumps({"rows": rows}).encode(), NOW)


def test_a_poll_asks_once_for_each_word_and_no_further() -> None:
    asked = SOURCE.start({}, NOW)
    assert [request.address for request in asked] == [
        "https://example.com/search?q=甲&page=0",
        "https://example.com/search?q=乙&page=0",
    ]
    assert SOURCE.parse(answer(asked[0], 0, 1)).requests == ()


def test_the_past_is_read_until_a_page_is_wholly_too_old() -> None:
    since = NOW - timedelta(days=10)
    first = SOURCE.history(since, NOW)[0]
    parsed = SOURCE.parse(answer(first, 400, 1, 2))
    assert [item.address for item in parsed.items] == ["https://example.com/1.html", "https://example.com/2.html"]
    second = parsed.requests[0]
    assert second.address == "https://example.com/search?q=甲&page=1"
    assert second.since == since
    last = SOURCE.parse(answer(second, 11, 12, first=10))
    assert (last.items, last.requests) == ((), ())


@pytest.mark.parametrize("ending", ["nothing", "the same page again", "too many pages"])
def test_paging_ends(ending: str) -> None:
    first = SOURCE.history(NOW - timedelta(days=10), NOW)[0]
    second = SOURCE.parse(answer(first, 1)).requests[0]
    page = answer(second) if ending == "nothing" else answer(second, 1)
    if ending == "too many pages":
        page = replace(answer(second, 1, first=5), request=replace(second, carry={"number": str(MOST_PAGES)}))
    assert SOURCE.parse(page).requests == ()


def test_an_answer_without_rows_is_a_fault_at_first_and_the_end_later() -> None:
    first = SOURCE.history(NOW - timedelta(days=10), NOW)[0]
    second = SOURCE.parse(answer(first, 1)).requests[0]
    assert SOURCE.parse(SourcePage(second, second.address, b'{"rows": null}', NOW)) == Parsed()
    with pytest.raises(PermanentError, match="nothing at `rows`"):
        SOURCE.parse(SourcePage(first, first.address, b'{"rows": null}', NOW))
    with pytest.raises(PermanentError, match="no list at `rows`"):
        SOURCE.parse(SourcePage(second, second.address, b'{"rows": {}}', NOW))


def test_rows_that_cannot_be_read_are_a_fault_unless_rows_are_chosen_from() -> None:
    first = SOURCE.start({}, NOW)[0]
    body = json.dumps({"rows": [{"url": "", "at": 0}]}).encode()
    with pytest.raises(PermanentError, match="none of 1 items has a link"):
        SOURCE.parse(SourcePage(first, first.address, body, NOW))
    chooser = AskedBack(("甲",), ask, json_rows("rows"), read, strict=False)
    assert chooser.parse(SourcePage(first, first.address, body, NOW)) == Parsed()


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("1795140000", "2026-11-20T02:00:00+00:00"),
        ("1795140000123", "2026-11-20T02:00:00+00:00"),
        ("2026-11-20 10:00", "2026-11-20T10:00:00+00:00"),
        ("昨天 09:15", "2026-11-21T09:15:00+00:00"),
    ],
)
def test_a_time_of_any_form(written: str, at: str) -> None:
    found = moment(written, UTC, NOW)
    assert found is not None
    assert found.at.isoformat() == at


@pytest.mark.parametrize("written", ["", "123", "soon", "0000000000"])
def test_what_is_no_time(written: str) -> None:
    assert moment(written, UTC, NOW) is None
