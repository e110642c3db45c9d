"""The calendar of all and of one company, and the secrets that open one feed each."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import cast

import pytest

from services.portal.application.account_ports import AccountStore, Edit
from services.portal.application.calendar import Calendar
from services.portal.application.feed_keys import FeedKeys
from services.portal.domain.accounts import Key, User
from services.portal.web import calendar as web
from shared.calendar.entries import Announced, Entry, announced
from shared.calendar.ical import feed
from shared.language import Names
from shared.messages.common import Language
from tests.fakes.digests import NAMES
from tests.fakes.notices import filed

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)


class Shelf:
    """Two stories, one of each company."""

    def __init__(self) -> None:
        self.asked: list[date] = []

    def announced(self, today: date) -> Sequence[Announced]:
        """As CalendarShelf's."""
        self.asked.append(today)
        other = [{**filed().document.model_dump()["events"][0], "entities": ["jd_health"]}]
        return [announced(filed()), announced(filed(2, "t2", events=other))]


def test_one_company_has_its_own_days_alone() -> None:
    shelf = Shelf()
    calendar = Calendar(shelf)
    assert len(calendar(NOW)) == 4
    assert {one.thread_id for one in calendar(NOW, "jd_health")} == {"t2"}
    assert calendar(NOW, "alibaba_health") == ()
    assert set(shelf.asked) == {NOW.date()}
    uids = {one.uid for one in calendar(NOW)}
    assert {one.uid for one in calendar(NOW, "jd_health")} < uids


def test_a_calendar_is_written_anew_when_an_entry_is(monkeypatch: pytest.MonkeyPatch) -> None:
    titles: list[str] = []

    def counted(entries: Sequence[Entry], names: Names, language: Language, title: str) -> bytes:
        titles.append(f"{title} {language} {len(entries)}")
        return feed(entries, names, language, title)

    monkeypatch.setattr(web, "feed", counted)
    written, calendar = web.Written(NAMES), Calendar(Shelf())
    first = written(calendar(NOW), "Luming", "en")
    assert written(calendar(NOW), "Luming", "en") == first == feed(calendar(NOW), NAMES, "en", "Luming")
    assert written(calendar(NOW), "Luming", "zh") != first
    assert written(calendar(NOW, "jd_health"), "Luming", "en") != first
    assert written(calendar(NOW), "Luming", "en") == first
    assert titles == ["Luming en 4", "Luming zh-Hans 4", "Luming en 2", "Luming en 4"]
    for number in range(web.MOST):
        written((), str(number), "en")
    assert written(calendar(NOW), "Luming", "en") == first
    assert titles[-1] == "Luming en 4", "as many are kept as may be"


class Keys:
    """Keys by what is stored of them."""

    def __init__(self) -> None:
        self.held: dict[str, Key] = {}

    def add_key(self, key: Key, hashed: str, edit: Edit) -> None:
        """As AccountStore's."""
        self.held[hashed] = key

    def key(self, hashed: str) -> Key | None:
        """As AccountStore's."""
        return self.held.get(hashed)

    def saw_key(self, key_id: str, seen: datetime) -> None:
        """As AccountStore's."""


def test_a_secret_of_a_calendar_opens_no_search_and_the_other_way_round() -> None:
    store = Keys()
    feeds = FeedKeys(cast(AccountStore, store), lambda: NOW)
    user = User(id="1", name="anna", role="reader", teams=(), created=NOW)
    calendar = feeds.new(user, "ant_group", Edit("anna"), "calendar")
    search = feeds.new(user, "ant_group", Edit("anna"))
    assert feeds.key(calendar, "ant_group", "calendar")
    assert feeds.key(search, "ant_group")
    assert feeds.key(calendar, "ant_group") is None
    assert feeds.key(search, "ant_group", "calendar") is None
    assert feeds.key(calendar, "", "calendar") is None
    assert feeds.key(f"calendar {calendar}", "ant_group") is None
    assert [one.name for one in store.held.values()] == ["Feed: calendar, ant_group", "Feed: ant_group"]
