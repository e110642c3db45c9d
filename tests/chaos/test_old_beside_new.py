"""A rolling update with the real older services: both versions work side by side on one database and one broker."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.broker import Broker
from deploy.local.database import Database
from shared.store.engine import make_engine
from tests.chaos.living import empty_topics
from tests.chaos.older import before, lay_out
from tests.chaos.settling import settle
from tests.chaos.system import SERVICES, System, system
from tests.chaos.tally import Account
from tests.integration.conftest import PARTITIONS

BEFORE = "0016_desk.py"
"""The older version is the one before this migration, the first that came after 0014."""
SCHEMA = "select version_num from alembic_version"
COMMIT = before(BEFORE)
pytestmark = [
    pytest.mark.chaos,
    pytest.mark.timeout(900),
    pytest.mark.long_form(reason="the short form writes and reads rows as an older crawler does, on every schema"),
    # Without history there is no older version: then the fault is tried on the rows alone (test_migrations_killed.py).
    pytest.mark.fault(27, "killed in a migration step; old beside new version")
    if COMMIT
    else pytest.mark.skip(reason=f"the history does not reach back to before {BEFORE}"),
]


@pytest.fixture
def older(local_broker: Broker, local_database: Database, tmp_path: Path) -> Iterator[System]:
    """The older services up, on the schema that they made."""
    assert COMMIT
    tree = lay_out(COMMIT, tmp_path / "older")
    told = {"PYTHONPATH": str(tree), "CONFIG_DIR": str(tree / "config")}
    empty_topics(local_broker.servers)
    url = local_database.create("rolling")
    engine = make_engine(url)
    try:
        with system(local_broker.servers, url, engine, tmp_path / "run", PARTITIONS) as made:
            for name in SERVICES:
                made.start(name, **told)
            made.wait_ready()
            yield made
    finally:
        engine.dispose()
        local_database.drop("rolling")


def test_an_update_under_load_loses_and_doubles_nothing(older: System, account: Account) -> None:
    made_by_older = older.rows(SCHEMA)
    older.newsstand.release(4)
    older.until(lambda: older.number("select count(*) from deliveries"), 90, "the older ones tell")
    newer = [f"{name}-2" for name in SERVICES]
    for name in newer:
        older.start(name)  # the first migrates while the older work
    older.newsstand.release(6)
    older.wait_ready(newer)
    assert older.rows(SCHEMA) != made_by_older
    older.newsstand.release(4)
    for name in SERVICES:
        older.stop(name)
        del older.lives[name]
    older.killed += 1  # a send of the older alerter may have been open
    older.newsstand.release(3)
    settle(older, account)
    assert older.died == []
