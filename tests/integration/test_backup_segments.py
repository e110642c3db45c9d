"""Which files of the log a copy needs, by their names and the histories of timelines; and which copy a time needs."""

import gzip
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deploy.backup.archive import log_folder, make_folders
from deploy.backup.base import BackupFailed
from deploy.backup.reach import check_unbroken
from deploy.backup.restore import usable
from deploy.backup.segments import log_of
from tests.integration.test_backup import fake_copy

pytestmark = pytest.mark.integration

NOW = datetime(2026, 11, 23, 5, 20, tzinfo=UTC)


def named(timeline: int, number: int) -> str:
    return f"{timeline:08X}{number >> 8:08X}{number & 255:08X}"


def kept(folder: Path, timeline: int, numbers: Iterable[int]) -> None:
    for number in numbers:
        (log_folder(folder) / f"{named(timeline, number)}.gz").touch()


def branched(folder: Path, timeline: int, lines: str) -> None:
    (log_folder(folder) / f"{timeline:08X}.history.gz").write_bytes(gzip.compress(lines.encode()))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_folders(tmp_path / "backups")


def test_a_log_without_a_gap_goes_on_over_the_end_of_a_part_of_its_names(folder: Path) -> None:
    copy = fake_copy(folder, NOW, named(1, 254))
    kept(folder, 1, range(250, 260))
    log = log_of(folder, copy)
    assert (log.newest, log.absent, log.gap()) == ("000000010000000100000003", (), "")


def test_what_is_absent_is_named_and_what_the_copy_carries_is_not_absent(folder: Path) -> None:
    copy = fake_copy(folder, NOW, named(1, 5))
    kept(folder, 1, (6, 7, 10, 12))
    log = log_of(folder, copy)
    assert log.absent == (named(1, 8), named(1, 9), named(1, 11))
    assert f"3 absent: {named(1, 8)} to {named(1, 11)}" in log.gap()


def test_files_are_counted_by_the_size_that_the_server_was_made_with(folder: Path) -> None:
    copy = fake_copy(folder, NOW, "000000010000000000000003")
    (copy / "pg_wal" / "000000010000000000000003").write_bytes(bytes(2**20))  # 1 MB: 4096 names a part, not 256
    kept(folder, 1, ())
    for name in ("000000010000000000000004", "000000010000000000000FFF", "000000010000000100000000"):
        (log_folder(folder) / f"{name}.gz").touch()
    log = log_of(folder, copy)
    assert (log.newest, len(log.absent)) == ("000000010000000100000000", 0xFFF - 5)


def test_a_log_that_was_gone_back_in_is_read_along_its_newest_timeline(folder: Path) -> None:
    copy = fake_copy(folder, NOW, named(1, 5))
    kept(folder, 1, range(5, 20))  # from 8 on nobody reads them
    branched(folder, 2, "1\t0/8000028\tbefore 2026-11-23 05:20:00+00\n")
    kept(folder, 2, (8, 9, 11))
    log = log_of(folder, copy)
    assert (log.newest, log.absent) == (named(2, 11), (named(2, 10),))
    branched(folder, 3, "1\t0/8000028\tbefore\n\n2\t0/9000000\tno recovery target specified\n")
    kept(folder, 3, (10,))
    log = log_of(folder, copy)
    assert (log.newest, log.absent) == (named(3, 10), ())
    assert log.handed_over


def test_where_the_server_branched_off_either_file_does(folder: Path) -> None:
    copy = fake_copy(folder, NOW, named(1, 5))
    kept(folder, 1, range(5, 9))
    branched(folder, 2, "1\t0/8000028\tno recovery target specified\n")
    kept(folder, 2, (9, 10))
    assert log_of(folder, copy).absent == ()


def test_a_log_that_ended_before_the_copy_was_not_handed_over(folder: Path) -> None:
    copy = fake_copy(folder, NOW, named(1, 5))
    kept(folder, 1, range(1, 5))
    assert not log_of(folder, copy).handed_over


def test_a_run_that_kept_its_log_to_itself_is_told_by_the_next_copy_and_not_by_the_one_after(folder: Path) -> None:
    fake_copy(folder, NOW - timedelta(days=2), named(1, 2))
    check_unbroken(folder)
    kept(folder, 1, (2, 3, 7))
    fake_copy(folder, NOW - timedelta(days=1), named(1, 7))
    with pytest.raises(BackupFailed, match=named(1, 4)):
        check_unbroken(folder)
    kept(folder, 1, (8, 9))
    fake_copy(folder, NOW, named(1, 9))
    check_unbroken(folder)


def test_a_time_needs_a_copy_from_before_it(folder: Path) -> None:
    before, _ = fake_copy(folder, NOW - timedelta(days=1)), fake_copy(folder, NOW)
    assert usable(folder, "2026-11-23T05:19:59Z") == before
    assert usable(folder, "2026-11-23T13:19:59+08:00") == before
    assert usable(folder, "2026-11-23T05:20:01Z") != before
    with pytest.raises(BackupFailed, match="later than 2026-11-20"):
        usable(folder, "2026-11-20T00:00:00Z")
