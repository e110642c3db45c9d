"""Clocks that jump, hosts that disagree, days of 23 and 25 hours, 2038: leases hold and a digest is told once."""

import json
import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from services.alerter.adapters.digests import SqlDigests
from services.alerter.adapters.store import SqlStore
from services.alerter.application.digest import Digests, Keeper
from services.alerter.application.digest_ports import Team
from services.alerter.application.hold_ports import Filed
from services.alerter.domain.digest_plan import DigestPlan
from services.alerter.domain.schedule import Placed
from tests.chaos import delivery_rig
from tests.chaos.delivery_rig import House, story
from tests.chaos.equations import check
from tests.chaos.forms import FULL, times
from tests.chaos.recorded import record
from tests.chaos.settling import OPEN_SENDS, drain
from tests.chaos.system import SERVICES, System, system
from tests.chaos.tally import Account
from tests.fakes.alerter_ledger import FakeChannel, Quiet
from tests.fakes.digests import NAMES, row, team
from tests.integration.conftest import Kafka

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.fault(30, "clocks that jump or disagree, DST, 2038"),
    pytest.mark.timeout(3600 if FULL else 300),
]
FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
APART = {"crawler": "-300", "classifier": "+0", "alerter": "+300", "alerter-2": "-3500"}
"""Seconds by which the clocks of the hosts are wrong. A Kafka broker refuses what is more than an hour ahead of its own
(kafka.apache.org, message.timestamp.after.max.ms)."""
BY_CLOCK = ("has times out of order", "was delivered before it was decided")
"""What the equations say of stations whose clocks disagree."""


@pytest.fixture
def hosts(kafka: Kafka, database_url: str, engine: Engine, tmp_path: Path) -> Iterator[System]:
    """A host for each service, and one for a second alerter, each with a clock of its own."""
    if FAKETIME is None:
        pytest.skip("faketime is not installed")
    with system(kafka.servers, database_url, engine, tmp_path / "hosts", kafka.partitions, slow=0.1) as made:
        names = [*SERVICES, "alerter-2"]
        for name in names:
            set_clock(made, name, APART[name])
            made.start(
                name, LD_PRELOAD=str(FAKETIME), FAKETIME_TIMESTAMP_FILE=str(made.folder / f"clock-{name}"),
                FAKETIME_DONT_FAKE_MONOTONIC="1", FAKETIME_CACHE_DURATION="1",
            )  # fmt: skip
        made.wait_ready(names)
        yield made


def set_clock(hosts: System, name: str, seconds: str) -> None:
    """The clock of that host is so many seconds ahead (with -: behind) from now on."""
    (hosts.folder / f"clock-{name}").write_text(f"{seconds}\n", "ascii")


def test_clocks_that_disagree_and_jump_take_no_lease_and_lose_nothing(
    hosts: System, dice: random.Random, account: Account
) -> None:
    hosts.newsstand.release(6)
    for _ in range(times(1, 20)):
        hosts.until(lambda: hosts.number("select count(*) from deliveries where state = 'sending'"), 60, "open sends")
        for name in APART:
            set_clock(hosts, name, f"{dice.choice((300, 3500)) * (1 if name == 'alerter' else -1):+d}")
        hosts.newsstand.release(times(4, 1))
    drain(hosts)
    verdict = check(record(hosts, OPEN_SENDS * hosts.killed))
    account.counted(
        went_in=verdict.expected, came_out=verdict.received, lost=verdict.lost, twice=verdict.twice,
        twice_on_the_wire=verdict.twice_on_the_wire,
    )  # fmt: skip
    assert (verdict.lost, verdict.twice, verdict.twice_on_the_wire, hosts.died) == (0, 0, 0, [])
    assert [one for one in verdict.broken if not one.endswith(BY_CLOCK)] == []
    taken = hosts.rows("select attempts, lost_senders, count(*) from deliveries group by 1, 2")
    assert [row[:2] for row in taken] == [(1, 0)], "a lease ran out by a host's clock"
    shown = [datetime.fromisoformat(json.loads(hosts.lives[name].tail(1))["timestamp"]) for name in APART]
    assert max(shown) - min(shown) > timedelta(seconds=500), "no clock was wrong"


HOLE = datetime(2026, 3, 29, tzinfo=UTC), 23.5
REPEAT = datetime(2026, 10, 25, tzinfo=UTC), 25
"""Days on which Berlin's clocks were put on, and back, and how long their periods are in hours.

Half past two, where there is none, is three o'clock."""
CHANNEL = "fake:a@example.com"


def keeper(engine: Engine, whose: Team, now: datetime) -> Keeper:
    """The loop of one host whose clock says `now`."""
    shelves = SqlDigests(engine)
    digests = Digests(shelves, NAMES, lambda *_: None)
    return Keeper(shelves, digests, lambda: [whose], Quiet(), lambda: now, lambda kind: None)


@pytest.mark.parametrize(("day", "hours"), [HOLE, REPEAT], ids=["hole", "repeat"])
def test_a_digest_is_told_once_on_days_without_and_with_an_hour_twice(
    engine: Engine, account: Account, day: datetime, hours: float
) -> None:
    """Every night at 02:30, which the day of the hole has not and the other has twice; two hosts five minutes apart."""
    plan = DigestPlan(daily="02:30", language="en")
    whose = team(plan, channels={"fake": "a@example.com"}, timezone="Europe/Berlin")
    assert whose.zone == ZoneInfo("Europe/Berlin")
    moments = [day - timedelta(hours=20) + timedelta(minutes=30 * step) for step in range(96)]
    for number, moment in enumerate(moments):
        with SqlStore(engine, "g").begin() as unit:
            alert = row(1, f"t{number}").alert
            unit.add_delivery(alert, CHANNEL, moment, Filed(Placed("digest", "waits"), "strategy", ("ant_group",)))
    ahead = [day + timedelta(hours=step) for step in range(-48, 72, times(3, 1))]
    jumps = [*ahead, *(moment - timedelta(hours=1) for moment in ahead[-8:]), ahead[-1] + timedelta(hours=1)]
    for moment in jumps:
        keeper(engine, whose, moment).step()
        keeper(engine, whose, moment + timedelta(minutes=5)).step()
    house = House(engine, {})
    periods = house.rows("select starts, ends from digests where span = 'daily' order by starts")
    assert all(before[1] == after[0] for before, after in pairwise(periods)), "a gap, or twice"
    assert {(ends - starts) / timedelta(hours=1) for starts, ends in periods} == {24.0, hours}
    channel = FakeChannel(["there"] * 20)
    house.send_due(channel)
    told = Counter(channel.sent)
    kept = house.rows("select count(*), count(bundle) from deliveries where kind = 'new'")
    account.counted(
        went_in=len(moments), came_out=int(kept[0][1]), lost=int(kept[0][0]) - int(kept[0][1]),
        twice=told.total() - len(told),
    )  # fmt: skip
    assert kept == [(len(moments), len(moments))]
    assert set(told.values()) == {1}
    wrong = "select count(*) from deliveries d join deliveries b on b.id = d.bundle join digests g"
    wrong += " on b.thread_id = 'digest-' || g.period where not (d.decided >= g.starts and d.decided < g.ends)"
    assert house.rows(wrong) == [(0,)], "told in another day's digest"


def test_after_the_end_of_32_bits_alerts_are_told_once(
    engine: Engine, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A host whose clock passed 2038-01-19T03:14:07Z; leases and due times are the database's."""
    end = datetime.fromtimestamp(2**31 - 1, UTC)
    clock = iter(end + timedelta(seconds=step) for step in range(-6, 600))
    monkeypatch.setattr(delivery_rig, "now", lambda: next(clock))
    house, channel = House(engine, {"email": ["a@example.com"]}), FakeChannel(["there"] * 10, kind="email")
    house.take_in(*(story(number) for number in range(10)))
    assert house.send_due(channel) == 10
    assert house.rows("select count(*) from deliveries where decided > '2038-01-19 03:14:07+00'") != [(0,)]
    house.conserved(account, channel.sent)
