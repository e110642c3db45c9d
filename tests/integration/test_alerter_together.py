"""Several messages in one transaction on the real PostgreSQL: the tables are those of one by one."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from bench.crash.documents import stories
from services.alerter.adapters.store import SqlStore
from services.alerter.adapters.weights import load_weights
from services.alerter.application.ports import Incoming
from services.alerter.application.take_in import TakeIn
from services.alerter.domain.likeness import Likeness
from services.alerter.domain.routes import routes_of
from services.alerter.domain.routes_index import RouteIndex
from services.alerter.domain.subscriptions import Subscriptions
from shared.messages.codec import encode
from shared.watch.watchlist import load_watchlist

pytestmark = pytest.mark.integration

PLAIN = [{"name": "strategy", "channels": {"slack": "#a", "console": True}, "rhythm": {"budget": 1000}}]
NOW = datetime.now(UTC)
TABLES = {
    "consumer_positions": "select topic, partition, next_offset from consumer_positions",
    "threads": "select thread_id, changes, fact_version, state, keys from threads",
    "thread_documents": "select document_id, thread_id, revision, fact_version, reason from thread_documents",
    "classifications": "select document_id, revision, message from classifications",
    "alert_decisions": "select document_id, revision, outcome, reason, thread_id, detail from alert_decisions",
    "deliveries": "select thread_id, fact_version, channel, document_id, kind, state, reason, content from deliveries",
}


def step(engine: Engine) -> TakeIn:
    index = RouteIndex(routes_of(Subscriptions.model_validate({"subscriptions": PLAIN}).subscriptions))
    return TakeIn(SqlStore(engine, "g"), lambda: index, Likeness(load_weights()), {}, lambda: NOW)


def records() -> list[Incoming]:
    """Twenty stories with reprints, twins, corrections and updates, on two partitions."""
    watchlist = load_watchlist(Path("config/watchlist.yaml"))
    found: list[Incoming] = []
    for story in islice(stories(watchlist, 3), 20):
        for sent in story:
            offset = sum(record.partition == sent.partition for record in found)
            found.append(Incoming("classified", sent.partition, offset, None, encode(sent.document)))
    return found


def kept(engine: Engine) -> dict[str, list[str]]:
    """All rows of all tables, in an order of their own."""
    with engine.connect() as db:
        return {name: sorted(str(tuple(row)) for row in db.execute(text(query))) for name, query in TABLES.items()}


def clear(engine: Engine) -> None:
    with engine.begin() as db:
        db.execute(text(f"truncate {', '.join(TABLES)} cascade"))


def chunks(all_of_them: Sequence[Incoming], size: int) -> list[Sequence[Incoming]]:
    return [all_of_them[start : start + size] for start in range(0, len(all_of_them), size)]


def test_the_tables_are_those_of_one_by_one(engine: Engine) -> None:
    coming, one_by_one = records(), step(engine)
    expected = [one_by_one(record) for record in coming]
    rows = kept(engine)
    assert len(rows["alert_decisions"]) == len(coming)
    clear(engine)
    together = step(engine)
    found = [outcome for some in chunks(coming, 7) for outcome in together.together(some) or ()]
    assert found == expected
    assert kept(engine) == rows


def test_what_was_rolled_back_is_not_remembered(engine: Engine) -> None:
    coming, one_by_one = records(), step(engine)
    for record in coming:
        one_by_one(record)
    rows = kept(engine)
    clear(engine)
    both = step(engine)
    for some in chunks(coming, 7):
        poison = Incoming("classified", 1, 10_000, None, json.dumps({"version": 1}).encode())
        assert both.together([*some, poison]) is None
        for record in some:
            both(record)
    assert kept(engine) == rows


def test_what_the_database_refuses_in_the_middle_undoes_all(engine: Engine) -> None:
    coming, taking = records()[:6], step(engine)
    with engine.begin() as db:
        db.execute(text("alter table alert_decisions add constraint short check (length(document_id) < 5) not valid"))
    assert taking.together(coming) is None
    assert not any(kept(engine).values())
    with engine.begin() as db:
        db.execute(text("alter table alert_decisions drop constraint short"))
    found = taking.together(coming)
    assert found is not None
    assert len(found) == 6
    again = taking.together(coming)
    assert again is None
    assert [taking(record).outcome for record in coming] == [None] * 6
