"""Every test that the threat model names exists, and every row names one."""

import ast
import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[2]
MODEL = (ROOT / "docs" / "threat-model.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"(tests/[\w/]+\.py)::(\w+)", MODEL)))


def test_it_names_tests() -> None:
    assert len(NAMED) > 30


@pytest.mark.parametrize(("file", "name"), NAMED, ids=lambda one: one.rpartition("/")[2])
def test_a_named_test_exists(file: str, name: str) -> None:
    path = ROOT / file
    assert path.is_file(), file
    found = {node.name for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)}
    assert name in found


def test_every_attempt_has_a_test() -> None:
    tables = re.split(r"\n## ", MODEL)
    evil = [part for part in tables if part.startswith("An evil")]
    rows = [row for part in evil for row in part.splitlines() if row.startswith("| ") and not row.startswith("| tries")]
    assert len(evil) == 5
    assert [row for row in rows if not re.search(r"::test_\w+", row)] == []
