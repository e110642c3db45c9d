"""The calendar as calendar programs read it: addresses that may be opened, and no line that a text makes up."""

from datetime import timedelta

import pytest
from icalendar import Calendar

from shared.calendar.entries import Filed, announced, entries_from, entries_of
from shared.calendar.ical import feed
from tests.fakes.notices import DRAFT, SEEN, filed

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("url", "opened"),
    [
        ("https://news.example/a?b=c%20d#e", "https://news.example/a?b=c%20d#e"),
        ("https://例子.测试/公告", "https://%E4%BE%8B%E5%AD%90.%E6%B5%8B%E8%AF%95/%E5%85%AC%E5%91%8A"),
        (
            "https://news.example/\r\nATTENDEE:mailto:a@example.com",
            "https://news.example/%0D%0AATTENDEE:mailto:a@example.com",
        ),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("https://[news", None),
    ],
)
def test_an_address_is_one_that_may_be_opened(url: str, opened: str | None) -> None:
    for event in Calendar.from_ical(feed(entries_of([filed(url=url)]), {}, "en", "Luming")).walk("VEVENT"):
        assert (str(event["url"]) if "url" in event else None) == opened
        assert "attendee" not in event


def test_a_program_that_subscribes_is_told_when_to_ask_again() -> None:
    calendar = Calendar.from_ical(feed([], {}, "en", "Luming"))
    assert calendar.refresh_interval == timedelta(hours=1)
    assert str(calendar["x-published-ttl"]) == "PT1H"
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H" in feed([], {}, "en", "Luming")


def test_what_was_kept_of_documents_makes_the_same_entries() -> None:
    documents = [filed(2), filed(1), filed(3, "t2"), Filed(filed(4).document, "t3", DRAFT[:1], SEEN)]
    kept = [announced(one) for one in documents]
    assert entries_from(kept) == entries_from(kept[::-1]) == entries_of(documents)
    assert entries_of(documents)
