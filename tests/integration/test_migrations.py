"""Forward from every released schema, with rows in it, beside those who read and write."""

import threading
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import count as counting
from pkgutil import iter_modules

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from deploy.local.database import Database
from shared import store
from shared.store.engine import MIGRATIONS, make_engine, migrate
from tests.integration.migration_rows import ROWS, counts, fill

pytestmark = pytest.mark.integration

for _module in iter_modules(store.__path__):  # their tables become known to SQLModel.metadata
    import_module(f"shared.store.{_module.name}")
_numbers = counting(1)


def script() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config)


REVISIONS = [one.revision for one in reversed(list(script().walk_revisions()))]
"""Every schema that was ever released, the first one first."""


def upgrade(engine: Engine, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


@pytest.fixture
def empty(local_database: Database) -> Iterator[Callable[[], Engine]]:
    """Engines on databases without any table."""
    made: list[tuple[str, Engine]] = []

    def make() -> Engine:
        name = f"migrated_{next(_numbers)}"
        made.append((name, make_engine(local_database.create(name))))
        return made[-1][1]

    yield make
    for name, engine in made:
        engine.dispose()
        local_database.drop(name)


def columns(engine: Engine) -> set[tuple[str, ...]]:
    query = (
        "select table_name, column_name, udt_name, is_nullable,"
        " coalesce(column_default, nullif(is_generated, 'NEVER'), '')"
        " from information_schema.columns where table_schema = 'public'"
    )
    with engine.connect() as connection:
        return {tuple(row) for row in connection.execute(text(query))}


def test_there_is_one_head() -> None:
    assert len(script().get_heads()) == 1


@pytest.mark.parametrize("revision", REVISIONS)
def test_every_released_schema_comes_forward_with_its_rows(empty: Callable[[], Engine], revision: str) -> None:
    old = empty()
    upgrade(old, revision)
    with old.begin() as connection:
        before = fill(connection)
    assert all(rows == ROWS for rows in before.values()), before
    migrate(old)
    with old.connect() as connection:
        after = counts(connection)
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        differs = compare_metadata(context, SQLModel.metadata)
    assert {table: after[table] for table in before} == before
    assert differs == []


def test_what_an_older_service_writes_still_fits(empty: Callable[[], Engine]) -> None:
    """Additive: a column that is added may be left out by who does not know it, and none that is known goes."""
    first, last = empty(), empty()
    upgrade(first, REVISIONS[0])
    known: set[tuple[str, ...]] = set()
    for revision in REVISIONS:
        upgrade(first, revision)
        now = columns(first)
        assert known <= {row[:3] for row in now}, f"{revision} takes a column away or changes its type"
        tables = {row[0] for row in known}
        added = [row for row in now if row[:3] not in known and row[0] in tables]
        needed = [row[:2] for row in added if row[3] == "NO" and not row[4]]
        assert needed == [], f"{revision}: an older writer does not know {needed}"
        known = {row[:3] for row in now}
    migrate(last)
    assert columns(first) == columns(last)


def test_a_writer_goes_on_while_the_schema_comes_forward(empty: Callable[[], Engine]) -> None:
    engine = empty()
    upgrade(engine, REVISIONS[0])
    done, failed, ended = [0], list[str](), threading.Event()

    def write() -> None:
        own = make_engine(engine.url.render_as_string(hide_password=False))
        statement = text(
            "insert into crawl_decisions (address, source, outcome, reason, first_seen, at)"
            " values ('https://e.example', 's', 'irrelevant', '', now(), now())"
        )
        while not ended.is_set():
            try:
                with own.begin() as connection:
                    connection.execute(statement)
                done[0] += 1
            except DBAPIError as error:  # a service tries again
                failed.append(str(error.orig))
        own.dispose()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        wait_for(lambda: done[0] > 10)
        migrate(engine)
        at = done[0]
        wait_for(lambda: done[0] > at + 10)
    finally:
        ended.set()
        writer.join()
    with engine.connect() as connection:
        assert connection.execute(text("select count(*) from crawl_decisions")).scalar_one() == done[0]
    assert len(failed) <= 1, failed


def test_it_waits_for_a_long_transaction_and_goes_on_after_it(empty: Callable[[], Engine]) -> None:
    engine = empty()
    upgrade(engine, REVISIONS[3])
    ended = threading.Event()
    with engine.connect() as reader:
        reader.execute(text("select count(*) from sources"))  # holds the table until the transaction ends
        migrating = threading.Thread(target=come_forward, args=(engine, ended))
        migrating.start()
        assert not ended.wait(1.0)
        reader.rollback()
        assert ended.wait(30)
        migrating.join()


def come_forward(engine: Engine, ended: threading.Event) -> None:
    migrate(engine)
    ended.set()


def wait_for(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
