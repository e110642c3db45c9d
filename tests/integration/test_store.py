"""The schema: migrations make what the tables say, several processes may migrate at once, and defaults hold."""

import threading
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text
from sqlmodel import Session, SQLModel, select

from deploy.local.database import Database
from shared.store import alerter, alerter_desk, audit, crawler, maintenance, portal, recall
from shared.store.crawler import Document
from shared.store.engine import make_engine, migrate, wait_for_database

pytestmark = pytest.mark.integration

OWNERS = (alerter, alerter_desk, audit, crawler, maintenance, portal, recall)
"""Importing them makes their tables known to SQLModel.metadata."""

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


def document(number: int) -> Document:
    return Document(
        document_id=f"{number:032x}",
        revision=1,
        url=f"https://example.test/{number}",
        source="test",
        role="alert",
        rights="full",
        title="标题",
        paragraphs=["一", "two"],
        language="zh-Hans",
        content_hash="0",
        first_seen=NOW,
        fetched=NOW,
    )


def test_migrations_make_exactly_the_tables(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        differences = compare_metadata(context, SQLModel.metadata)
    assert differences == []


def test_migrating_again_changes_nothing(engine: Engine) -> None:
    migrate(engine)
    migrate(engine)


def test_several_migrate_at_once(local_database: Database) -> None:
    url = local_database.create("migrated_at_once")
    failures: list[BaseException] = []

    def run() -> None:
        own = make_engine(url)
        try:
            migrate(own)
        except BaseException as error:  # noqa: BLE001  # reported below
            failures.append(error)
        finally:
            own.dispose()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    local_database.drop("migrated_at_once")
    assert failures == []


def test_documents_are_numbered_and_read_back(engine: Engine) -> None:
    with Session(engine) as session:
        session.add(document(1))
        session.commit()
        session.add(document(2))
        session.commit()
    with Session(engine) as session:
        rows = session.exec(select(Document).order_by(Document.document_id)).all()
    assert [row.number for row in rows] == [1, 2]
    assert rows[0].first_seen == NOW
    assert rows[0].first_seen.utcoffset() is not None
    assert rows[0].paragraphs == ["一", "two"]


def test_a_lock_is_not_waited_for_without_end(engine: Engine) -> None:
    with engine.connect() as connection:
        assert connection.execute(text("show lock_timeout")).scalar() == "5s"
        assert connection.execute(text("show timezone")).scalar() == "UTC"


def test_each_test_has_its_own_database(engine: Engine) -> None:
    with Session(engine) as session:
        assert session.exec(select(Document)).all() == []


def test_waiting_for_the_database_ends_when_asked(local_database: Database) -> None:
    stop = threading.Event()
    stop.set()
    missing = make_engine(local_database.url("no_such_database"))
    assert wait_for_database(missing, stop) is False
