"""The demo on a PostgreSQL that was given: the same account as on its own. FULL=1 runs it."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from deploy.local.database import Database
from deploy.local.programs import DEBIAN, from_debian
from tests.e2e.conftest import Start, read_json
from tests.e2e.test_demo import check_figures, check_files

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not os.environ.get("FULL", "").strip("0 "), reason="FULL=1 runs the demo on PostgreSQL 15"),
    pytest.mark.skipif(not (DEBIAN / "15/bin/postgres").exists(), reason="Debian's PostgreSQL 15 is absent"),
]


@pytest.fixture
def given() -> Iterator[str]:
    """The URL of a database on Debian's PostgreSQL 15."""
    with tempfile.TemporaryDirectory(prefix="luming-given-", ignore_cleanup_errors=True) as folder:
        database = Database(Path(folder), programs=from_debian(15))
        yield database.start()
        database.stop()


def test_a_given_database_gives_the_same_account(start: Start, tmp_path: Path, given: str) -> None:
    with psycopg.connect(given) as connection:
        assert 150_000 <= connection.info.server_version < 160_000
    run = start("demo", "--once", "--summary", tmp_path / "summary.json", DATABASE_URL=given)
    printed = run.output()
    assert run.process.returncode == 0, printed
    figures = read_json(tmp_path / "summary.json")
    check_figures(figures, printed)
    check_files(run)
    assert figures["twice_on_the_wire"] == 0, printed
    assert "database: ready" not in printed  # none of its own was started
    with psycopg.connect(given) as connection:  # the database that it made beside is gone, the given one untouched
        names = [row[0] for row in connection.execute("select datname from pg_database where datname like 'luming%'")]
        assert names == ["luming"]
        assert connection.execute("select count(*) from pg_tables where schemaname = 'public'").fetchone() == (0,)
