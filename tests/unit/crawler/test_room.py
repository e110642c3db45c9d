"""Nothing is fetched onto a full disk."""

from collections import namedtuple
from pathlib import Path

import pytest

from services.crawler.adapters.room import MOST, Room

pytestmark = pytest.mark.unit

Usage = namedtuple("Usage", "total used free")


@pytest.mark.parametrize(
    ("total", "free", "enough"),
    [(20_000_000, 2_000_000, True), (20_000_000, 1_999_999, False), (10**12, MOST, True), (10**12, MOST - 1, False)],
)
def test_a_tenth_of_the_disk_is_kept_and_a_gigabyte_at_most(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, total: int, free: int, enough: bool
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage(total, total - free, free))
    assert (Room(tmp_path)() == "") is enough


def test_where_nobody_can_tell_there_is_room(tmp_path: Path) -> None:
    assert Room(None)() == ""
    assert Room(tmp_path / "gone")() == ""
