"""The local database: every commit survives its SIGKILL, long paths work, and it ends with whoever started it."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from deploy.local.database import SOCKET, Database
from deploy.local.process import StartFailed
from shared.store.engine import make_engine, migrate

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def own_database(database_folder: Callable[[], Path]) -> Iterator[Database]:
    """A server that these tests may kill; its folder's path is longer than a socket's may be."""
    folder = database_folder() / ("long" * 20) / "资料 folder"
    database = Database(folder)
    database.start()
    yield database
    database.stop()


def test_a_long_path_has_its_socket_elsewhere(own_database: Database) -> None:
    assert len(str(own_database.data_dir / SOCKET).encode()) > 107
    assert (own_database.socket_dir / SOCKET).is_socket()


def test_every_commit_outlives_a_kill(own_database: Database) -> None:
    url = own_database.create("killed")
    engine = make_engine(url)
    migrate(engine)
    with engine.begin() as connection:
        connection.execute(text("create table counted (number int)"))
    for number in range(50):
        with engine.begin() as connection:
            connection.execute(text("insert into counted values (:number)"), {"number": number})
    own_database.kill()
    assert not own_database.running()
    own_database.start()
    with engine.begin() as connection:
        assert connection.execute(text("select count(*) from counted")).scalar() == 50
    engine.dispose()


def test_it_keeps_what_it_acknowledges_and_sorts_alike_everywhere(own_database: Database) -> None:
    wanted = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "data_checksums": "on"}
    with psycopg.connect(own_database.url("luming")) as connection:
        for name, value in wanted.items():
            assert connection.execute(f"show {name}").fetchone() == (value,)
        locale = connection.execute("select datlocale from pg_database where datname = 'luming'").fetchone()
        assert locale == ("C.UTF-8",)
        assert connection.info.server_version >= 180_000


def test_it_is_reached_through_the_socket_alone(own_database: Database) -> None:
    with psycopg.connect(own_database.url("luming")) as connection:
        assert connection.execute("show listen_addresses").fetchone() == ("",)
    assert (own_database.socket_dir / SOCKET).stat().st_mode & 0o077 == 0


def test_a_second_start_joins_the_one_that_runs(own_database: Database) -> None:
    second = Database(own_database.data_dir)
    assert second.start() == own_database.url("luming")
    assert not second.owned
    second.stop()
    assert own_database.running()


def test_making_a_database_twice_keeps_it(own_database: Database) -> None:
    with psycopg.connect(own_database.create("twice")) as connection:
        connection.execute("create table kept (number int)")
    with psycopg.connect(own_database.create("twice")) as connection:
        assert connection.execute("select count(*) from kept").fetchone() == (0,)
    own_database.drop("twice")


def test_a_name_with_quotes_is_a_name(own_database: Database) -> None:
    name = 'odd "name"'
    own_database.create(name)
    own_database.drop(name)


def test_it_ends_with_whoever_started_it(database_folder: Callable[[], Path], project_root: Path) -> None:
    folder = database_folder()
    program = (
        "import sys, time; from pathlib import Path; from deploy.local.database import Database\n"
        "made = Database(Path(sys.argv[1])); made.start(); print('up', flush=True); time.sleep(600)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(folder)], stdout=subprocess.PIPE, text=True, cwd=project_root
    ) as starter:
        assert starter.stdout is not None
        assert starter.stdout.readline() == "up\n"
        starter.kill()
    again = Database(folder)
    deadline = time.monotonic() + 20
    while (folder / "cluster" / "postmaster.pid").exists():
        assert time.monotonic() < deadline, "the database outlived its starter"
        time.sleep(0.1)
    again.start()
    assert again.owned
    again.stop()


def test_a_broken_folder_is_said(database_folder: Callable[[], Path]) -> None:
    folder = database_folder()
    (folder / "cluster").mkdir()
    (folder / "cluster" / "PG_VERSION").write_text("12\n")
    with pytest.raises(StartFailed, match="exit code"):
        Database(folder).start()
