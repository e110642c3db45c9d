"""A cluster that is lost with its disk comes back from its backup, with all but the last moments of its commits."""

import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from deploy.backup.__main__ import app
from deploy.backup.archive import archiving, base_folder, log_folder, make_folders
from deploy.backup.base import NAMED, BackupFailed, check, copies, let_go, take
from deploy.backup.restore import lay_out, wait_until_restored
from deploy.local.database import Database
from deploy.local.programs import Programs, from_debian, from_wheel, unprivileged
from shared.store.engine import make_engine, migrate

pytestmark = pytest.mark.integration

SHORT = 2
"""Seconds after which a file of the log is handed over here; in production archive.LONGEST."""


@pytest.fixture
def programs(request: pytest.FixtureRequest) -> Programs:
    major = getattr(request, "param", 18)
    if major == 15 and not Path("/usr/lib/postgresql/15/bin/postgres").exists():
        pytest.skip("Debian's PostgreSQL 15 is absent")
    return from_wheel() if major == 18 else from_debian(major)


@pytest.fixture
def folder(database_folder: Callable[[], Path]) -> Path:
    """With a quote and a blank in its name, as folders may have."""
    return make_folders(database_folder() / "backup's folder", *unprivileged())


@pytest.fixture
def served(database_folder: Callable[[], Path], folder: Path, programs: Programs) -> Iterator[Database]:
    database = Database(database_folder(), archiving(folder, SHORT), programs)
    engine = make_engine(database.start())
    migrate(engine)
    engine.dispose()
    with psycopg.connect(database.url("luming"), autocommit=True) as connection:
        connection.execute("create table written (number int primary key, at timestamptz default clock_timestamp())")
    yield database
    database.stop()


def write(url: str, numbers: range) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for number in numbers:
            connection.execute("insert into written (number) values (%s)", (number,))


def read(url: str) -> list[int]:
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute("select number from written order by number")]


def restored(folder: Path, data_dir: Path, programs: Programs, until: str = "") -> Database:
    database = Database(data_dir, programs=programs)
    lay_out(folder, data_dir.resolve(), database, until)
    wait_until_restored(database.start(), 60)
    return database


@pytest.mark.parametrize("programs", [18, 15], indirect=True)
def test_a_lost_disk_costs_the_last_seconds_alone(
    served: Database, folder: Path, programs: Programs, database_folder: Callable[[], Path]
) -> None:
    url = served.url("luming")
    write(url, range(100))
    place = take(url, folder, programs, datetime.now(UTC))
    assert copies(folder) == [place]
    committed: list[tuple[float, int]] = []
    end = threading.Event()

    def work() -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            number = 100
            while not end.is_set():
                connection.execute("insert into written (number) values (%s)", (number,))
                committed.append((time.monotonic(), number))
                number += 1
                end.wait(0.005)

    worker = threading.Thread(target=work)
    worker.start()
    time.sleep(3 * SHORT)
    end.set()
    worker.join()
    lost_at = time.monotonic()
    served.kill()
    shutil.rmtree(served.cluster)
    database = restored(folder, database_folder(), programs)
    try:
        back = read(database.url("luming"))
        seconds = time.monotonic() - lost_at
        assert back == list(range(len(back)))  # in the order of their commits, none left out
        missing = [at for at, number in committed if number >= len(back)]
        assert len(back) > 100
        assert not missing or lost_at - min(missing) < 2 * SHORT + 1
        assert seconds < 60
        write(database.url("luming"), range(len(back), len(back) + 10))
    finally:
        database.stop()


def test_a_time_can_be_gone_back_to(
    served: Database, folder: Path, programs: Programs, database_folder: Callable[[], Path]
) -> None:
    url = served.url("luming")
    take(url, folder, programs, datetime.now(UTC))
    write(url, range(10))
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute("select clock_timestamp()::text").fetchone()
        assert row is not None
        time.sleep(0.2)
        connection.execute("delete from written")
        connection.execute("select pg_switch_wal()")
        deadline = time.monotonic() + 30
        while connection.execute("select archived_count < 2 from pg_stat_archiver").fetchone() == (True,):
            assert time.monotonic() < deadline
            time.sleep(0.1)
    database = restored(folder, database_folder(), programs, row[0])
    try:
        assert read(database.url("luming")) == list(range(10))
    finally:
        database.stop()


def fake_copy(folder: Path, at: datetime, first: str = "000000010000000000000001") -> Path:
    """A copy as a server makes it, with one file."""
    place = base_folder(folder) / at.strftime(NAMED)
    (place / "pg_wal").mkdir(parents=True)
    (place / "pg_wal" / first).touch()
    label = f"START WAL LOCATION: 0/2000028 (file {first})\n"
    (place / "backup_label").write_text(label)
    told = [{"Path": "backup_label", "Checksum-Algorithm": "SHA256", "Checksum": sha256(label.encode()).hexdigest()}]
    head = f'{{"Files": {json.dumps(told)},\n'
    (place / "backup_manifest").write_text(f'{head}"Manifest-Checksum": "{sha256(head.encode()).hexdigest()}"}}\n')
    check(place)
    return place


def test_the_commands_back_up_and_restore_in_the_place_of_what_was_there(
    served: Database, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", served.url("luming"))
    monkeypatch.setenv("BACKUP_DIR", str(folder))
    write(served.url("luming"), range(10))
    run = CliRunner().invoke
    made = run(app, ["base"])
    assert made.exit_code == 0, made.output
    assert "every file checked" in made.output
    assert run(app, ["verify"]).exit_code == 0
    in_use = run(app, ["restore", "--into", str(served.data_dir)])
    assert (in_use.exit_code, served.running()) == (1, True)
    write(served.url("luming"), range(10, 20))
    served.stop()
    done = run(app, ["restore", "--into", str(served.data_dir)])
    assert done.exit_code == 0, done.output
    assert len(list(served.data_dir.glob("cluster.2*"))) == 1
    served.start()
    assert read(served.url("luming")) == list(range(20))
    assert "restore_command" not in (served.cluster / "postgresql.auto.conf").read_text("utf-8")


@pytest.mark.parametrize("damage", ["changed", "absent", "added", "no log", "no manifest", "changed manifest"])
def test_a_damaged_copy_is_told_and_passed_over_for_the_one_before(
    folder: Path, database_folder: Callable[[], Path], damage: str
) -> None:
    now = datetime.now(UTC)
    first, second = fake_copy(folder, now - timedelta(hours=1)), fake_copy(folder, now)
    manifest = second / "backup_manifest"
    doings: dict[str, Callable[[], object]] = {
        "changed": lambda: (second / "backup_label").write_text("START"),
        "absent": (second / "backup_label").unlink,
        "added": (second / "pg_hba.conf").touch,
        "no log": next((second / "pg_wal").iterdir()).unlink,
        "no manifest": manifest.unlink,
        "changed manifest": lambda: manifest.write_text(manifest.read_text().replace("backup_label", "other_label")),
    }
    doings[damage]()
    with pytest.raises(BackupFailed):
        check(second)
    data_dir = database_folder()
    assert lay_out(folder, data_dir, Database(data_dir)) == first


def test_old_copies_go_with_the_log_before_them_and_two_stay(folder: Path) -> None:
    now, programs = datetime.now(UTC), from_wheel()
    names = [f"{1:08X}{0:08X}{number:08X}" for number in range(1, 9)]
    for name in names:
        (log_folder(folder) / f"{name}.gz").touch()
    made = [fake_copy(folder, now - timedelta(days=days), name)
            for days, name in ((40, names[0]), (30, names[2]), (20, names[4]), (0, names[6]))]  # fmt: skip
    assert let_go(folder, programs, now) == made[:2]
    assert copies(folder) == made[2:]
    assert sorted(file.name for file in log_folder(folder).iterdir()) == [f"{name}.gz" for name in names[4:]]
    assert let_go(folder, programs, now + timedelta(days=400)) == []


def test_nothing_is_written_over(folder: Path, programs: Programs, database_folder: Callable[[], Path]) -> None:
    data_dir = database_folder()
    with pytest.raises(BackupFailed, match="no usable copy"):
        lay_out(folder, data_dir, Database(data_dir, programs=programs))
    (data_dir / "cluster").mkdir()
    with pytest.raises(BackupFailed, match="never writes over"):
        lay_out(folder, data_dir, Database(data_dir, programs=programs))


def test_copies_are_named_so_that_they_sort_by_time() -> None:
    earlier, later = datetime(2026, 9, 30, 23, tzinfo=UTC), datetime(2026, 10, 1, 1, tzinfo=UTC)
    assert earlier.strftime(NAMED) < later.strftime(NAMED)


@pytest.mark.parametrize("until", ["", "banana", "2026-11-23T05:20:00"])
def test_what_is_there_is_not_touched_before_something_can_take_its_place(tmp_path: Path, until: str) -> None:
    kept = tmp_path / "data" / "cluster" / "PG_VERSION"
    kept.parent.mkdir(parents=True)
    kept.write_text("18\n", "utf-8")
    asked = ["restore", "--folder", str(tmp_path), "--until", until, "--into", str(tmp_path / "data")]
    ended = CliRunner().invoke(app, asked)
    assert ended.exit_code == 1
    assert "mend:" in ended.output
    assert kept.read_text("utf-8") == "18\n"


def test_nothing_is_no_backup(tmp_path: Path) -> None:
    ended = CliRunner().invoke(app, ["verify", "--folder", str(tmp_path / "nowhere")])
    assert ended.exit_code == 1
    assert "mend:" in ended.output
