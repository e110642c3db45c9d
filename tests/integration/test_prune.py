"""What is past its time goes, what is open or young stays, and nobody beside it waits."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text
from typer.testing import CliRunner

from services.maintenance.__main__ import app
from services.maintenance.adapters.rows import SqlRows
from services.maintenance.adapters.rules import RULES
from services.maintenance.application.prune import preview, prune
from services.maintenance.domain.retention import Retention
from tests.integration.maintenance_rig import age, count, publish, tell

pytestmark = pytest.mark.integration

WHOLE = ("documents", "classifications", "threads", "thread_documents", "deliveries", "alert_decisions", "bands")


def cutoffs() -> dict[str, datetime]:
    return dict(Retention().cutoffs(datetime.now(UTC)))


def run(engine: Engine) -> dict[str, int]:
    rows = SqlRows(engine)
    done = prune(rows, rows.order, cutoffs(), sleep=lambda _: None)
    assert done.left == {}
    return done.rows


def test_every_rule_fits_the_schema(engine: Engine) -> None:
    assert [one.rows for one in preview(SqlRows(engine), cutoffs())] == [0] * len(RULES)


def test_what_is_past_its_time_goes_and_what_is_young_stays(engine: Engine) -> None:
    publish(engine, 1)
    tell(engine, 1)
    age(engine, 800)
    publish(engine, 2)
    tell(engine, 2)
    shown = {one.name: one.rows for one in preview(SqlRows(engine), cutoffs())}
    before = {table: count(engine, table) for table in WHOLE}
    done = run(engine)
    assert {name: rows for name, rows in shown.items() if rows and name != "fingerprints"}.items() <= done.items()
    assert {table: count(engine, table) for table in WHOLE if table != "bands"} == dict.fromkeys(
        [table for table in WHOLE if table != "bands"], 1
    )
    assert 0 < count(engine, "bands") < before["bands"]
    assert count(engine, "bands b", "not exists (select 1 from documents d where d.number = b.number)") == 0
    assert count(engine, "listed_pages") == count(engine, "crawl_decisions") == count(engine, "outbox") == 1
    assert run(engine) == {}


def test_what_is_open_stays_however_old(engine: Engine) -> None:
    publish(engine, 1)
    tell(engine, 1)
    age(engine, 800)
    with engine.begin() as connection:
        connection.execute(text("update outbox set sent = null"))
        connection.execute(text("update deliveries set due = now(), state = 'due', delivered = null"))
        connection.execute(text("update listed_pages set due = now()"))
    run(engine)
    assert [count(engine, table) for table in ("outbox", "deliveries", "listed_pages")] == [1, 1, 1]


def test_it_deletes_in_batches_and_goes_round_rows_that_somebody_holds(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "insert into crawl_decisions (address, source, outcome, reason, first_seen, at) select 'https://e.example/'"
                " || n, 's', 'irrelevant', '', now(), now() - interval '300 days' from generate_series(1, 2500) n"
            )
        )
    with engine.connect() as holder:
        held = holder.execute(text("select id from crawl_decisions order by id limit 1 for update")).scalar_one()
        assert run(engine) == {"crawl decisions": 2499}
        assert count(engine, "crawl_decisions", f"id = {held}") == 1
    assert run(engine) == {"crawl decisions": 1}


def test_a_locked_table_is_left_to_the_next_run(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.maintenance.adapters.database.LOCK_WAIT", 1)
    monkeypatch.setattr("services.maintenance.application.prune.TRIES", 1)
    publish(engine, 1)
    age(engine, 800)
    with engine.connect() as holder:
        holder.execute(text("lock table outbox in access exclusive mode"))
        rows = SqlRows(engine)
        done = prune(rows, rows.order, cutoffs(), sleep=lambda _: None)
    assert set(done.left) == {"messages that Kafka has"}
    assert done.rows["documents"] == 1


def test_services_go_on_beside_it(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "insert into crawl_decisions (address, source, outcome, reason, first_seen, at) select 'https://e.example/'"
                " || n, 's', 'irrelevant', '', now(), now() - interval '300 days' from generate_series(1, 20000) n"
            )
        )
    ended, slowest = threading.Event(), [0.0]

    def work() -> None:
        number = 1
        while not ended.is_set():
            number += 1
            began = time.monotonic()
            publish(engine, number)
            slowest[0] = max(slowest[0], time.monotonic() - began)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        assert run(engine) == {"crawl decisions": 20000}
    finally:
        ended.set()
        worker.join()
    assert 0 < slowest[0] < 5.0
    assert count(engine, "documents") > 0


def test_the_command_shows_first_and_deletes_when_told(
    database_url: str, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    publish(engine, 1)
    age(engine, 800)
    shown = CliRunner().invoke(app, ["prune"])
    assert shown.exit_code == 0, shown.output
    assert "documents" in shown.output
    assert "--yes deletes them" in shown.output
    assert count(engine, "documents") == 1
    monkeypatch.setenv("PRUNE_ARTICLES_DAYS", "900")
    assert CliRunner().invoke(app, ["prune", "--yes"]).exit_code == 0
    assert count(engine, "documents") == 1
    monkeypatch.delenv("PRUNE_ARTICLES_DAYS")
    assert CliRunner().invoke(app, ["prune", "--yes"]).exit_code == 0
    assert count(engine, "documents") == 0


def test_periods_are_counted_from_the_given_time() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    assert Retention(letters=3).cutoffs(now)["letters"] == now - timedelta(days=3)
