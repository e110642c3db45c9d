"""Connections that are cut every moment, and a server that restarts: nothing is lost, nothing stands twice."""

import gc
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import OperationalError

from deploy.local.database import Database
from services.crawler.adapters.database import transaction
from services.crawler.adapters.queue import SqlQueue
from services.crawler.application.ports import LeaseLost
from services.crawler.application.settle import settle
from services.crawler.application.values import Found, LeasedPage, LeasedSource
from shared.errors import TransientError
from shared.store.engine import make_engine, migrate
from tests.chaos.holdings import open_sockets
from tests.integration.crawler_rows import found, new, scalar, store_of
from tests.unit.crawler.fakes import again_in

pytestmark = pytest.mark.integration

BODY = (
    "示例健康第{number}次公告，公司与第{number}家医院签署协议，金额为{amount}万元，期限{number}个月，"
    "由第{number}事业部负责。"
)


class Work:
    """A crawler's storing, one page after the other, each step tried until the database took it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.done = self.refused = 0
        self._end = threading.Event()
        self._queue = SqlQueue(engine, lease=600.0)
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "Work":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join(60)
        assert not self._thread.is_alive()

    def more(self, count: int, seconds: float = 60.0) -> None:
        """Wait for so many pages more."""
        wanted, deadline = self.done + count, time.monotonic() + seconds
        while self.done < wanted:
            assert time.monotonic() < deadline, f"{self.done} of {wanted} done, {self.refused} tries refused"
            assert self._thread.is_alive()
            time.sleep(0.02)

    def _run(self) -> None:
        while not self._end.is_set():
            page = self._leased(self.done + 1)
            document = found(page.address, BODY.format(number=page.id * 37, amount=page.id * 113) * 3)
            self._settled(page, document)
            self.done += 1

    def _leased(self, number: int) -> LeasedPage:
        """Listed and leased; a lease whose answer was lost is ours all the same, so the page is listed anew."""
        while True:
            try:
                listed_once(self._queue, number)
                pages = self._queue.lease_pages(["wire"], [], 1)
                if pages:
                    return pages[0]
                with transaction(self.engine) as db:
                    db.execute(
                        text("update listed_pages set lease_by = null, lease_until = null where due is not null")
                    )
            except TransientError:
                self.refused += 1

    def _settled(self, page: LeasedPage, document: Found) -> None:
        while True:
            try:
                settle(store_of(self.engine), page, document)
            except LeaseLost:  # it was kept, and the answer was lost
                return
            except TransientError:
                self.refused += 1
            else:
                return


def listed_once(queue: SqlQueue, number: int) -> None:
    queue.enrol(["wire"])
    source = LeasedSource("wire", {}, 0, "nobody")
    queue.polled(source, [new(number)], {}, again_in(0.0))


def check(engine: Engine, done: int) -> None:
    """Each page once: document, message and decision."""
    assert scalar(engine, "select count(*) from documents") == done
    assert scalar(engine, "select count(distinct url) from documents") == done
    assert scalar(engine, "select count(*) from outbox") == done
    assert scalar(engine, "select count(*) from crawl_decisions where outcome = 'published'") == done


def cut(url: str) -> int:
    """End every other connection to the database of `url`; how many."""
    with psycopg.connect(url, autocommit=True) as connection:
        ended = connection.execute(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        ).fetchone()
    return int(ended[0]) if ended else 0


def test_connections_that_are_cut_again_and_again_cost_a_try_and_no_row(database_url: str, engine: Engine) -> None:
    ended = 0
    with Work(engine) as work:
        work.more(3)
        for _ in range(12):
            ended += cut(database_url)
            time.sleep(0.25)
        work.more(5)
    assert ended > 5
    assert work.refused > 0
    check(engine, work.done)


@pytest.fixture
def own(database_folder: Callable[[], Path]) -> Iterator[Database]:
    """A server that this test may stop."""
    database = Database(database_folder())
    database.start()
    yield database
    database.stop()


def test_a_server_that_stops_at_once_and_starts_again_costs_a_wait_and_no_row(own: Database) -> None:
    engine = make_engine(own.create("luming"))
    migrate(engine)
    with Work(engine) as work:
        work.more(5)
        os.kill(own.pid, signal.SIGQUIT)  # stop -m immediate: no shutdown, recovery at the next start
        deadline = time.monotonic() + 30
        while own.running():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        own.stop()
        refused = work.refused
        while work.refused == refused:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        own.start()
        work.more(5)
    check(engine, work.done)
    engine.dispose()


def test_tries_at_a_server_that_never_answers_leave_no_socket_behind() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # connections wait in its queue
        engine = make_engine(f"postgresql://nobody@127.0.0.1:{silent.getsockname()[1]}/none")
        event.listen(engine, "do_connect", hurried, insert=True)
        sockets = open_sockets(os.getpid())
        gc.disable()
        try:
            with ThreadPoolExecutor(4) as pool:
                assert list(pool.map(lambda _: refused(engine), range(4))) == [True] * 4
            assert open_sockets(os.getpid()) == sockets
        finally:
            gc.enable()


def hurried(_dialect: Any, _record: Any, _given: Any, named: dict[str, Any]) -> None:
    named["connect_timeout"] = 2


def refused(engine: Engine) -> bool:
    try:
        engine.connect()
    except OperationalError:
        return True
    return False
