"""What roles may do in the database is what the tables' own files say of their writers."""

import re
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from deploy.postgres.roles import FILE, lines
from shared.store.rights import OWN, SERVICES, TABLES, WRITERS, grants

pytestmark = pytest.mark.contract

STORE = Path(__file__).parents[2] / "shared" / "store"


def test_the_file_for_psql_is_the_one_that_the_code_writes() -> None:
    assert FILE.read_text("utf-8") == "".join(lines()), "run: .venv/bin/python -m deploy.postgres.roles"


def test_every_file_of_tables_is_known() -> None:
    files = {path.stem for path in STORE.glob("*.py") if "table=True" in path.read_text("utf-8")}
    assert files == {module.__name__.rpartition(".")[2] for module in TABLES}


@pytest.mark.parametrize("file", sorted(WRITERS))
def test_writers_are_those_that_the_file_names(file: str) -> None:
    (module,) = (each for each in TABLES if each.__name__.endswith(f".{file}"))
    said = re.split(r"Writers?:", module.__doc__ or "")[1].split("All may read")[0]
    named = {service for service in SERVICES if re.search(rf"\b{service}\b", said)}
    assert set(WRITERS[file]) <= named
    mine = {name for name, table in SQLModel.metadata.tables.items() if _file(name) == file and table is not None}
    assert named == {grant.service for grant in grants() if grant.table in mine and "insert" in grant.rights}


def test_what_is_never_updated_cannot_be() -> None:
    never = {
        re.search(r'__tablename__ = "(\w+)"', block).group(1)  # type: ignore[union-attr]  # every table has one
        for module in TABLES
        for block in re.split(r"\nclass ", Path(module.__file__ or "").read_text("utf-8"))[1:]
        if "Never updated" in block.split("__tablename__")[0]
    }
    assert never >= {"crawl_decisions", "alert_decisions", "audit_log", "subscription_versions"}
    for grant in grants():
        if grant.table in never and grant.service != "maintenance":
            assert grant.rights == ("insert",), grant
    assert not any("update" in grant.rights for grant in grants() if grant.table == "audit_log")


def test_each_table_has_a_writer_and_each_exception_is_a_table() -> None:
    written = {grant.table for grant in grants() if "insert" in grant.rights}
    assert written == set(SQLModel.metadata.tables)
    assert set(OWN) <= set(SQLModel.metadata.tables)


def _file(table: str) -> str:
    for module in TABLES:
        if re.search(rf'__tablename__ = "{table}"', Path(module.__file__ or "").read_text("utf-8")):
            return module.__name__.rpartition(".")[2]
    raise AssertionError(table)
