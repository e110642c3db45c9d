"""Digests on the real PostgreSQL: told once by however many alerters, wherever they crash; the same built again."""

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from services.alerter.adapters.digests import SqlDigests
from services.alerter.adapters.holding_desk import SqlDesk
from services.alerter.adapters.ledger import SqlLedger
from services.alerter.adapters.store import SqlStore
from services.alerter.application.digest import Digests, Keeper
from services.alerter.application.hold_ports import Filed
from services.alerter.application.release import Chosen
from services.alerter.application.send import Sender
from services.alerter.domain.digest_period import Period
from services.alerter.domain.schedule import Placed
from shared.errors import TransientError
from tests.fakes.alerter_ledger import FakeChannel, Quiet
from tests.fakes.digests import DAY, END, NAMES, NOON, START, row, team

pytestmark = pytest.mark.integration

TEAM = team(channels={"fake": "a@example.com"}, when={"entities": ["alibaba_health", "ant_group"]})
CHANNEL = "fake:a@example.com"


def decide(engine: Engine, thread: str, state: str = "digest", at: datetime = NOON, channel: str = CHANNEL) -> None:
    """A decision of the team, as taking in a document leaves it."""
    alert = row(1, thread).alert
    placed = Placed("digest", "the budget is used up") if state == "digest" else Placed("due")
    with SqlStore(engine, "g").begin() as unit:
        unit.add_delivery(alert, channel, at, Filed(placed, "strategy", ("ant_group",)))


def states(engine: Engine) -> dict[str, str]:
    with engine.begin() as db:
        found = db.execute(text("select thread_id, state from deliveries order by id"))
        return {row.thread_id: row.state for row in found}


def do(engine: Engine, statement: str) -> None:
    with engine.begin() as db:
        db.execute(text(statement))


def keeper(engine: Engine, now: datetime, shelves: SqlDigests | None = None) -> Keeper:
    shelves = shelves or SqlDigests(engine)
    digests = Digests(shelves, NAMES, lambda *_: None)
    return Keeper(shelves, digests, lambda: [TEAM], Quiet(), lambda: now, lambda kind: None)


PAST = Period(START - timedelta(days=365), END - timedelta(days=365), "2025-11-22", "daily")
WHEN = PAST.start + timedelta(hours=9)
"""The alerters' clock, while the period ran; by the database's it has ended."""


def test_what_waited_is_told_once_and_ends_as_told(engine: Engine) -> None:
    at = NOON - timedelta(days=365)
    decide(engine, "t1", at=at)
    decide(engine, "t2", "due", at=at)
    SqlDigests(engine).plan("strategy", [PAST])
    keeper(engine, WHEN).step()
    keeper(engine, WHEN).step()
    assert states(engine) == {"t1": "bundled", "t2": "due", "digest-2025-11-22": "due"}
    channel = FakeChannel(["there", "there"])
    sender = Sender(channel, SqlLedger(engine, "me"), Quiet(), lambda: END, lambda: None)
    while sender.step(threading.Event()):
        pass
    assert channel.sent.count(f"digest-2025-11-22/1/strategy/{CHANNEL}") == 1
    with engine.begin() as db:
        told = db.execute(text("select thread_id from deliveries where announced is null and delivered is not null"))
        assert set(told.scalars()) == {"t1", "t2"}


def test_two_alerters_build_it_once(engine: Engine) -> None:
    decide(engine, "t1", at=NOON - timedelta(days=365))
    SqlDigests(engine).plan("strategy", [PAST])
    both = threading.Barrier(2)

    class Together(SqlDigests):
        def built(self, *arguments: object) -> bool:
            both.wait(20)
            return super().built(*arguments)  # type: ignore[arg-type]  # handed on as they came

    def build() -> None:
        keeper(engine, WHEN, Together(engine)).step()

    threads = [threading.Thread(target=build) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert list(states(engine).values()).count("due") == 1
    with engine.begin() as db:
        assert db.execute(text("select outcome from digests where built is not null")).scalars().all() == ["1 messages"]


def test_a_crash_between_building_and_the_ledger_leaves_all_of_it_to_be_done(engine: Engine) -> None:
    decide(engine, "t1", at=NOON - timedelta(days=365))
    SqlDigests(engine).plan("strategy", [PAST])

    class Death(BaseException):
        """The process ends."""

    class Deadly(SqlDigests):
        def built(self, *arguments: object) -> bool:
            raise Death

    shelves = Deadly(engine)
    dying = keeper(engine, WHEN, shelves)
    with pytest.raises(Death):
        dying.step()
    assert states(engine) == {"t1": "digest"}
    keeper(engine, WHEN).step()
    assert states(engine) == {"t1": "bundled", "digest-2025-11-22": "due"}


def test_it_reads_the_same_after_it_was_sent_and_after_later_rows(engine: Engine) -> None:
    at = NOON - timedelta(days=365)
    decide(engine, "t1", at=at)
    decide(engine, "t2", "due", at=at)
    digests = Digests(SqlDigests(engine), NAMES, lambda *_: None)
    first = digests.of(TEAM, PAST)
    assert first[0].count == 1
    assert digests.of(TEAM, PAST) == first
    SqlDigests(engine).plan("strategy", [PAST])
    keeper(engine, WHEN).step()
    assert digests.of(TEAM, PAST) == first
    do(engine, "update deliveries set state = 'delivered', due = null, delivered = now() where due is not null")
    decide(engine, "t3", at=PAST.end + timedelta(seconds=1))
    decide(engine, "t4", "due", at=PAST.end)
    health = '{"state": "broken", "since": "2026-01-01T00:00:00+00:00"}'
    do(
        engine,
        "insert into sources (name, state, next_poll, failures, listed, rhythm, health)"
        f" values ('s', '{{}}', now(), 0, 0, '{{}}', '{health}')",
    )
    keeper(engine, WHEN).step()
    assert digests.of(TEAM, PAST) == first


def test_it_reads_the_same_after_somebody_dropped_or_silenced_what_was_to_go(engine: Engine) -> None:
    at = NOON - timedelta(days=365)
    for thread, state in (("t1", "digest"), ("t2", "due"), ("t3", "due"), ("t4", "due")):
        decide(engine, thread, state, at=at)
    do(engine, f"update deliveries set state = 'suppressed', due = null, held_until = '{at}' where thread_id = 't4'")
    do(engine, "update deliveries set state = 'held', due = null, held_until = now() where thread_id = 't2'")
    digests = Digests(SqlDigests(engine), NAMES, lambda *_: None)
    first = digests.of(TEAM, PAST)
    assert (first[0].count, first[0].at_once, first[0].suppressed) == (1, 2, 1)
    SqlDigests(engine).plan("strategy", [PAST])
    keeper(engine, WHEN).step()
    desk = SqlDesk(engine)
    desk.pause("", "storm", "li")
    assert desk.drop(Chosen(), "old news", "li") == 3
    assert set(states(engine).values()) == {"suppressed"}
    assert digests.of(TEAM, PAST) == first


def test_what_a_late_transaction_left_behind_is_told_in_the_next_and_stays_there(engine: Engine) -> None:
    decide(engine, "t1", at=PAST.start - timedelta(seconds=1))
    digests = Digests(SqlDigests(engine), NAMES, lambda *_: None)
    SqlDigests(engine).plan("strategy", [PAST])
    keeper(engine, WHEN).step()
    assert states(engine)["t1"] == "bundled"
    assert [one.count for one in digests.of(TEAM, PAST)] == [1]


def test_a_plan_that_changes_replaces_the_period_that_runs(engine: Engine) -> None:
    shelves = SqlDigests(engine)
    later = datetime.now(DAY.start.tzinfo) + timedelta(hours=5)
    runs = Period(later - timedelta(days=1), later, "today", "daily")
    shelves.plan("strategy", [PAST, runs])
    shelves.plan("strategy", [Period(runs.start, later + timedelta(hours=1), "today", "daily")])
    shelves.plan("strategy", [Period(runs.start, later, "other", "daily")])
    with engine.begin() as db:
        assert db.execute(text("select period from digests order by period")).scalars().all() == ["2025-11-22", "other"]
    assert [period.name for _, period in shelves.due()] == ["2025-11-22"]


def test_a_database_that_is_away_is_waited_for(engine: Engine) -> None:
    class Away(SqlDigests):
        def record_standings(self) -> None:
            raise TransientError("away")

    shelves = Away(engine)
    assert 0 < keeper(engine, WHEN, shelves).step() <= 15


def test_a_source_is_recorded_when_its_state_changes_and_when_nobody_polls_it(engine: Engine) -> None:
    health = '{"state": "failing", "reason": "503", "since": "2026-01-01T00:00:00+00:00"}'
    do(
        engine,
        "insert into sources (name, state, next_poll, last_success, failures, listed, rhythm, health)"
        f" values ('s', '{{}}', now(), '2025-12-31', 1, 0, '{{}}', '{health}')",
    )
    shelves = SqlDigests(engine)
    shelves.record_standings()
    shelves.record_standings()
    do(engine, "update sources set next_poll = now() - interval '2 hours'")
    shelves.record_standings()
    with engine.begin() as db:
        rows = db.execute(text("select state, reason, since::date::text from source_standings order by id")).all()
    assert [tuple(one) for one in rows] == [
        ("failing", "503", "2025-12-31"),
        ("not_polled", "its poll is overdue", "2025-12-31"),
    ]
