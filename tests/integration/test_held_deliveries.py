"""Held deliveries on the real PostgreSQL: what comes due together is one message, wherever a crash may cut."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from services.alerter.adapters.database import transaction
from services.alerter.adapters.holding import SqlPlacing
from services.alerter.adapters.holding_shelf import SqlShelf
from services.alerter.adapters.ledger import SqlLedger
from services.alerter.adapters.store import SqlStore
from services.alerter.application.hold_ports import Filed
from services.alerter.application.relay import Relay
from services.alerter.application.send import Sender
from services.alerter.domain.rollup import MOST
from services.alerter.domain.schedule import Placed
from shared.messages import AlertDelivered
from shared.messages.codec import decode
from tests.fakes.alerter_ledger import FakeChannel, MemoryWire, Quiet
from tests.fakes.alerts import alert

pytestmark = pytest.mark.integration
HERE = "fake:target"


def now() -> datetime:
    return datetime.now(UTC)


def hold(
    engine: Engine, *names: str, seconds: float = -1.0, channel: str = HERE, route: str = "strategy", team: str = ""
) -> None:
    """Put an alert of each thread on the shelf, until so many seconds from now."""
    until = now() + timedelta(seconds=seconds)
    filed = Filed(Placed("held", "quiet hours", until), team or "strategy", ("ant_group",))
    with SqlStore(engine, "g").begin() as unit:
        for name in names:
            key = f"{name}/1/{route}/{channel}"
            one = alert(thread_id=name, subscription=route, delivery_key=key, title=f"title of {name}")
            assert unit.add_delivery(one, channel, now(), filed)


def rows(engine: Engine, query: str) -> Sequence[tuple[Any, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def states(engine: Engine) -> Sequence[tuple[Any, ...]]:
    return rows(engine, "select kind, state, count(*) from deliveries group by 1, 2 order by 1, 2")


def send_all(engine: Engine) -> FakeChannel:
    channel = FakeChannel(["sent"] * 99)
    sender = Sender(channel, SqlLedger(engine, "me"), Quiet(), now, lambda: None)
    while sender.step(threading.Event()):
        pass
    return channel


def test_what_comes_due_together_is_one_message(engine: Engine) -> None:
    hold(engine, "a", "b", "c")
    hold(engine, "later", seconds=3600)
    assert SqlShelf(engine).come_due(now()) == {"fake"}
    assert SqlShelf(engine).come_due(now()) == frozenset()
    assert states(engine) == [("new", "bundled", 3), ("new", "held", 1), ("rollup", "due", 1)]
    (content, team), *_ = rows(engine, "select content, team from deliveries where kind = 'rollup'")
    assert team == "strategy"
    assert [member["url"] for member in content["members"]] == [alert().url] * 3
    assert all(f"title of {name}" in str(content["members"]) for name in "abc")
    assert len(send_all(engine).sent) == 1


def test_the_routes_of_a_team_are_told_as_one_in_one_channel_and_other_teams_apart(engine: Engine) -> None:
    hold(engine, "a", "b", route="deals")
    hold(engine, "c", route="fines")
    hold(engine, "d", route="strategy")
    hold(engine, "a", "b", route="rivals", team="peers")
    SqlShelf(engine).come_due(now())
    assert states(engine) == [("new", "bundled", 6), ("rollup", "due", 2)]
    assert rows(
        engine, "select subscription, team, jsonb_array_length(content->'members') from deliveries"
        " where kind = 'rollup' order by id"
    ) == [("rivals", "peers", 2), ("strategy", "strategy", 4)]  # fmt: skip
    with transaction(engine) as db:
        placing, since = SqlPlacing(db), now() - timedelta(hours=1)
        sent = [len(placing.sent_since(route, HERE, since)) for route in ("deals", "fines", "strategy", "rivals")]
    assert sent == [1, 1, 1, 1], "a message counts once for each route that it tells of"


def test_who_was_told_what_is_announced_for_each_alert(engine: Engine) -> None:
    hold(engine, "a", "b")
    SqlShelf(engine).come_due(now())
    wire = MemoryWire(9)
    relay = Relay(SqlLedger(engine, "me"), wire, Quiet())
    assert relay.step() == 0
    send_all(engine)
    assert (relay.step(), relay.step()) == (2, 0)
    told = [decode(AlertDelivered, value) for _, _, value in wire.sent]
    assert [one.thread_id for one in told] == ["a", "b"]
    assert all(one.times.delivered is not None for one in told)


def test_one_alone_goes_as_itself(engine: Engine) -> None:
    hold(engine, "a")
    hold(engine, "a", channel="fake:other")
    SqlShelf(engine).come_due(now())
    assert states(engine) == [("new", "due", 2)]
    assert rows(engine, "select distinct reason, held_until, released is not null from deliveries") == [
        ("", None, True)
    ]


def test_more_than_a_message_holds_make_a_second_one(engine: Engine) -> None:
    hold(engine, *(f"t{number:02}" for number in range(MOST + 2)))
    SqlShelf(engine).come_due(now())
    assert states(engine) == [("new", "bundled", MOST + 2), ("rollup", "due", 2)]


def test_two_alerters_make_one_message(engine: Engine) -> None:
    hold(engine, "a", "b", "c")
    with transaction(engine) as first:
        first.execute(text("select pg_advisory_xact_lock(7215434)"))
        assert SqlShelf(engine).come_due(now()) == frozenset()
    threads = [threading.Thread(target=SqlShelf(engine).come_due, args=(now(),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert states(engine) == [("new", "bundled", 3), ("rollup", "due", 1)]


def test_a_crash_between_hold_and_bundle_loses_nothing_and_doubles_nothing(engine: Engine) -> None:
    class Death(BaseException):
        """The process ends here."""

    hold(engine, "a", "b", "c")

    def dying(limit: int) -> None:
        """A look that ends before its statement number `limit`."""
        with pytest.MonkeyPatch.context() as patch:
            count = 0
            real = Connection.execute

            def execute(self: Connection, *args: Any, **kwargs: Any) -> Any:
                nonlocal count
                count += 1
                if count > limit:
                    raise Death
                return real(self, *args, **kwargs)

            patch.setattr(Connection, "execute", execute)
            SqlShelf(engine).come_due(now())

    for limit in range(5):
        with pytest.raises(Death):
            dying(limit)
        assert states(engine) == [("new", "held", 3)]
    SqlShelf(engine).come_due(now())
    assert states(engine) == [("new", "bundled", 3), ("rollup", "due", 1)]
    assert len(send_all(engine).sent) == 1


def test_the_same_members_make_the_same_message(engine: Engine) -> None:
    hold(engine, "a", "b")
    SqlShelf(engine).come_due(now())
    with engine.begin() as connection:
        connection.execute(
            text("update deliveries set state = 'held', held_until = now(), bundle = null where kind = 'new'")
        )
    SqlShelf(engine).come_due(now())
    assert states(engine) == [("new", "bundled", 2), ("rollup", "due", 1)]


def test_a_held_alert_is_not_given_up_for_the_time_that_it_was_held(engine: Engine) -> None:
    hold(engine, "a")
    with engine.begin() as connection:
        connection.execute(text("update deliveries set decided = now() - interval '3 days'"))
    SqlShelf(engine).come_due(now())
    leased = SqlLedger(engine, "me").lease("fake").leased
    assert leased is not None
    assert leased.age < 60
    assert replace(leased, age=0.0).alert.thread_id == "a"
