"""A disk of 20 MB for data and logs: fetching stops first, what was fetched is told, all goes on."""

import os
import random
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from deploy.local.broker import Broker
from deploy.local.database import Database
from deploy.local.programs import unprivileged
from shared.store.engine import make_engine
from tests.chaos.forms import FULL, seconds
from tests.chaos.living import empty_topics
from tests.chaos.settling import settle, waiting
from tests.chaos.system import SERVICES, System, system
from tests.chaos.tally import Account
from tests.integration.conftest import PARTITIONS

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.fault(29, "20 MB for data and logs"),
    pytest.mark.timeout(3600 if FULL else 400),
]
SIZE = 20
"""Megabytes; an empty database of the project takes about 10 of them."""
_numbers = count(1)


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of SIZE megabytes, the database server's own."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}m,mode=0711", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.decode(errors='replace').strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture(scope="module")
def cramped(
    local_broker: Broker, local_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[System, Path]]:
    """All services up: the database's tables and their logs on a small disk."""
    empty_topics(local_broker.servers)
    name = f"cramped_{next(_numbers)}"
    with small_disk(local_database.data_dir / name) as disk:
        (disk / "tables").mkdir()
        os.chown(disk / "tables", *unprivileged())
        with psycopg.connect(local_database.url("postgres"), autocommit=True) as connection:
            connection.execute(f"create tablespace {name} location '{disk / 'tables'}'")
            connection.execute(f"create database {name} template template tablespace {name}")
        engine = make_engine(local_database.url(name))
        try:
            url = local_database.url(name)
            with system(local_broker.servers, url, engine, tmp_path_factory.mktemp(name), PARTITIONS) as made:
                for service in SERVICES:
                    log = disk / f"{service}.log"
                    made.start(service, ["sh", "-c", f'exec "$@" 2>>{log}', "sh"], DATA_DIR=str(disk)).log = log
                made.wait_ready()
                yield made, disk
        finally:
            engine.dispose()
            local_database.drop(name)
            with psycopg.connect(local_database.url("postgres"), autocommit=True) as connection:
                connection.execute(f"drop tablespace {name}")


def fill(disk: Path, but: int) -> Path:
    """Take all room but so many bytes."""
    filler, usage = disk / "filler", os.statvfs(disk)
    with filler.open("ab") as file:
        left = usage.f_bavail * usage.f_frsize - but
        while left > 0:
            try:
                left -= os.write(file.fileno(), b"\x00" * min(left, 65_536))
            except OSError:
                break  # it is full to the last page
    return filler


def test_fetching_stops_first_and_what_was_fetched_is_told(
    cramped: tuple[System, Path], dice: random.Random, account: Account
) -> None:
    living, disk = cramped
    living.newsstand.release(4)
    settle(living, account)
    filler = fill(disk, 1_500_000)  # a tenth of the disk is more
    crawler, alerter = living.lives["crawler"], living.lives["alerter"]
    living.until(lambda: not crawler.ask().ready, 20, "the crawler says that it stops")
    served = living.newsstand.served()
    living.newsstand.release(4)
    time.sleep(seconds(2.0, 30.0))
    assert living.newsstand.served() == served, "pages were fetched onto a full disk"
    assert alerter.ask().ready, "what was fetched is still told"
    assert set(waiting(living)) == {"pages"}
    fill(disk, 0)
    time.sleep(seconds(2.0, 60.0))
    assert living.newsstand.served() == served
    filler.unlink()
    living.wait_ready()
    settle(living, account)
    assert living.died == []


def test_a_full_disk_that_nobody_sees_coming_loses_nothing(
    cramped: tuple[System, Path], local_database: Database, account: Account
) -> None:
    """The database is somebody else's, so that the crawler goes on: what was begun is rolled back, and done later."""
    living, disk = cramped
    living.stop("crawler")
    living.start_all(["crawler"])  # without DATA_DIR
    before = refusals(local_database)
    filler = fill(disk, 0)
    try:
        living.newsstand.release(20)
        living.until(lambda: refusals(local_database) > before, 30, "the server refuses")
        time.sleep(seconds(3.0, 60.0))
    finally:
        filler.unlink()
    with living.engine.begin() as connection:  # the leases' own 20 s are other tests' matter
        connection.execute(text("update listed_pages set lease_until = now() where lease_by is not null"))
    settle(living, account)
    assert living.died == []


def refusals(database: Database) -> int:
    """How often the server said that it has no room."""
    return (database.data_dir / "database.log").read_text("utf-8", "replace").count("No space left on device")
