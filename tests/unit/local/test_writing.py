"""What a run will write at its end is tried before it begins."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.local.paths import ROOT
from deploy.local.writing import check_writable
from shared.errors import EXIT_CONFIG, ConfigError

pytestmark = pytest.mark.unit


def test_a_file_that_can_be_written_is_left_as_it_was(tmp_path: Path) -> None:
    there = tmp_path / "there.json"
    there.write_text("{}", "utf-8")
    for file in (there, tmp_path / "new.json", None):
        check_writable(file)
    assert there.read_text("utf-8") == "{}"
    assert [one.name for one in tmp_path.iterdir()] == ["there.json"]


def unwritable(kind: str, tmp_path: Path) -> Path:
    (tmp_path / "file").touch()
    return {
        "folder": tmp_path,
        "absent": tmp_path / "absent" / "summary.json",
        "below a file": tmp_path / "file" / "summary.json",
        "no place for files": Path("/proc/summary.json"),
        "too long": tmp_path / ("x" * 300),
    }[kind]


@pytest.mark.parametrize("kind", ["folder", "absent", "below a file", "no place for files", "too long"])
def test_one_that_cannot_is_named_with_the_cause(kind: str, tmp_path: Path) -> None:
    file = unwritable(kind, tmp_path)
    with pytest.raises(ConfigError) as told:
        check_writable(file)
    assert told.value.where == f"SUMMARY={file}"
    assert told.value.wrong.startswith("cannot be written: ")


@pytest.mark.parametrize(("name", "value"), [("SEED", "abc"), ("SUMMARY", "/proc/summary.json")])
def test_make_chaos_ends_before_its_first_test(name: str, value: str) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "tests/chaos/test_scaler_manifest.py"]
    given = {key: kept for key, kept in os.environ.items() if not key.startswith("PYTEST_")}
    ended = subprocess.run(
        command, cwd=ROOT, env={**given, name: value}, capture_output=True, text=True, check=False, timeout=120
    )
    said = ended.stdout + ended.stderr
    assert ended.returncode == pytest.ExitCode.USAGE_ERROR
    assert name in said
    assert "mend: " in said
    assert "Traceback" not in said
    assert "passed" not in said


def test_make_load_ends_before_anything_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    from bench.load import __main__ as load  # its own imports are heavy, and wanted here alone

    monkeypatch.setattr(load, "run", lambda *_: pytest.fail("it ran"))
    import typer

    command = typer.Typer()
    command.command()(load.main)
    ended = CliRunner().invoke(command, [], env={"SUMMARY": "/proc/load.json"})
    assert ended.exit_code == EXIT_CONFIG
    assert "SUMMARY=/proc/load.json" in ended.stderr
    assert "mend: " in ended.stderr
