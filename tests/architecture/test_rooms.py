"""The rooms and arrows of ARCHITECTURE.md, held by import-linter, and the size of files."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[2]
LONGEST = 250
"""Lines. A longer file asks to be two."""
SHIPPED = ("services", "shared", "deploy", "bench")


def python_files() -> list[Path]:
    return sorted(path for folder in SHIPPED for path in (ROOT / folder).rglob("*.py"))


def test_import_contracts_hold() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    ran = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, env={**os.environ, "NO_COLOR": "1"}, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_no_file_is_longer_than_a_reader_keeps_in_mind() -> None:
    long = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in python_files()}
    assert {name: lines for name, lines in long.items() if lines > LONGEST} == {}


def test_every_service_has_the_same_rooms() -> None:
    for service in ("crawler", "classifier", "alerter", "maintenance", "portal"):
        room = ROOT / "services" / service
        for name in ("__main__.py", "bootstrap.py", "settings.py", "README.md", "application", "domain", "adapters"):
            assert (room / name).exists(), f"{service} lacks {name}"
