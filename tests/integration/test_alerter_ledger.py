"""The ledger, the name and the locks on the real PostgreSQL: what two alerters share, and what a cut takes away."""

import contextlib
import threading
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, text

from services.alerter.adapters.identity import Identity
from services.alerter.adapters.ledger import SqlLedger
from services.alerter.adapters.store import SqlStore
from services.alerter.application.relay import Relay
from services.alerter.application.send import Sender
from services.alerter.domain.content import Alert
from services.alerter.domain.retry import BLIND_CRASHES
from services.crawler.adapters.store import SqlStore as CrawlerStore
from shared.errors import TransientError, UnknownOutcome
from shared.store.engine import make_engine
from tests.fakes.alerter_ledger import FakeChannel, Quiet
from tests.fakes.alerts import alert

pytestmark = pytest.mark.integration


def now() -> datetime:
    return datetime.now(UTC)


def decide(engine: Engine) -> None:
    with SqlStore(engine, "g").begin() as unit:
        unit.add_delivery(alert(), "fake:a@example.com", now())


def do(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement))


def cut_all(engine: Engine) -> None:
    do(
        engine,
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
        " where datname = current_database() and pid <> pg_backend_pid()",
    )


def test_a_slow_mail_server_is_sent_an_alert_twice_at_most(engine: Engine) -> None:
    decide(engine)
    channel = FakeChannel([UnknownOutcome("timed out")] * 9)
    sender = Sender(channel, SqlLedger(engine, "me"), Quiet(), now, lambda: None)
    for _ in range(5):
        do(engine, "update deliveries set due = now() where due is not null")
        sender.step(threading.Event())
    assert len(channel.sent) == 2
    with engine.begin() as connection:
        row = connection.execute(text("select state, due, repeated_on_the_wire from deliveries")).one()
    assert tuple(row) == ("unknown", None, True)


def test_a_sender_that_dies_is_followed_by_another_and_not_for_ever(engine: Engine) -> None:
    class Death(BaseException):
        """The process ends on the wire."""

    class Deadly(FakeChannel):
        def send(self, target: str, alert: Alert, now: datetime) -> str:
            super().send(target, alert, now)
            raise Death

    decide(engine)
    channel = Deadly(["never said"] * 20)
    for life in range(2 * BLIND_CRASHES):
        sender = Sender(channel, SqlLedger(engine, f"life {life}"), Quiet(), now, lambda: None)
        with contextlib.suppress(Death):
            sender.step(threading.Event())
        do(engine, "update deliveries set due = now() where due is not null")
    assert len(channel.sent) == 1 + BLIND_CRASHES


def test_a_sender_that_dies_before_its_hand_over_sent_nothing(engine: Engine) -> None:
    decide(engine)
    for life in range(3):
        ledger = SqlLedger(engine, f"life {life}")
        taken = ledger.lease("fake", tells=True).leased
        assert taken is not None
        assert (taken.lost, taken.repeated, taken.lost_senders) == (False, False, life)
        do(engine, "update deliveries set due = now()")
    taken = ledger.lease("fake", tells=True).leased
    assert taken is not None
    ledger.handing_over(taken)
    do(engine, "update deliveries set due = now()")
    after = ledger.lease("fake", tells=True).leased
    assert after is not None
    assert (after.lost, after.repeated) == (True, False)
    ledger.handing_over(after)
    with engine.begin() as connection:
        row = connection.execute(text("select state, repeated_on_the_wire from deliveries")).one()
    assert tuple(row) == ("sending", True)


def test_who_lost_the_lease_or_whose_row_was_ended_hands_nothing_over(engine: Engine) -> None:
    decide(engine)
    ledger = SqlLedger(engine, "me")
    first = ledger.lease("fake", tells=True).leased
    do(engine, "update deliveries set due = now()")
    second = SqlLedger(engine, "other").lease("fake", tells=True).leased
    assert first is not None
    assert second is not None
    with pytest.raises(TransientError, match="another sender"):
        ledger.handing_over(first)
    do(engine, "update deliveries set state = 'suppressed', due = null")  # a person dropped it meanwhile
    with pytest.raises(TransientError, match="another sender"):
        ledger.handing_over(second)


def story_of_two(engine: Engine) -> SqlLedger:
    """A first message that its channel did not take, and its update."""
    update = alert(kind="update", fact_version=2, delivery_key="t1/2/strategy/fake:a@example.com")
    decide(engine)
    with SqlStore(engine, "g").begin() as unit:
        unit.add_delivery(update, "fake:a@example.com", now())
    ledger = SqlLedger(engine, "me")
    first = ledger.lease("fake").leased
    assert first is not None
    ledger.retry(first, 60.0, "503", whole_channel=False)
    return ledger


def test_an_update_waits_for_the_message_that_it_updates_and_answers_it(engine: Engine) -> None:
    ledger = story_of_two(engine)
    look = ledger.lease("fake")
    assert (look.leased, look.waits) == (None, True)
    do(engine, "update deliveries set due = now() where due is not null")
    first = ledger.lease("fake").leased
    assert first is not None
    assert ledger.lease("fake").leased is None
    ledger.delivered(first, "its name")
    update = ledger.lease("fake").leased
    assert update is not None
    assert (update.alert.kind, update.alert.first_message) == ("update", "its name")


def test_an_update_waits_ten_minutes_at_most_and_other_stories_not_at_all(engine: Engine) -> None:
    ledger = story_of_two(engine)
    other = alert(thread_id="t2", kind="update", delivery_key="t2/1/strategy/fake:a@example.com")
    with SqlStore(engine, "g").begin() as unit:
        unit.add_delivery(other, "fake:a@example.com", now())
    found = ledger.lease("fake").leased
    assert found is not None
    assert found.alert.thread_id == "t2"
    do(engine, "update deliveries set decided = now() - interval '11 minutes'")
    late = ledger.lease("fake").leased
    assert late is not None
    assert (late.alert.thread_id, late.alert.kind) == ("t1", "update")


def test_two_alerters_tell_kafka_of_a_delivery_once(engine: Engine, database_url: str) -> None:
    decide(engine)
    do(engine, "update deliveries set state = 'delivered', due = null, delivered = now()")
    others = make_engine(database_url)
    told: list[tuple[bytes | None, bytes]] = []
    found_by_the_second: list[int] = []

    class Second:
        def send(self, topic: str, messages: Sequence[tuple[bytes | None, bytes]]) -> int:
            told.extend(messages)
            return len(messages)

    class First(Second):
        def send(self, topic: str, messages: Sequence[tuple[bytes | None, bytes]]) -> int:
            found_by_the_second.append(Relay(SqlLedger(others, "b"), Second(), Quiet()).step())
            return super().send(topic, messages)

    relay = Relay(SqlLedger(engine, "a"), First(), Quiet())
    assert (relay.step(), relay.step()) == (1, 0)
    assert found_by_the_second == [0]
    assert len(told) == 1
    others.dispose()


def test_a_cut_connection_loses_the_name_only_where_another_took_it(engine: Engine, database_url: str) -> None:
    others = make_engine(database_url)
    first = Identity(engine, "host")
    assert first.certain
    cut_all(others)
    assert first.still() == "host"
    second = Identity(others, "host")
    assert not second.certain
    assert second.name == second.still() != "host"
    cut_all(others)
    third = Identity(others, "host")
    assert third.certain
    assert first.still() != "host"
    assert first.still() == first.name
    assert third.still() == "host"
    for one in (first, second, third):
        one.close()
    others.dispose()


def test_the_crawler_stores_while_the_alerter_threads(engine: Engine) -> None:
    stored = threading.Event()

    def store() -> None:
        with CrawlerStore(engine, lambda: None).changes():
            stored.set()

    with SqlStore(engine, "g").begin() as unit:
        unit.lock_threads()
        thread = threading.Thread(target=store)
        thread.start()
        assert stored.wait(3)
    thread.join()
