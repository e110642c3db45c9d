"""What waits for another attempt: a silence ends it, and a channel that is down for long has it held."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from services.alerter.adapters.database import transaction
from services.alerter.adapters.holding import insert_delivery
from services.alerter.adapters.holding_waiting import DOWN, WORDS, hold_while_down
from services.alerter.adapters.silences import add_silence
from services.alerter.application.hold_ports import Filed
from services.alerter.domain.silences import Matcher
from shared.errors import TransientError
from tests.chaos.delivery_rig import House, now, story
from tests.fakes.alerter_ledger import FakeChannel
from tests.fakes.alerts import alert

pytestmark = pytest.mark.integration


class Down(FakeChannel):
    """A channel that is away, under a name that subscriptions know."""

    kind = "slack"


def failing(house: House, tries: int) -> None:
    """So many attempts of all that is due, each of them in vain."""
    for _ in range(tries):
        house.send_due(Down([TransientError("away")] * 99, kind="slack"))
        house.pass_time(300.0)


def test_a_silence_ends_what_waits_for_another_attempt(engine: Engine) -> None:
    house = House(engine, {"slack": "#all"})
    house.take_in(story(1), story(2))
    failing(house, 1)
    with transaction(engine) as db:
        add_silence(db, Matcher(entity="firm1"), now() + timedelta(hours=1), "known", "li")
    house.look_at_held()
    asked = "select state, reason like 'silence 1 by li%', held_until is not null from deliveries order by id"
    assert house.rows(asked) == [("suppressed", True, True), ("due", False, False)]


def test_behind_the_first_that_fails_for_long_the_others_are_held_and_go_as_one(engine: Engine) -> None:
    house = House(engine, {"slack": "#all"})
    house.take_in(*(story(number) for number in range(4)))
    failing(house, 1)
    house.look_at_held()
    assert house.states() == {"due": 4}, "a short outage holds nothing"
    failing(house, 2)
    house.pass_time(DOWN)
    house.look_at_held()
    assert house.rows("select state, reason from deliveries order by id")[1:] == [("held", WORDS)] * 3
    house.pass_time(60.0)
    house.look_at_held()
    assert house.states() == {"due": 1, "held": 3}, "it is still down"
    channel = Down(["sent"] * 9, kind="slack")
    house.send_due(channel)
    house.pass_time(60.0)
    house.look_at_held()
    house.send_due(channel)
    assert house.states() == {"delivered": 2, "bundled": 3}
    assert len(channel.sent) == 2


def test_one_delivery_of_a_team_tries_a_channel_that_is_down_whatever_routes_it_has(engine: Engine) -> None:
    with transaction(engine) as db:
        for route in ("deals", "fines"):
            one = alert(thread_id=route, subscription=route, delivery_key=f"{route}/1/{route}/slack:#all")
            insert_delivery(db, one, "slack:#all", now(), Filed(team="strategy"))
        db.execute(text("update deliveries set attempts = 3, decided = now() - interval '1 day'"))
        hold_while_down(db)
        states = db.execute(text("select subscription, state from deliveries order by id")).all()
    assert [tuple(row) for row in states] == [("deals", "due"), ("fines", "held")]
