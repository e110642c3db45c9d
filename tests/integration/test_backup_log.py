"""The log beside the copies: that it comes at all, that no part of it is absent, and what is told when one is."""

import gzip
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner, Result

from deploy.backup.__main__ import app
from deploy.backup.archive import archiving, log_folder, make_folders
from deploy.backup.base import BackupFailed, copies, first_file
from deploy.backup.reach import check_reach
from deploy.local.database import Database
from deploy.local.programs import unprivileged
from tests.integration.test_backup import SHORT, fake_copy, folder, read, write
from tests.integration.test_backup_again import hand_over

__all__ = ["folder"]
pytestmark = pytest.mark.integration


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


@pytest.fixture
def served(database_folder: Callable[[], Path], folder: Path) -> Iterator[Database]:
    """A server with one table, whose log comes to the folder."""
    database = Database(database_folder(), archiving(folder, SHORT))
    with psycopg.connect(database.start(), autocommit=True) as connection:
        connection.execute("create table written (number int primary key)")
    yield database
    database.stop()


def backed_up(served: Database, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A copy is made by the command; the URL that it was made of."""
    url = served.url("luming")
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("BACKUP_DIR", str(folder))
    made = run("base")
    assert made.exit_code == 0, made.output
    assert "the log since comes to the folder" in made.output
    return url


def newest_file(folder: Path) -> Path:
    return max(file for file in log_folder(folder).iterdir() if re.fullmatch("[0-9A-F]{24}.gz", file.name))


def test_a_log_that_stays_with_its_server_or_goes_elsewhere_is_told(
    served: Database, folder: Path, database_folder: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = backed_up(served, folder, monkeypatch)
    monkeypatch.setattr("deploy.backup.__main__.check_reach.__defaults__", (1.0,))
    other = make_folders(database_folder() / "other", *unprivileged())
    told = run("base", "--folder", str(other))
    assert told.exit_code == 1
    assert "every file checked" in told.stdout
    assert f"did not come to {log_folder(other)} in 1 s" in told.stderr
    assert f"handed over last: {newest_file(folder).name.removesuffix('.gz')}" in told.stderr
    assert "mend: " in told.stderr
    (copy,) = copies(other)
    with gzip.open(log_folder(other) / f"{first_file(copy)}.gz", "wb") as file:
        file.write(bytes(100))
    with pytest.raises(BackupFailed, match="is of another server"):
        check_reach(url, other, copy)


def test_a_server_that_hands_over_nothing_is_told(database_url: str, tmp_path: Path) -> None:
    copy = fake_copy(make_folders(tmp_path), datetime.now(UTC))
    with pytest.raises(BackupFailed, match=r"archive_mode is off[^$]*mend: "):
        check_reach(database_url, tmp_path, copy)


def test_a_gap_and_a_damaged_file_are_not_taken_for_the_end_and_the_way_on_and_back_is_told(
    served: Database, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = backed_up(served, folder, monkeypatch)
    files = []
    for first in (0, 10, 20):
        write(url, range(first, first + 10))
        hand_over(url)
        files.append(newest_file(folder))
    served.stop()
    into = ("restore", "--into", str(served.data_dir))
    assert run("verify").exit_code == 0
    gap_is_refused(served, files[1], *into)
    damage_is_told(files[1], newest_file(folder), *into)
    files[1].unlink()
    way_back_is_told(served, *into)
    told = run(*into, "--to-gap")
    assert told.exit_code == 0, told.output
    assert f"though {newest_file(folder).name.removesuffix('.gz')} is there" in told.stdout
    assert not list(log_folder(folder).glob("00000002*"))  # a restore for trial leaves nothing in the folder
    served.start()
    assert read(url) == list(range(10))
    log_goes_on(served, folder, *into)


def gap_is_refused(served: Database, absent: Path, *into: str) -> None:
    """And nothing is touched."""
    absent.rename(served.data_dir / "kept.gz")
    name = absent.name.removesuffix(".gz")
    told = run("verify")
    assert (told.exit_code, name in told.stderr) == (1, True)
    told = run(*into)
    assert told.exit_code == 1
    assert f"absent: {name}" in told.stderr
    assert "--to-gap" in told.stderr
    assert not list(served.data_dir.glob("cluster.2*"))


def damage_is_told(damaged: Path, newest: Path, *into: str) -> None:
    """What no check of names finds: a whole file without a record in it."""
    with gzip.open(damaged, "wb", 1) as file:
        file.write(bytes(16 * 2**20))
    told = run(*into)
    assert told.exit_code == 1
    assert f"though {newest.name.removesuffix('.gz')} is there" in told.stdout


def way_back_is_told(served: Database, *into: str) -> None:
    """By a restore to a moment that the log does not reach; the command that it prints is the way."""
    forgotten(served)
    (served.cluster / "of the one before").touch()
    began = time.monotonic()
    told = run(*into, "--until", "2099-01-01T00:00:00Z")
    assert told.exit_code == 1
    assert time.monotonic() - began < 60  # not the half hour for which a log may be read
    assert "recovery ended before configured recovery target was reached" in told.stderr
    (aside,) = served.data_dir.glob("cluster.2*")
    assert f"lies untouched in {aside}" in told.stderr
    (way,) = re.findall("back to it: (.*)", told.stderr)
    assert not (served.cluster / "of the one before").exists()
    subprocess.run(["/bin/sh", "-c", way], check=True)
    assert (served.cluster / "of the one before").exists()
    assert not aside.exists()


def log_goes_on(served: Database, folder: Path, *into: str) -> None:
    """With the history of the timeline that the restore began: the next one reads it from the same copy."""
    url = served.url("luming")
    write(url, range(40, 50))
    hand_over(url)
    served.stop()
    assert (log_folder(folder) / "00000002.history.gz").exists()
    assert run("verify").exit_code == 0
    forgotten(served)
    told = run(*into)
    assert told.exit_code == 0, told.output
    served.start()
    assert read(url) == [*range(10), *range(40, 50)]


def forgotten(served: Database) -> None:
    """What was set aside, which is named by the second, makes room for the next."""
    for aside in served.data_dir.glob("cluster.2*"):
        shutil.rmtree(aside)
