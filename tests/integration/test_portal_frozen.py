"""A database that stands still, neither away nor refusing: whoever waits for it is told so in time."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from deploy.local.database import Database
from services.portal.adapters import search_pool
from shared.errors import TransientError
from shared.store.connecting import LATER, waiting
from shared.store.engine import make_engine, migrate
from tests.integration.portal_web_rig import RUMOUR, Site, filled

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

LONGEST = 0.5
"""Seconds of a statement in these tests; a page of the portal has ten."""
CONNECT = 5.0
"""Seconds in which `make_engine` gives up a connection."""
SPARE = 15.0
"""Seconds more that a busy machine may take."""


@pytest.fixture(scope="module")
def own(database_folder: Callable[[], Path]) -> Iterator[Database]:
    """A server that these tests may freeze."""
    database = Database(database_folder())
    database.start()
    yield database
    database.stop()


@pytest.fixture
def bounded(own: Database) -> Iterator[Engine]:
    engine = make_engine(own.create("frozen"), longest=LONGEST)
    yield engine
    engine.dispose()


@contextmanager
def frozen(database: Database) -> Iterator[None]:
    """The server and every process of it stand still."""
    told = Path(f"/proc/{database.pid}/task/{database.pid}/children").read_text("utf-8").split()
    processes = [database.pid, *map(int, told)]
    for one in processes:
        os.kill(one, signal.SIGSTOP)
    try:
        yield
    finally:
        for one in processes:
            os.kill(one, signal.SIGCONT)


def test_a_statement_on_an_open_connection_ends_and_the_connection_with_it(own: Database, bounded: Engine) -> None:
    with bounded.connect() as db:
        first = db.execute(text("select pg_backend_pid()")).scalar()
        with frozen(own):
            began = time.monotonic()
            with pytest.raises(OperationalError, match=f"no answer within {LONGEST + LATER:g} s") as met:
                db.execute(text("select 1"))
            taken = time.monotonic() - began
        assert met.value.connection_invalidated
    assert LONGEST + LATER <= taken < LONGEST + LATER + SPARE
    with bounded.connect() as db:
        assert db.execute(text("select pg_backend_pid()")).scalar() != first, "no late answer is read as another's"


def test_a_server_that_runs_says_itself_that_a_statement_is_too_slow(bounded: Engine) -> None:
    with bounded.connect() as db, pytest.raises(OperationalError) as met:
        db.execute(text("select pg_sleep(60)"))
    assert isinstance(met.value.orig, psycopg.errors.QueryCanceled)
    assert not met.value.connection_invalidated


def test_a_block_may_have_longer(own: Database, bounded: Engine) -> None:
    with bounded.connect() as db:
        db.execute(text("set statement_timeout = 0"))
        with waiting(db.connection.driver_connection, 60.0):
            db.execute(text("select pg_sleep(:seconds)"), {"seconds": LONGEST + LATER + 1})
        with frozen(own), pytest.raises(OperationalError, match="no answer within"):
            db.execute(text("select 1"))


def test_a_search_ends_too(own: Database, bounded: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_pool, "SLOWEST", 500)
    engine = search_pool.search_engine(bounded)

    def search() -> None:
        with search_pool.reading(engine) as connection:
            connection.execute("select 1")
            with frozen(own):
                connection.execute("select 1")

    with pytest.raises(TransientError, match="no answer within"):
        search()
    with search_pool.reading(engine) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_pages_answer_503_and_then_as_before(own: Database, bounded: Engine, project_root: Path) -> None:
    migrate(bounded)
    filled(bounded)
    site = Site(bounded, project_root / "config")
    reader = site.client()
    page = f"/documents/{RUMOUR}"
    assert reader.get(page).status_code == 200
    with frozen(own):
        for path in (page, "/api/v1/search?q=x"):
            began = time.monotonic()
            answer = reader.get(path)
            assert time.monotonic() - began < LONGEST + LATER + CONNECT + SPARE
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5"), answer.text
    assert reader.get(page).status_code == 200
