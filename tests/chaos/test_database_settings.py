"""A database that is set to forget, or is damaged, is told of when a service starts."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from deploy.local.database import Database
from deploy.local.process import StartFailed
from shared.store.engine import make_engine, migrate

pytestmark = pytest.mark.chaos

ROOT = Path(__file__).resolve().parents[2]
WARNED = "the database may lose what it acknowledged"


def said(service: str, url: str, wanted: str, seconds: float = 60.0) -> str:
    """What a service that starts on that database says until it has said `wanted`, ended, or had so much time."""
    told = {"PATH": os.environ["PATH"], "DATABASE_URL": url, "CONFIG_DIR": str(ROOT / "config")}
    more = {"KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9", "CRAWLER_CONTACT": "ops@example.com", "SMTP_HOST": "127.0.0.1",
            "SMTP_FROM": "a@example.com", "SLACK_BOT_TOKEN": "xoxb-test"}  # fmt: skip
    command = [sys.executable, "-m", f"services.{service}", "run"]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=told | more, stderr=log)
        deadline = time.monotonic() + seconds
        try:
            while True:
                ended = process.poll() is not None or time.monotonic() > deadline
                log.seek(0)
                heard = log.read()
                if ended or wanted in heard:
                    return heard
                time.sleep(0.1)
        finally:
            process.kill()
            process.wait()


@pytest.fixture
def own(database_folder: Callable[[], Path]) -> Iterator[Database]:
    """A server that this test may damage."""
    database = Database(database_folder(), {"fsync": "on"})
    database.start()
    yield database
    database.stop()


@pytest.mark.fault(20, "fsync or synchronous_commit off")
def test_commits_that_may_be_forgotten_are_warned_of(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f'alter database "{connection.info.dbname}" set synchronous_commit = off')
    heard = said("crawler", database_url, WARNED)
    assert WARNED in heard, heard
    assert '"setting": "synchronous_commit"' in heard, heard


@pytest.mark.fault(20, "fsync or synchronous_commit off")
def test_a_disk_that_is_not_waited_for_is_warned_of_and_a_good_one_is_not(
    database_folder: Callable[[], Path], database_url: str
) -> None:
    forgetful = Database(database_folder(), {"fsync": "off"})
    try:
        url = forgetful.start()
        heard = said("alerter", url, WARNED)
        assert '"setting": "fsync"' in heard, heard
    finally:
        forgetful.stop()
    assert WARNED not in said("alerter", database_url, "waiting for the broker")


def fill(database: Database) -> Path:
    """A table of some pages, on disk; gives its file, the server stopped."""
    engine = make_engine(database.url("luming"))
    migrate(engine)
    engine.dispose()
    with psycopg.connect(database.url("luming"), autocommit=True) as connection:
        connection.execute(
            "insert into crawl_decisions (address, source, outcome, reason, first_seen, at)"
            " select repeat('a', 900), 's', 'failed', '', now(), now() from generate_series(1, 200)"
        )
        connection.execute("checkpoint")
        found = connection.execute("select pg_relation_filepath('crawl_decisions')").fetchone()
    assert found is not None
    database.stop()
    return database.cluster / str(found[0])


def flip(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.seek(8192 * 3 + 4000)
        byte = opened.read(1)
        opened.seek(-1, os.SEEK_CUR)
        opened.write(bytes([byte[0] ^ 0x10]))


def cut(file: Path) -> None:
    os.truncate(file, 8192 * 5 + 100)


def remove_log(file: Path) -> None:
    for one in (file.parents[2] / "pg_wal").glob("0*"):
        one.unlink()


def cut_control(file: Path) -> None:
    os.truncate(file.parents[2] / "global" / "pg_control", 100)


@pytest.mark.fault(22, "page flipped, log removed, file cut")
@pytest.mark.parametrize("damage", [flip, cut, remove_log, cut_control], ids=lambda one: one.__name__)
def test_a_damaged_database_is_not_started_and_the_way_back_is_named(
    own: Database, damage: Callable[[Path], None]
) -> None:
    damage(fill(own))
    with pytest.raises(StartFailed, match="make restore") as refused:
        own.start()
    assert "pg_resetwal" in str(refused.value)


@pytest.mark.fault(22, "page flipped, log removed, file cut")
def test_a_service_does_not_start_on_a_server_that_met_a_damaged_page(
    own: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = fill(own)
    flip(file)
    monkeypatch.setattr(Database, "_check", lambda *_: None)  # a server of somebody else, who did not look
    own.start()
    with pytest.raises(psycopg.errors.DataCorrupted), psycopg.connect(own.url("luming")) as connection:
        connection.execute("select count(reason) from crawl_decisions")
    deadline = time.monotonic() + 90
    while "make restore" not in (heard := said("crawler", own.url("luming"), "make restore")):
        assert time.monotonic() < deadline, heard  # the count is shown a moment later
    assert "checksum is wrong" in heard
