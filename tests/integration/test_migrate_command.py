"""The Job that migrates, as a process of its own: on an empty database, twice, and where it cannot."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from deploy.local.database import Database

pytestmark = pytest.mark.integration


def run(**environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "shared.store.migrate"]
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**kept, "PYTHONPATH": ".", **environment},
    )


def test_an_empty_database_gets_the_schema_and_a_second_run_changes_nothing(
    local_database: Database, tmp_path: Path
) -> None:
    name = "to_be_migrated"
    local_database.drop(name)
    url = local_database.create(name)
    try:
        secret = tmp_path / "uri"
        secret.write_text(f"{url}\n", "utf-8")
        for _ in range(2):
            done = run(DATABASE_URL_FILE=str(secret))
            assert done.returncode == 0, done.stderr
            with psycopg.connect(url) as connection:
                found = connection.execute("select count(*) from alembic_version").fetchone()
                assert found is not None
                assert found[0] == 1
                assert connection.execute("select count(*) from documents").fetchone() == (0,)
    finally:
        local_database.drop(name)


def test_without_a_database_it_says_which_variable() -> None:
    done = run()
    assert done.returncode == 2
    assert "DATABASE_URL" in done.stderr


def test_who_may_not_change_the_schema_is_told_so(local_database: Database) -> None:
    name = "not_mine"
    local_database.drop(name)
    url = local_database.create(name)
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("drop role if exists visitor")
            connection.execute("create role visitor login")
        done = run(DATABASE_URL=url.replace("postgres@", "visitor@", 1))
        assert done.returncode == 1
        assert "permission denied" in done.stderr + done.stdout
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("drop role if exists visitor")
        local_database.drop(name)
