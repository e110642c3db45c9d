"""A server that went back to a moment is backed up and restored as any other: all that came after it is there."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from deploy.backup.archive import OF_A_RESTORE, archiving, restoring
from deploy.backup.base import take
from deploy.backup.restore import forget, lay_out, wait_until_restored
from deploy.local.database import Database
from deploy.local.programs import Programs
from tests.integration.test_backup import SHORT, folder, programs, read, served, write

__all__ = ["folder", "programs", "served"]
pytestmark = pytest.mark.integration


def hand_over(url: str) -> str:
    """The moment; all that was written before it is in the folder when this ends."""
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute("select clock_timestamp()::text, pg_walfile_name(pg_current_wal_lsn())").fetchone()
        assert row is not None
        connection.execute("select pg_switch_wal()")
        done = "select last_archived_wal >= %s from pg_stat_archiver"
        deadline = time.monotonic() + 60
        while connection.execute(done, (row[1],)).fetchone() != (True,):
            assert time.monotonic() < deadline
            time.sleep(0.1)
    return str(row[0])


def laid_out(folder: Path, data_dir: Path, programs: Programs, until: str = "") -> Database:
    database = Database(data_dir, archiving(folder, SHORT), programs)
    lay_out(folder, data_dir.resolve(), database, until)
    wait_until_restored(database.start(), 60)
    return database


@pytest.mark.parametrize("programs", [18, 15], indirect=True)
@pytest.mark.parametrize("forgotten", [True, False], ids=["settings taken back", "settings in the copy"])
def test_what_came_after_a_moment_that_was_gone_back_to_is_restored(
    served: Database, folder: Path, programs: Programs, database_folder: Callable[[], Path], forgotten: bool
) -> None:
    url = served.url("luming")
    take(url, folder, programs, datetime.now(UTC))
    write(url, range(10))
    moment = hand_over(url)
    time.sleep(0.2)
    write(url, range(10, 20))
    hand_over(url)
    served.stop()
    back = laid_out(folder, database_folder(), programs, moment)
    try:
        url = back.url("luming")
        assert read(url) == list(range(10))
        if forgotten:
            forget(url)
        write(url, range(20, 30))
        copy = take(url, folder, programs, datetime.now(UTC) + timedelta(seconds=5))
        told = (copy / "postgresql.auto.conf").read_text("utf-8")
        assert [name in told for name in OF_A_RESTORE] == [not forgotten] * 3
        write(url, range(30, 40))
        hand_over(url)
    finally:
        back.stop()
    again = laid_out(folder, database_folder(), programs)
    try:
        assert read(again.url("luming")) == [*range(10), *range(20, 40)]
    finally:
        again.stop()


def test_every_setting_of_a_restore_is_one_that_is_taken_back() -> None:
    for until in ("", "2026-11-23T05:20:00Z"):
        assert set(restoring(Path("/backups"), until)) == set(OF_A_RESTORE)
