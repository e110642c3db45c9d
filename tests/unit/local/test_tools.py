"""The environment of the tools that check manifests: made once, and anew where it was moved or the lock is another."""

from pathlib import Path

import pytest

from deploy import tools


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Path]:
    """Where the environment was made, one entry a time; nothing is installed."""
    places: list[Path] = []

    def make() -> None:
        tools.FOLDER.mkdir(exist_ok=True)
        places.append(tools.FOLDER)

    lock = tmp_path / "ops.txt"
    lock.write_text("checkov==1", "utf-8")
    monkeypatch.setattr(tools, "LOCK", lock)
    monkeypatch.setattr(tools, "CACHE", tmp_path)
    monkeypatch.setattr(tools, "FOLDER", tmp_path / "ops")
    monkeypatch.setattr(tools, "_make", make)
    return places


def test_it_is_made_once(made: list[Path], tmp_path: Path) -> None:
    assert [tools.tool("checkov") for _ in range(2)] == [tmp_path / "ops" / "bin" / "checkov"] * 2
    assert made == [tmp_path / "ops"]


def test_another_lock_makes_it_anew(made: list[Path]) -> None:
    tools.tool("checkov")
    tools.LOCK.write_text("checkov==2", "utf-8")
    tools.tool("checkov")
    assert len(made) == 2


def test_one_that_was_moved_is_made_anew(made: list[Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Its programs begin with the path of the Python that they were installed beside."""
    tools.tool("checkov")
    moved = (tmp_path / "ops").rename(tmp_path / "moved")
    monkeypatch.setattr(tools, "FOLDER", moved)
    tools.tool("checkov")
    assert made == [tmp_path / "ops", moved]
