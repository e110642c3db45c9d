"""What the equations read of files and processes is there: each check finds what was broken for it."""

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from deploy.local.database import Database
from deploy.local.process import StartFailed
from deploy.local.programs import from_debian, from_wheel
from shared.store.engine import make_engine, migrate
from tests.chaos.equations import grown
from tests.chaos.holdings import open_sockets, resident, transactions
from tests.chaos.soundness import damages, server_of, stopped_damages

pytestmark = pytest.mark.chaos
PAGE = 8192
"""Bytes of a page of PostgreSQL."""


@pytest.fixture(params=[18, 15])
def served(request: pytest.FixtureRequest, database_folder: Callable[[], Path]) -> Iterator[tuple[Database, Engine]]:
    """A server of a test's own, with some rows in it."""
    try:
        programs = from_wheel() if request.param == 18 else from_debian(request.param)
    except StartFailed as error:
        pytest.skip(str(error).partition("\n")[0])
    database = Database(database_folder(), programs=programs)
    engine = make_engine(database.start())
    migrate(engine)
    with engine.begin() as connection:
        connection.execute(text("create table told (id int primary key, what text)"))
        connection.execute(text("insert into told select i, md5(i::text) from generate_series(1, 2000) i"))
    try:
        yield database, engine
    finally:
        engine.dispose()
        database.stop()


def flip(database: Database, engine: Engine) -> None:
    """One byte of a page, on the disk."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("checkpoint"))
        path = database.cluster / str(connection.execute(text("select pg_relation_filepath('told')")).scalar_one())
    with path.open("r+b") as file:
        file.seek(PAGE + 4000)
        byte = file.read(1)[0]
        file.seek(PAGE + 4000)
        file.write(bytes([byte ^ 0x40]))


def test_a_byte_that_turned_is_found_while_the_server_runs_and_when_it_is_stopped(
    served: tuple[Database, Engine],
) -> None:
    database, engine = served
    assert damages(engine) == ()
    flip(database, engine)
    assert any("pg_basebackup: " in one and "checksum" in one for one in damages(engine, again_after=0.0))
    engine.dispose()
    database.stop()
    assert any("pg_checksums: " in one and "checksum" in one for one in stopped_damages(database))


def test_rows_that_an_index_does_not_know_are_found(served: tuple[Database, Engine]) -> None:
    _, engine = served
    server = server_of(engine)
    if not server.amcheck:
        pytest.skip(server.left_out)
    assert damages(engine) == ()
    with engine.begin() as connection:
        marked = "update pg_index set indisready = {0} where indexrelid = 'told_pkey'::regclass"
        connection.execute(text(marked.format("false")))
        connection.execute(text("insert into told values (9999, 'in no index')"))
        connection.execute(text(marked.format("true")))
    assert any("pg_amcheck: " in one and "told_pkey" in one for one in damages(engine))


def test_sockets_and_memory_of_a_process_are_counted() -> None:
    code = "import socket; s = [socket.socket() for _ in range(30)]; m = b'x' * 60_000_000; print(flush=True); input()"
    with socket.socket(), subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:  # fmt: skip
        assert process.stdout
        process.stdout.readline()
        assert open_sockets(process.pid) == 30
        assert resident(process.pid) > 60
        process.kill()
    assert (open_sockets(process.pid), resident(process.pid)) == (0, 0.0)


def test_a_connection_that_somebody_holds_is_found(engine: Engine) -> None:
    with engine.connect() as holding, engine.connect() as looking:
        holding.execute(text("select 1"))
        assert transactions(looking) == ()
        (found,) = transactions(looking, seconds=0.0)
        assert "idle in transaction" in found
        holding.rollback()
        looking.rollback()  # within one transaction the sessions are as they were when it first looked
        assert transactions(looking, seconds=0.0) == ()


def test_memory_grows_when_the_later_half_has_more() -> None:
    assert grown((90, 120, 120, 121, 119, 120)) <= 1
    assert grown((90, 120, 140, 160, 180, 200)) >= 40
    assert grown((90, 150, 200)) == 0.0, "a short life tells nothing"
