"""Processes that stand still and go on: another takes over, and who comes back late changes nothing."""

import signal
import time

import pytest

from deploy.local.broker import Broker
from tests.chaos.forms import FULL, seconds, times
from tests.chaos.living import living
from tests.chaos.settling import settle
from tests.chaos.system import System
from tests.chaos.tally import Account

__all__ = ["living"]
pytestmark = [pytest.mark.chaos, pytest.mark.timeout(3600 if FULL else 400)]


@pytest.mark.fault(3, "alerter stands still in mid-send, another takes over")
def test_who_takes_over_tells_what_the_frozen_one_left(living: System, account: Account) -> None:
    living.pace.seconds = 3.0
    living.newsstand.release(6)
    living.until(lambda: living.number("select count(*) from deliveries where state = 'sending'"), 60, "a send is open")
    living.signal("alerter", signal.SIGSTOP)
    living.killed += 1  # what it had on the wire is told by another, who cannot know whether it arrived
    time.sleep(seconds(1, 1))  # what it had sent to the database before is committed by then
    frozen = living.rows("select id, attempts from deliveries where state = 'sending'")
    assert frozen
    living.pace.seconds = 0.02
    living.start_all(["alerter-2"])
    time.sleep(seconds(0, 60))
    # The lease of what hung on the wire ran out, and the partitions moved when the session did.
    living.until(lambda: not living.number("select count(*) from deliveries where due is not null"), 90, "all told")
    before = living.rows("select id, state, attempts, delivered from deliveries order by id")
    living.signal("alerter", signal.SIGCONT)
    settle(living, account)
    after = {row[0]: row for row in living.rows("select id, state, attempts, delivered from deliveries order by id")}
    assert all(after[row[0]] == row for row in before), "the one that came back late changed what was settled"
    taken = {row[0]: row for row in before}
    assert all(taken[row[0]][2] > row[1] for row in frozen), "what hung was taken over"
    living.stop("alerter-2")


@pytest.mark.fault(4, "Faust stands still while the broker starts again")
def test_the_stream_goes_on_or_is_started_again(living: System, local_broker: Broker, account: Account) -> None:
    living.signal("classifier", signal.SIGSTOP)
    living.newsstand.release(6)
    living.until(lambda: living.number("select count(*) from outbox where sent is not null") > 4, 60, "documents wait")
    began = time.monotonic()
    local_broker.stop()
    local_broker.start()
    time.sleep(max(0.0, seconds(11.0, 60.0) - (time.monotonic() - began)))  # past its session of 10 s
    living.signal("classifier", signal.SIGCONT)
    settle(living, account)


@pytest.mark.fault(5, "rebalance of the stream under load")
def test_no_offset_is_skipped_when_workers_come_and_go(living: System, account: Account) -> None:
    for _ in range(times(1, 3)):
        living.newsstand.release(5)
        living.start_all(["classifier-2"])
        living.newsstand.release(3)
        living.until(lambda: not living.number("select count(*) from outbox where sent is null"), 60, "all sent")
        living.stop("classifier")
        living.newsstand.release(3)
        living.start_all(["classifier"])
        living.stop("classifier-2")
    settle(living, account)


@pytest.mark.fault(6, "consumers 1, 4, 1 under load")
def test_no_partition_is_stuck_when_alerters_come_and_go(living: System, account: Account) -> None:
    more = ["alerter-2", "alerter-3", "alerter-4"]
    for _ in range(times(1, 2)):
        living.newsstand.release(6)
        living.start_all(more)
        living.newsstand.release(6)
        for name in more:
            living.stop(name)
    settle(living, account)
