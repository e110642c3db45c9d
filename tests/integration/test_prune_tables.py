"""Every table that there is has a rule by which its rows go, or a reason for which they stay."""

import pytest
from sqlalchemy import Engine, text
from sqlmodel import SQLModel

from services.maintenance.adapters.rules import RULES
from shared.store.rights import TABLES

pytestmark = pytest.mark.integration

STAY = {
    "alembic_version": "one row: which migrations ran",
    "consumer_positions": "one row a partition and group, written over",
    "crawlers": "a crawler takes its row away when it ends, another those of a day ago",
    "pauses": "a handful, each there until somebody lifts it",
    "portal_users": "until `user delete` or `erase --person`: nobody else shall take the name",
    "recall_days": "one row of figures a day, no text: what recall was, for as long as it is asked",
    "search_changed": "the index deletes what it took over",
    "search_documents": "the index deletes what is no longer in `documents`",
    "search_facets": "one row a value of a field, no text",
    "search_marks": "one row a table that the index follows",
    "search_places": "the index deletes what is no longer in `documents`",
    "search_quarters": "one row a quarter",
    "search_versions": "some rows a quarter",
    "source_looks": "one row a source, written over",
    "sources": "one row a source, written over",
    "subscription_versions": "each alert is explained by the version that was in force",
    "tombstones": "what keeps an erased document from coming back",
}
WITH_ANOTHER = {"refreshes": "deliveries"}
"""Tables whose rows go in the moment in which those of another one go."""


def unspoken(tables: set[str]) -> set[str]:
    return tables - {rule.table for rule in RULES} - STAY.keys() - WITH_ANOTHER.keys()


def test_every_table_has_a_rule_or_a_reason(engine: Engine) -> None:
    assert TABLES
    with engine.connect() as connection:
        made = connection.execute(text("select tablename from pg_tables where schemaname = 'public'")).scalars()
        there = set(made)
    assert SQLModel.metadata.tables.keys() <= there
    assert unspoken(there) == set(), (
        "give it a rule (services/maintenance/adapters/rules.py), or name here why it stays"
    )
    assert there >= {rule.table for rule in RULES} | STAY.keys() | WITH_ANOTHER.keys(), "named, but no such table"
    assert not {rule.table for rule in RULES} & (STAY.keys() | WITH_ANOTHER.keys())


def test_a_table_that_nobody_spoke_of_is_found() -> None:
    assert unspoken({"documents", "tombstones", "refreshes", "a_new_one"}) == {"a_new_one"}


def test_what_goes_with_another_table_is_deleted_by_the_database_itself(engine: Engine) -> None:
    asked = "select conrelid::regclass::text, confrelid::regclass::text from pg_constraint where confdeltype = 'c'"
    with engine.connect() as connection:
        assert WITH_ANOTHER.items() <= {row[0]: row[1] for row in connection.execute(text(asked))}.items()
