"""A program of the version before starts on a schema that a later one made: an update under way, or rolled back."""

import pytest
from sqlalchemy import Engine, text

from deploy.local.database import Database
from shared.errors import ConfigError
from shared.store.engine import make_engine, migrate

pytestmark = pytest.mark.integration
VERSION = text("select version_num from alembic_version")


def test_it_is_left_as_it_is_and_works(engine: Engine) -> None:
    with engine.begin() as connection:  # what a later program does: a step of its own, which adds
        connection.execute(text("alter table outbox add column later text"))
        connection.execute(text("update alembic_version set version_num = '9999_later'"))
    migrate(engine)
    migrate(engine)
    with engine.connect() as connection:
        assert connection.execute(VERSION).scalars().all() == ["9999_later"]
        assert connection.execute(text("select count(later) from outbox")).scalar() == 0


def test_another_programs_database_is_refused(local_database: Database) -> None:
    name = "of_another_program"
    engine = make_engine(local_database.create(name))
    try:
        with engine.begin() as connection:
            connection.execute(text("create table alembic_version (version_num varchar(32) primary key)"))
            connection.execute(text("insert into alembic_version values ('abc123')"))
        with pytest.raises(ConfigError, match="another program"):
            migrate(engine)
        with engine.connect() as connection:
            assert connection.execute(text("select to_regclass('outbox')")).scalar() is None
    finally:
        engine.dispose()
        local_database.drop(name)
