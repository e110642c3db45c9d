"""The broker killed, paused, stopped, gone for long; its clients go on by themselves, and what was not taken waits."""

import os
import signal
import time

import pytest

from deploy.local.broker import Broker
from tests.chaos.forms import FULL, seconds
from tests.chaos.living import living
from tests.chaos.settling import settle
from tests.chaos.strain import strain
from tests.chaos.system import SERVICES, System
from tests.chaos.tally import Account

__all__ = ["living"]
pytestmark = [pytest.mark.chaos, pytest.mark.timeout(3600 if FULL else 400)]
UNSENT = "select count(*) from outbox where sent is null"
STOPS_WITHIN = 20.0
"""Seconds from SIGTERM to the end of a service, with the broker gone and a send on its way."""


@pytest.mark.fault(11, "broker killed, paused, stopped")
@pytest.mark.parametrize("way", ["killed", "stopped"])
def test_clients_resume_after_the_broker_is_back(
    living: System, local_broker: Broker, account: Account, way: str
) -> None:
    living.newsstand.release(6)
    living.until(lambda: living.number("select count(*) from deliveries"), 60, "the first stories are on their way")
    if way == "killed":
        local_broker.kill()
    else:
        local_broker.stop()
    living.newsstand.release(3)
    local_broker.start()
    settle(living, account)
    assert living.died == [], "clients go on by themselves"


@pytest.mark.fault(11, "broker killed, paused, stopped")
@pytest.mark.fault(13, "outage beyond the delivery timeout")
def test_an_outage_beyond_the_delivery_timeout_leaves_rows_unsent(
    living: System, local_broker: Broker, account: Account
) -> None:
    os.kill(local_broker.pid, signal.SIGSTOP)
    try:
        living.newsstand.release(8)
        living.until(lambda: living.number(UNSENT) >= 5, 60, "documents are stored")
        time.sleep(seconds(12.0, 60.0))  # the crawler gives a send up after 10 s, and tries the rows again
        assert living.number(UNSENT) >= 5, "nothing was acknowledged, so nothing is marked"
        said = (living.folder / "crawler.log").read_text("utf-8")
        assert "messages wait in the outbox" in said
        assert not living.lives["crawler"].ask().ready
    finally:
        os.kill(local_broker.pid, signal.SIGCONT)
    settle(living, account)


@pytest.mark.fault(9, "SIGTERM in mid-send, broker gone")
def test_services_stop_in_time_without_a_broker(living: System, local_broker: Broker, account: Account) -> None:
    living.pace.seconds = 1.0
    living.newsstand.release(6)
    living.until(lambda: living.number("select count(*) from deliveries where state = 'sending'"), 60, "a send is open")
    os.kill(local_broker.pid, signal.SIGSTOP)  # it takes no answer and refuses nothing: what is hardest to leave
    living.newsstand.release(3)
    living.until(lambda: living.number(UNSENT), 60, "a document is on its way")
    try:
        lives = [living.lives[name] for name in SERVICES]
        began = time.monotonic()
        for life in lives:
            life.process.terminate()
        took = {}
        for life in lives:
            life.process.wait(120)
            took[life.name] = time.monotonic() - began
    finally:
        os.kill(local_broker.pid, signal.SIGCONT)
        living.pace.seconds = 0.02
    assert max(took.values()) < STOPS_WITHIN * strain(), took
    assert {life.process.returncode for life in lives} <= {0, 1}, "they end by themselves, not by a signal"
    living.killed += 1  # a send that was on the wire when its alerter ended
    living.heal()
    settle(living, account)
