"""What cannot work is told before a server is started or a folder touched: cause and mend, no trace."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.backup.__main__ import app
from deploy.backup.base import BackupFailed
from deploy.backup.restore import wait_until_restored
from deploy.local.database import Database
from shared.errors import EXIT_CONFIG

pytestmark = pytest.mark.integration


@pytest.fixture(autouse=True)
def no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that nobody answers at: whoever came as far as asking it would say so."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")


def place(kind: str, tmp_path: Path) -> Path:
    if kind == "a file":
        (tmp_path / "taken").write_text("not a folder", "utf-8")
        return tmp_path / "taken"
    if kind == "below a file":
        (tmp_path / "taken").write_text("not a folder", "utf-8")
        return tmp_path / "taken" / "backups"
    return Path("/proc/backups")


@pytest.mark.parametrize("kind", ["a file", "below a file", "no place for files"])
def test_a_folder_that_cannot_be_written(kind: str, tmp_path: Path) -> None:
    folder = place(kind, tmp_path)
    ended = CliRunner().invoke(app, ["base", "--folder", str(folder)])
    assert ended.exit_code == 1
    assert f"BACKUP_DIR={folder}" in ended.stderr
    assert "mend: " in ended.stderr
    assert "pg_basebackup" not in ended.stderr


@pytest.mark.parametrize("major", ["abc", "15.1", "-15", "²", "1" * 5000])
def test_a_version_that_is_no_number(major: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTGRES_MAJOR", major)
    ended = CliRunner().invoke(app, ["base", "--folder", str(tmp_path / "backups")])
    assert ended.exit_code == EXIT_CONFIG
    assert "POSTGRES_MAJOR" in ended.stderr
    assert "mend: " in ended.stderr
    assert not (tmp_path / "backups").exists()


def test_a_version_that_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTGRES_MAJOR", "9")
    ended = CliRunner().invoke(app, ["base", "--folder", str(tmp_path / "backups")])
    assert ended.exit_code == 1
    assert "apt-get install postgresql-9" in ended.stderr
    assert not (tmp_path / "backups").exists()


def test_a_server_that_ended_while_it_read_the_log_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "database.log").write_text("FATAL:  recovery ended\n", "utf-8")
    with pytest.raises(BackupFailed, match="the server ended while it read the log:\nFATAL:  recovery ended"):
        wait_until_restored("postgresql://nobody@127.0.0.1:1/nothing", 5, Database(tmp_path))
