"""When one alert goes to one channel: each reason to wait, and which of two wins."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from services.alerter.domain.budget import Spent
from services.alerter.domain.inhibition import Gist
from services.alerter.domain.rhythm import Rhythm
from services.alerter.domain.schedule import Past, Placed, place
from services.alerter.domain.silences import Matcher, Silence
from services.alerter.domain.throttle import Throttle, room_from

pytestmark = pytest.mark.unit
BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
MORNING = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
QUIET = 'quiet_hours: [{from: "22:00", to: "07:30"}]'
INHIBIT = "inhibit: [{same: entity, within: 12h, told: {statuses: [completed]}, suppress: {statuses: [rumoured]}}]"
FULL = Past(spent=Spent({(f"t{number}", 1) for number in range(8)}))


def gist(importance: int = 3, thread: str = "new", status: str = "announced", entity: str = "ant_group") -> Gist:
    return Gist(thread, frozenset({entity}), frozenset({("partnership", status)}), importance)


def placed(
    rhythm: str = "{}", now: datetime = NOON, past: Past | None = None, silence: Silence | None = None, **about: Any
) -> Placed:
    written = Rhythm.model_validate(yaml.safe_load(rhythm))
    return place((1, gist(**about)), written, BERLIN, past or Past(), silence, now)


def test_without_a_rhythm_it_goes_at_once_and_counts() -> None:
    assert placed() == Placed("due", counts_on=date(2026, 11, 23))


def test_a_silence_stops_even_what_is_urgent_and_is_named() -> None:
    silence = Silence(7, Matcher(entity="ant_group"), NOON + timedelta(days=1), "fair", "li", NOON)
    found = placed(silence=silence, importance=5)
    assert (found.state, found.silence, found.counts_on) == ("suppressed", 7, None)
    assert "silence 7 by li until 2026-11-24 11:00 UTC (entity=ant_group): fair" in found.reason


def test_a_subscription_that_asks_for_a_digest_is_never_interrupted() -> None:
    assert placed("mode: digest", importance=5).state == "digest"


def test_quiet_hours_hold_until_their_end_and_cost_no_budget() -> None:
    found = placed(QUIET, NIGHT, FULL)
    assert found == Placed("held", "quiet hours until 2026-11-24 07:30:00 CET", MORNING)


@pytest.mark.parametrize(
    ("urgent", "importance", "state"), [(5, 4, "held"), (5, 5, "due"), (4, 4, "due"), (4, 3, "held")]
)
def test_what_is_urgent_is_not_held(urgent: int, importance: int, state: str) -> None:
    everything = f"{{urgent: {urgent}, group: 5m, throttle: {{most: 1, per: 1h}}, {QUIET}}}"
    assert placed(everything, NIGHT, Past(sent=[NIGHT]), importance=importance).state == state


def test_what_exceeds_the_budget_waits_for_the_digest() -> None:
    found = placed(past=FULL)
    assert found == Placed("digest", "the team's budget of 8 immediate alerts on 2026-11-23 is used up")
    assert placed(past=FULL, importance=4).state == "digest"
    assert placed("{urgent: 1}", past=FULL, importance=4).state == "digest"
    assert placed("budget: 9", past=FULL).state == "due"
    assert placed("budget: 0").state == "digest"


def test_the_budget_never_holds_importance_five_back_but_counts_it() -> None:
    assert placed("budget: 0", past=FULL, importance=5) == Placed("due", counts_on=date(2026, 11, 23))


def test_one_alert_counts_once_however_many_channels_it_takes() -> None:
    assert placed(past=FULL, thread="t3").state == "due"


def test_the_throttle_makes_what_exceeds_wait_until_there_is_room() -> None:
    rhythm = "throttle: {most: 2, per: 1h}"
    sent = [NOON - timedelta(minutes=minutes) for minutes in (90, 50, 10)]
    found = placed(rhythm, past=Past(sent=sent))
    assert (found.state, found.until) == ("held", NOON + timedelta(minutes=10))
    assert found.reason == "throttle of 2 in 1h until 2026-11-23 12:10:00 CET"
    assert found.counts_on == date(2026, 11, 23)
    assert placed(rhythm, past=Past(sent=sent[:2])).state == "due"


def test_a_message_exactly_as_old_as_the_span_makes_room() -> None:
    throttle = Throttle.model_validate({"most": 1, "per": "1h"})
    assert room_from(throttle, [NOON - timedelta(hours=1)], NOON) == NOON
    assert room_from(throttle, [NOON - timedelta(minutes=59)], NOON) == NOON + timedelta(minutes=1)


def test_the_first_of_a_group_waits_for_the_window_and_the_others_join_it() -> None:
    first = placed("group: 5m")
    assert (first.state, first.until) == ("held", NOON + timedelta(minutes=5))
    second = placed("group: 5m", NOON + timedelta(minutes=2), Past(waits_until=first.until))
    assert (second.state, second.until) == ("held", first.until)


def test_who_comes_while_the_throttle_holds_others_goes_with_them() -> None:
    later = NOON + timedelta(minutes=30)
    found = placed("throttle: {most: 1, per: 1h}", past=Past(waits_until=later))
    assert (found.state, found.until) == ("held", later)


def test_a_wait_that_ends_in_quiet_hours_ends_with_them() -> None:
    eve = datetime(2026, 11, 23, 20, 58, tzinfo=UTC)  # 21:58 in Berlin
    found = placed(f"{{group: 5m, {QUIET}}}", eve)
    assert (found.state, found.until) == ("held", MORNING)
    assert found.reason == "group of 5m, then quiet hours until 2026-11-24 07:30:00 CET"


def test_a_weightier_alert_makes_a_lesser_one_superfluous() -> None:
    told = [(NOON - timedelta(hours=2), gist(4, "deal", "completed"))]
    found = placed(INHIBIT, past=Past(told=told), status="rumoured")
    assert found.state == "suppressed"
    assert found.reason.startswith(
        "inhibited for 12h: partnership/completed of importance 4 was told of the same entity"
    )


@pytest.mark.parametrize(
    ("about", "told_of", "hours"),
    [
        ({"status": "denied"}, {"status": "completed"}, 2),
        ({"status": "rumoured"}, {"status": "planned"}, 2),
        ({"status": "rumoured", "entity": "jd_health"}, {"status": "completed"}, 2),
        ({"status": "rumoured"}, {"status": "completed"}, 12),
        ({"status": "rumoured", "importance": 5}, {"status": "completed"}, 2),
    ],
)
def test_nothing_else_is_inhibited(about: dict[str, Any], told_of: dict[str, Any], hours: int) -> None:
    past = Past(told=[(NOON - timedelta(hours=hours), gist(**told_of))])
    assert placed(INHIBIT, past=past, **about).state == "due"


@pytest.mark.parametrize(("same", "thread", "label_differs", "state"), [
    ("thread", "new", True, "suppressed"), ("thread", "other", False, "due"),
    ("label", "other", False, "suppressed"), ("label", "new", True, "due"),
])  # fmt: skip
def test_what_both_must_have_in_common(same: str, thread: str, label_differs: bool, state: str) -> None:
    label = "leadership" if label_differs else "partnership"
    other = Gist(thread, frozenset({"x"}), frozenset({(label, "completed")}), 4)
    rhythm = f"inhibit: [{{same: {same}, within: 1h, suppress: {{}}}}]"
    assert placed(rhythm, past=Past(told=[(NOON, other)])).state == state


def test_an_alert_with_another_event_is_told_for_it() -> None:
    told = Past(told=[(NOON, gist(4, "deal", "completed"))])
    both = Gist(
        "new", frozenset({"ant_group"}), frozenset({("partnership", "rumoured"), ("leadership", "announced")}), 3
    )
    written = Rhythm.model_validate(yaml.safe_load(INHIBIT))
    assert place((1, both), written, BERLIN, told, None, NOON).state == "due"
