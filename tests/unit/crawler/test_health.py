"""Telling a silent source from a quiet day, a lost field from an odd page, and a broken source from a slow one."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from services.crawler.domain.cadence import Rhythm, learned
from services.crawler.domain.completeness import FIELDS, Field, Shares, as_json, at_most, dropped, looked, shares_of
from services.crawler.domain.health import Health, Signs, after_failure, after_poll, health_of, in_words
from tests.unit.crawler.test_cadence import HOUR, MONDAY, ZONE, news, office, office_rhythm

pytestmark = pytest.mark.unit

RHYTHM = office_rhythm()
LAST = MONDAY + timedelta(weeks=8, days=-3, hours=17)
"""A Friday, one hour before the office closes."""
WHOLE = {name: Shares("1" * 30, 200.0, 200.0) for name in FIELDS}


def signs(
    listed: int | None = 20, rhythm: Rhythm = RHYTHM, shares: dict[Field, Shares] | None = None, read: bool = True
) -> Signs:
    return Signs(listed, LAST if read else None, rhythm, ZONE, 300.0, shares or shares_of({}))


def test_a_weekend_is_quiet_and_a_silent_tuesday_is_suspicious() -> None:
    sunday = after_poll(Health(), signs(), LAST + timedelta(days=2))
    assert (sunday.state, sunday.reason) == ("healthy", "publishes as it does")
    tuesday = after_poll(sunday, signs(), LAST + timedelta(days=4, hours=20))
    assert tuesday.state == "quiet_suspicious"
    assert "nothing new for 4.8 d" in tuesday.reason
    assert "it lists 20 known articles" in tuesday.reason
    assert tuesday.since == LAST + timedelta(days=4, hours=20)
    assert after_poll(tuesday, signs(), LAST + timedelta(days=5)).since == tuesday.since


def test_no_silence_is_suspected_within_hours_however_busy_the_source() -> None:
    busy = learned(Rhythm(), news(3, lambda _: 9.0), LAST, ZONE)
    assert after_poll(Health(), signs(rhythm=busy), LAST + 5 * HOUR).state == "healthy"
    assert after_poll(Health(), signs(rhythm=busy), LAST + 7 * HOUR).state == "quiet_suspicious"


def test_a_silence_that_ended_makes_the_next_one_like_it_believable() -> None:
    """A week of holidays, then work again, then another such week."""
    back = MONDAY + timedelta(weeks=9)
    times = [*news(8, office), *news(4, office, seed=2, start=back)]
    rhythm = learned(Rhythm(), times, back + timedelta(weeks=4), ZONE)
    last = max(times)
    again = Signs(20, last, rhythm, ZONE, 300.0, shares_of({}))
    assert after_poll(Health(), again, last + timedelta(days=6)).state == "healthy"
    assert after_poll(Health(), again, last + timedelta(days=21)).state == "quiet_suspicious"


def test_the_first_weekend_of_a_young_source_is_believed() -> None:
    friday = MONDAY + timedelta(days=4, hours=17)
    young = learned(Rhythm(), [at for at in news(1, office) if at < friday], friday, ZONE)
    health = after_poll(Health(), Signs(20, friday, young, ZONE, 300.0, shares_of({})), friday + timedelta(hours=66))
    assert health.state == "healthy"


def test_few_alarms_in_half_a_year_of_chance() -> None:
    alarms = 0
    for seed in range(2):
        rhythm = Rhythm()
        for last, at in pairwise(news(13, office, seed=seed)):
            rhythm = learned(rhythm, [last], last, ZONE)
            health = after_poll(Health(), Signs(9, last, rhythm, ZONE, 300.0, shares_of({})), at)
            alarms += health.state == "quiet_suspicious"
    assert alarms <= 1


def test_a_source_never_heard_from_is_unproven() -> None:
    health = Health()
    for _ in range(4):
        health = after_poll(health, signs(listed=0, read=False), LAST)
    assert (health.state, health.reason) == ("unproven", "has listed no article in 4 polls")


def test_a_source_without_a_rhythm_is_unproven_again_after_a_month() -> None:
    assert after_poll(Health(), signs(rhythm=Rhythm()), LAST + timedelta(days=20)).state == "healthy"
    later = after_poll(Health(), signs(rhythm=Rhythm()), LAST + timedelta(days=40))
    assert later.state == "unproven"
    assert "nothing new for 40.0 d" in later.reason


def test_an_empty_listing_is_suspicious_where_it_never_was_empty() -> None:
    health = Health()
    for _ in range(50):
        health = after_poll(health, signs(), LAST)
    once = after_poll(health, signs(listed=0), LAST)
    assert once.state == "healthy"
    twice = after_poll(once, signs(listed=0), LAST)
    assert twice.state == "quiet_suspicious"
    assert "lists nothing for 2 polls" in twice.reason
    assert after_poll(twice, signs(), LAST).state == "healthy"


def test_an_empty_listing_is_usual_where_it_often_is() -> None:
    health = Health()
    for number in range(60):
        health = after_poll(health, signs(listed=20 if number % 4 == 0 else 0), LAST)
    assert health.state == "healthy"


def test_not_modified_says_nothing_of_what_is_listed() -> None:
    health = after_poll(Health(), signs(), LAST)
    for _ in range(30):
        health = after_poll(health, signs(listed=None), LAST)
    assert (health.state, health.empty_run, health.listings) == ("healthy", 0, 1.0)


def test_what_may_pass_is_failing_and_broken_after_a_day() -> None:
    first = after_failure(Health(), "no connection", True, 1, LAST)
    assert (first.state, first.reason) == ("failing", "no connection")
    later = after_failure(first, "no connection", True, 9, LAST + timedelta(hours=25))
    assert later.state == "broken"
    assert later.reason == "fails for 25.0 h: no connection; 9 polls in a row"
    assert after_failure(later, "no connection", True, 10, LAST + timedelta(hours=26)).since == later.since
    again = after_poll(later, signs(), LAST + HOUR)
    assert (again.state, again.failing_since) == ("healthy", None)


def test_what_does_not_pass_is_broken_at_once() -> None:
    broken = after_failure(Health(), "nothing matches the selector `li`: the page has changed", False, 1, LAST)
    assert broken.state == "broken"


def test_health_survives_the_database_and_what_is_of_another_shape_begins_anew() -> None:
    health = after_poll(Health(), signs(), LAST + timedelta(days=2))
    assert health_of(health.as_json()) == health
    assert health_of({}) == health_of({"state": "other"}) == Health()


def pages(lacking: str, count: int, before: int = 200) -> dict[Field, Shares]:
    """The shares after `before` whole pages and `count` that lack a field."""
    shares = shares_of({})
    for _ in range(before):
        shares = looked(shares, dict.fromkeys(FIELDS, True))
    for _ in range(count):
        shares = looked(shares, {name: name != lacking for name in FIELDS})
    return shares


@pytest.mark.parametrize("field", FIELDS)
def test_a_lost_field_is_told_and_three_odd_pages_are_not(field: Field) -> None:
    assert dropped(pages(field, 3)) == ""
    assert f"20 of the last 30 pages gave a {'text' if field == 'body' else field}" in dropped(pages(field, 10))
    assert dropped(pages("", 0)) == ""
    health = after_poll(Health(), signs(shares=pages(field, 12)), LAST)
    assert health.state == "incomplete"


def test_a_new_source_is_judged_by_what_cannot_be_missing() -> None:
    assert dropped(pages("date", 12, before=0)) == ""  # many sources never date their pages
    assert dropped(pages("body", 12, before=0)) == "0 of the last 12 pages gave a text"
    assert dropped(pages("body", 9, before=0)) == ""


def test_a_source_that_always_lacked_some_is_not_told_of() -> None:
    shares = shares_of({})
    for number in range(300):
        shares = looked(shares, {"title": True, "date": number % 2 == 0, "body": True})
    assert dropped(shares) == ""
    assert shares["date"].lately == pytest.approx(0.5)


def test_a_part_of_the_listing_that_stops_matching_is_told() -> None:
    health, whole = Health(), signs()
    for number in range(60):
        health = after_poll(health, replace(whole, new=[{"title": True, "date": number < 45}]), LAST)
    assert health.state == "incomplete"
    assert health.reason == "15 of the last 30 listed articles gave a date, where 100% did before"


def test_a_listing_that_never_gave_titles_is_not_told_of() -> None:
    health = Health()
    for _ in range(60):
        health = after_poll(health, replace(signs(), new=[{"title": False, "date": True}]), LAST)
    assert health.state == "healthy"


def test_shares_survive_the_database_and_what_is_of_another_shape_begins_anew() -> None:
    assert shares_of(as_json(WHOLE)) == WHOLE
    assert shares_of({"title": 3})["title"] == Shares()


def test_the_tail_of_the_binomial() -> None:
    assert at_most(30, 30, 0.9) == pytest.approx(1.0)
    assert at_most(0, 2, 0.5) == pytest.approx(0.25)


@pytest.mark.parametrize(("seconds", "words"), [(59, "59 s"), (600, "10.0 min"), (7200, "2.0 h"), (200_000, "2.3 d")])
def test_spans_in_words(seconds: int, words: str) -> None:
    assert in_words(timedelta(seconds=seconds)) == words
