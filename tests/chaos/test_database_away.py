"""The database held by others, silent, cut, stopped: services wait for a bounded time, say so, and go on."""

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import count

import psycopg
import pytest

from deploy.local.broker import Broker
from deploy.local.database import OWNER, SOCKET, Database
from services.alerter.adapters.store import _THREADS_LOCK as THREADS_LOCK
from shared.store.engine import make_engine
from tests.chaos.commit_link import CommitLink, commit_link
from tests.chaos.forms import FULL, seconds, times
from tests.chaos.living import empty_topics
from tests.chaos.settling import settle
from tests.chaos.system import System, system
from tests.chaos.tally import Account
from tests.integration.conftest import PARTITIONS

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(3600 if FULL else 400)]
held = pytest.mark.fault(19, "a foreign transaction holds rows and tables; deadlock")
ended = pytest.mark.fault(23, "backends ended, immediate stop, cut after COMMIT")
broken = pytest.mark.fault(21, "ENOSPC on pwrite64, EIO on fdatasync")
hung = pytest.mark.fault(26, "pool held by hung sessions")
HOLDS = seconds(7.0, 30.0)
"""Seconds for which somebody holds what services need: more than the 5 for which they wait at a time."""
ON_DATABASE = ("alerter", "crawler")
"""Services that have a database; the classifier has none."""
_numbers = count(1)


@pytest.fixture(scope="module")
def linked(
    local_broker: Broker, local_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[System, CommitLink]]:
    """All services up, with a link between them and a database of the module's own."""
    empty_topics(local_broker.servers)
    name = f"linked_{next(_numbers)}"
    engine = make_engine(local_database.create(name, template="template"))
    dice = random.Random(os.environ["SEED"])
    try:
        with commit_link(local_database.socket_dir / SOCKET, dice) as link:
            url = f"postgresql://{OWNER}@127.0.0.1:{link.address}/{name}"
            with system(local_broker.servers, url, engine, tmp_path_factory.mktemp(name), PARTITIONS) as made:
                made.start_all()
                yield made, link
    finally:
        engine.dispose()
        local_database.drop(name)


@pytest.fixture
def living(linked: tuple[System, CommitLink]) -> System:
    return linked[0]


@pytest.fixture
def foreign(living: System) -> Iterator[psycopg.Connection]:
    """Somebody else's session on the database, whose transaction ends with the test."""
    with psycopg.connect(living.engine.url.set(drivername="postgresql").render_as_string(False)) as connection:
        yield connection


def unready(living: System, within: float) -> None:
    """Wait until each service with a database says that it is not ready because of it; all stay alive."""
    for name in ON_DATABASE:
        ask = living.lives[name].ask
        living.until(lambda: not ask().ready, within, f"{name} not ready")  # noqa: B023  it is over before the next
        assert living.lives[name].alive


@held
def test_rows_that_somebody_holds_wait_and_the_others_go_on(
    living: System, foreign: psycopg.Connection, account: Account
) -> None:
    living.newsstand.release(3)
    living.until(lambda: living.number("select count(*) from deliveries"), 60, "the first deliveries")
    for table in ("outbox", "listed_pages", "deliveries"):
        foreign.execute(f"select * from {table} for update")
    [(held,)] = foreign.execute("select max(id) from deliveries").fetchall()
    living.newsstand.release(3)
    others = f"select count(*) from deliveries where id > {held} and delivered is not null"
    living.until(lambda: living.number(others), 60, "what nobody holds is told")
    for table in ("consumer_positions", "sources"):
        foreign.execute(f"select * from {table} for update")
    living.newsstand.release(3)
    time.sleep(HOLDS)  # idle in a transaction
    foreign.rollback()
    settle(living, account)
    assert living.died == []


@held
def test_tables_that_somebody_holds_make_services_unready_for_a_bounded_time(
    living: System, foreign: psycopg.Connection, account: Account
) -> None:
    foreign.execute("lock table outbox, listed_pages, sources, deliveries, documents in access exclusive mode")
    began = time.monotonic()
    living.newsstand.release(4)  # an ALTER that waits for nobody and lasts
    unready(living, 15)
    time.sleep(max(0.0, HOLDS - (time.monotonic() - began)))
    foreign.rollback()
    living.wait_ready(ON_DATABASE)
    settle(living, account)
    assert living.died == []
    assert "lock timeout" in living.lives["alerter"].log.read_text("utf-8")


@held
def test_a_deadlock_costs_a_try(living: System, foreign: psycopg.Connection, account: Account) -> None:
    """The alerter has its position and wants the threads' lock; the other has that lock and wants the position."""
    foreign.execute("set deadlock_timeout = '20s'")  # the alerter's session looks first, and is the one that is ended
    foreign.commit()
    for _ in range(5):
        foreign.execute("select pg_advisory_xact_lock(%s)", (THREADS_LOCK,))
        while not any(story.kind == "told" for story in living.newsstand.release(1)):
            pass  # the others never come so far
        living.until(lambda: living.number(WAITS), 60, "the alerter waits for the lock")
        with suppress(psycopg.errors.LockNotAvailable):
            foreign.execute("select * from consumer_positions for update")
        foreign.rollback()
        if "deadlock detected" in living.lives["alerter"].log.read_text("utf-8"):
            break
    assert "deadlock detected" in living.lives["alerter"].log.read_text("utf-8")
    settle(living, account)
    assert living.died == []


WAITS = f"select count(*) from pg_locks where locktype = 'advisory' and not granted and objid = {THREADS_LOCK}"


@ended
def test_backends_that_are_ended_again_and_again_cost_a_try(living: System, account: Account) -> None:
    for number in range(times(2, 60)):
        if number % times(1, 4) == 0:
            living.newsstand.release(times(3, 1))
        time.sleep(2.0)
        assert living.number(END_ALL)
    settle(living, account)
    assert living.died == []


END_ALL = """select count(pg_terminate_backend(pid)) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()"""


@ended
def test_a_server_that_stops_at_once_and_comes_back_costs_a_wait(
    living: System, local_database: Database, account: Account
) -> None:
    living.newsstand.release(5)
    living.until(lambda: living.number("select count(*) from outbox where sent is not null"), 60, "work is under way")
    os.kill(local_database.pid, signal.SIGQUIT)  # stop -m immediate
    living.until(lambda: not local_database.running(), 60, "the server is down")
    local_database.kill()
    unready(living, 15)
    local_database.start()
    settle(living, account)
    assert living.died == []


@ended
def test_commits_whose_answer_is_lost_are_done_once(linked: tuple[System, CommitLink], account: Account) -> None:
    living, link = linked
    for _ in range(times(2, 10)):
        link.cuts = 12
        living.newsstand.release(times(4, 1))
        living.until(lambda: not link.cuts, 60, "answers are lost")
    assert len(link.done) >= 24
    living.killed += 1  # the end of a send that was on the wire may be among them
    settle(living, account)
    assert living.died == []


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@broken
@pytest.mark.parametrize(("call", "error"), [("pwrite64", "ENOSPC"), ("fdatasync", "EIO")])
def test_a_disk_that_takes_nothing_costs_a_try(living: System, account: Account, call: str, error: str) -> None:
    for _ in range(times(1, 6)):
        backends = [str(row[0]) for row in living.rows(BACKENDS)]
        seen = living.folder / f"strace-{call}"
        attached = [word for pid in backends for word in ("-p", pid)]
        inject = ["-e", f"trace={call}", "-e", f"inject={call}:error={error}:when=1+2"]
        tracer = subprocess.Popen(["strace", "-f", "-o", str(seen), *inject, *attached], stderr=subprocess.PIPE)
        try:
            assert tracer.stderr is not None
            tracer.stderr.readline()  # it says to whom it is attached
            living.newsstand.release(times(4, 1))
            living.until(lambda: "INJECTED" in seen.read_text("utf-8"), 60, "a write is refused")  # noqa: B023  at once
        finally:
            tracer.terminate()
            tracer.wait(20)
            if tracer.stderr is not None:
                tracer.stderr.close()
    settle(living, account)
    assert living.died == []


BACKENDS = "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"


@hung
def test_sessions_that_hang_make_services_unready_and_are_let_go(
    linked: tuple[System, CommitLink], account: Account
) -> None:
    living, link = linked
    living.newsstand.release(3)
    link.mode = "drop"
    try:
        unready(living, 25)
        time.sleep(seconds(0.0, 60.0))
    finally:
        link.heal()
    living.wait_ready(ON_DATABASE)
    living.newsstand.release(3)
    settle(living, account)
    assert living.died == []
