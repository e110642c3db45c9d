"""Days that articles announce, the entries they make, the feed, and the reminders that come before them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from services.alerter.application.remind import entries_for
from services.alerter.domain.calendar_words import reminder_alert, reminders
from services.alerter.domain.content import Alert
from services.alerter.domain.digest_plan import DigestPlan
from services.alerter.domain.presentation import plain_text, present
from shared.calendar.days import _DATE, _MAY_HOLD_DATE, days_in
from shared.calendar.entries import Entry, Filed, entries_of
from shared.calendar.ical import feed
from tests.fakes.digests import NAMES, SHANGHAI, team
from tests.fakes.notices import DRAFT, SEEN, filed

pytestmark = pytest.mark.unit

WRITTEN = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "kind", "day"),
    [
        (DRAFT[0], "comments", date(2026, 12, 20)),
        ("自11月20日至12月25日公开征求意见。", "comments", date(2026, 12, 25)),
        ("請於1月5日前將意見反饋至郵箱。", "comments", date(2027, 1, 5)),
        ("The regulator is taking comments on the draft until December 20, 2026.", "comments", date(2026, 12, 20)),
        ("Deadline for comments: 5 Jan.", "comments", date(2027, 1, 5)),
        ("董事會會議將於2026年11月27日舉行，以審議及批准中期業績。", "results", date(2026, 11, 27)),
        ("The company will announce its interim results on 26 November 2026.", "results", date(2026, 11, 26)),
    ],
)
def test_an_announced_day_is_found_with_its_sentence(text: str, kind: str, day: date) -> None:
    (found,) = days_in(("标题", "第一段。", text), WRITTEN)
    assert (found.kind, found.day, found.quote, found.paragraph) == (kind, day, text, 2)


@pytest.mark.parametrize(
    "text",
    [
        "截至2026年12月31日止的业绩。",
        "该办法曾于2020年1月1日前征求意见。",
        "请于2026年2月30日前反馈意见。",
        "公司于2026年11月20日公布了中期业绩。",
        "Comments by analysts on 20 December sales were mixed, he said in 2019.",
        "请于2029年12月20日前反馈意见。",
        "",
        "期限" * 100_000,
    ],
)
def test_other_days_are_none(text: str) -> None:
    assert [one for one in days_in((text,), WRITTEN) if one.day < date(2026, 11, 22)] == []
    assert list(days_in((text,), WRITTEN))[1:] == []


def kinds(entries: Sequence[Entry]) -> list[tuple[str, str, int]]:
    return [(one.kind, one.day.isoformat(), len(one.cited)) for one in entries]


def test_a_reprint_adds_a_citation_and_no_entry() -> None:
    found = entries_of([filed(2), filed(1)])
    assert kinds(found) == [("comments", "2026-12-20", 2), ("effective", "2027-01-01", 2)]
    assert found[0].cited[0].url == "https://news.example/1"
    assert found == entries_of([filed(1), filed(2)])
    assert {one.uid for one in found} & {one.uid for one in entries_of([filed(1, "t2")])} == set()


def test_a_correction_takes_its_day_away_and_the_uid_of_the_other_stays() -> None:
    corrected = Filed(filed().document, "t1", ("意见反馈截止时间为2026年12月25日。",), SEEN)
    before, after = entries_of([filed()]), entries_of([corrected])
    assert [one.day for one in after] == [date(2026, 12, 25), date(2027, 1, 1)]
    assert before[1].uid == after[1].uid
    assert before[0].uid != after[0].uid


def test_no_quote_where_the_rights_allow_none() -> None:
    assert {cited.quote for one in entries_of([filed(rights="link")]) for cited in one.cited} == {""}


def test_the_feed_is_read_back_whole() -> None:
    entries = entries_of([filed(), filed(2, title="A \u202e; title, with\nsigns")])
    content = feed(entries, NAMES, "en", "Luming")
    assert content == feed(entries, NAMES, "en", "Luming")
    calendar = Calendar.from_ical(content)
    events = calendar.walk("VEVENT")
    assert [str(event["uid"]) for event in events] == [one.uid for one in entries]
    first = events[0]
    assert (first.decoded("dtstart"), first.decoded("dtend")) == (date(2026, 12, 20), date(2026, 12, 21))
    assert str(first["summary"]) == "Ant Group: comments close — 互联网诊疗办法（征求意见稿）1"
    assert f"“{DRAFT[0]}” [1]\nhttps://news.example/1" in str(first["description"])
    assert "医保局" in str(first["description"])
    assert "\u202e" not in content.decode()
    assert not any(len(line) > 75 for line in content.split(b"\r\n"))


PLAN = DigestPlan.model_validate({"daily": "09:00", "language": "en", "remind": ["7d", "1d"]})


def due(now: datetime, *documents: Filed) -> list[tuple[str, int]]:
    found = reminders(entries_of(documents or [filed()]), PLAN, SHANGHAI, now)
    return [(one.entry.kind, one.days_before) for one in found]


def test_reminders_come_at_the_hour_of_the_digest_the_nearest_alone() -> None:
    hour = datetime(2026, 12, 13, 1, tzinfo=UTC)
    assert due(hour - timedelta(seconds=1)) == []
    assert due(hour) == [("comments", 7)]
    assert due(datetime(2026, 12, 19, 1, tzinfo=UTC)) == [("comments", 1)]
    assert due(datetime(2026, 12, 20, 15, 59, tzinfo=UTC)) == [("comments", 1)]
    assert due(datetime(2026, 12, 20, 16, tzinfo=UTC)) == []
    assert due(datetime(2026, 12, 31, 1, tzinfo=UTC)) == [("effective", 1)]


def test_what_was_known_late_is_not_reminded_of_at_once() -> None:
    late = Filed(filed().document, "t1", DRAFT, datetime(2026, 12, 18, tzinfo=UTC))
    assert due(datetime(2026, 12, 18, 2, tzinfo=UTC), late) == []
    assert due(datetime(2026, 12, 19, 2, tzinfo=UTC), late) == [("comments", 1)]


def test_a_reminder_says_how_long_it_is_and_cites() -> None:
    now = datetime(2026, 12, 13, 1, tzinfo=UTC)
    (reminder,) = reminders(entries_of([filed(), filed(2)]), PLAN, SHANGHAI, now)
    alert = reminder_alert(reminder, ("strategy", "console", SHANGHAI), "en", NAMES, now)
    shown = plain_text(present(alert, now))
    assert shown.startswith("[Reminder] in 7 days (2026-12-20), comments close\n")
    assert f"“{DRAFT[0]} [1]”" in shown
    assert "https://news.example/1" in shown
    assert "https://news.example/2" in shown
    assert alert.delivery_key.endswith("/7/strategy/console")
    assert Alert.model_validate(alert.model_dump(mode="json")) == alert


def test_a_team_has_the_days_that_it_wants_and_those_it_was_told_of() -> None:
    other = filed(3, "t3", events=[{**filed().document.model_dump()["events"][0], "entities": ["jd_health"]}])
    mine = entries_for(team(PLAN), [filed(), other], frozenset())
    assert {one.thread_id for one in mine} == {"t1"}
    assert {one.thread_id for one in entries_for(team(PLAN), [filed(), other], frozenset({"t3"}))} == {"t1", "t3"}
    asked = team(PLAN, only_if="it is about prices of drugs")
    assert entries_for(asked, [filed()], frozenset()) == ()


@given(st.from_regex(_DATE, alphabet=st.characters(exclude_characters="ſ")))
def test_no_date_is_sifted_out_before_it_is_read(text: str) -> None:
    assert _MAY_HOLD_DATE.search(text)
