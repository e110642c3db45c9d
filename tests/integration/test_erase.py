"""Erased is erased: in every table, on the dead letters' topic and in exports; it does not come back, others stay."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from kafka import KafkaConsumer, TopicPartition
from sqlalchemy import Engine, text
from typer.testing import CliRunner

from services.alerter.adapters import explain
from services.alerter.adapters import store as alerter_store
from services.alerter.adapters.ledger import SqlLedger
from services.crawler.adapters.queue import SqlQueue
from services.crawler.application.settle import settle
from services.crawler.domain.canonical import document_id
from services.maintenance.__main__ import app
from services.maintenance.adapters.erasing import THREADS_LOCK, SqlErasure
from services.maintenance.adapters.exports import ExportFiles
from services.maintenance.adapters.letters import KafkaLetters
from services.maintenance.application.erase import Erase, Order
from services.maintenance.domain.spellings import Sought
from shared.messages import DeadLetter
from shared.messages.codec import encode
from shared.messages.topics import DEAD_LETTERS
from shared.runtime.kafka import make_producer
from tests.integration.conftest import Kafka
from tests.integration.crawler_rows import found, listed, new, store_of
from tests.integration.maintenance_rig import count, publish, tell

pytestmark = pytest.mark.integration

PERSON = "欧阳测试"
ORDER = {"who": "privacy@example.com", "reason": "request 7"}


def erase(engine: Engine, **order: str) -> tuple[dict[str, int], dict[str, int]]:
    done = Erase(SqlErasure(engine), None, ExportFiles(None)).do(Order(**order, **ORDER))
    return dict(done.removed), dict(done.left)


def words(engine: Engine) -> str:
    """Every row of every table, as text."""
    with engine.connect() as db:
        tables = db.execute(
            text("select table_name from information_schema.tables where table_schema = 'public'")
        ).scalars()
        return "\n".join(
            str(row) for table in list(tables) for row in db.execute(text(f'select t::text from "{table}" t')).scalars()
        )


def test_a_document_leaves_every_table_and_others_stay(engine: Engine) -> None:
    one, two = publish(engine, 1, PERSON), publish(engine, 2)
    tell(engine, 1, PERSON, "firm1")
    tell(engine, 2, firm="firm2")
    assert PERSON in words(engine)
    removed, left = erase(engine, document=new(1).address)
    assert left == {}
    assert {
        "documents",
        "bands",
        "outbox",
        "listed_pages",
        "classifications",
        "threads",
        "deliveries",
    } <= removed.keys()
    said = words(engine)
    assert PERSON not in said
    assert new(1).address not in said
    assert count(engine, "documents") == count(engine, "classifications") == count(engine, "threads") == 1
    assert count(engine, "documents", f"document_id = '{two}'") == 1
    ended = f"document_id = '{one}' and state = 'suppressed' and reason = 'erased' and due is null"
    assert count(engine, "deliveries", ended) == 1
    assert count(engine, "deliveries", f"document_id = '{two}' and state = 'due'") == 1
    assert count(engine, "crawl_decisions", f"document_id = '{one}' and outcome = 'erased'") == 1


def test_it_is_not_crawled_again(engine: Engine) -> None:
    publish(engine, 1, PERSON)
    erase(engine, document=new(1).address)
    queue = SqlQueue(engine)
    assert listed(queue, [new(1, marker="changed")]) == (0, 0)
    listed(queue, [new(9)])
    (page,) = queue.lease_pages(["wire"], [], 9)
    assert settle(store_of(engine), page, found(new(1).address)).outcome == "erased"
    assert count(engine, "documents") == 0


def test_a_thread_of_several_keeps_the_others_reports(engine: Engine) -> None:
    one = publish(engine, 1, PERSON)
    publish(engine, 2)
    tell(engine, 1, PERSON, "firm")
    tell(engine, 2, "某公司", "firm")
    with engine.begin() as db:  # as if both told of one event
        other = "(select state->'members' from threads order by opened desc limit 1)"
        thread = db.execute(
            text("select thread_id from thread_documents where document_id = :id"), {"id": one}
        ).scalar()
        if count(engine, "threads") == 2:
            db.execute(
                text(
                    f"update threads set state = jsonb_set(state, '{{members}}', (state->'members') || {other})"
                    " where thread_id = :thread"
                ),
                {"thread": thread},
            )
    erase(engine, document=one)
    with engine.connect() as db:
        row = db.execute(text("select title, state from threads where thread_id = :t"), {"t": thread}).one()
    assert PERSON not in row.title
    assert [member["document_id"] == one for member in row.state["members"]] == [False]


def test_an_alert_that_names_it_among_others_loses_its_line_and_can_be_read(engine: Engine) -> None:
    publish(engine, 1, PERSON)
    publish(engine, 2)
    tell(engine, 1, PERSON, "firm1")
    tell(engine, 2, firm="firm2")
    line = {"line": f"合作：{PERSON}与示例健康签约1", "url": new(1).address}
    with engine.begin() as db:
        db.execute(
            text("update deliveries set content = jsonb_set(content, '{members}', cast(:m as jsonb))"),
            {"m": json.dumps([line, {"line": "别的消息", "url": new(2).address}], ensure_ascii=False)},
        )
    erase(engine, document=new(1).address)
    assert PERSON not in words(engine)
    leased = SqlLedger(engine, "a").lease("console").leased
    assert leased is not None
    assert [member.line for member in leased.alert.members] == ["别的消息"]
    assert SqlLedger(engine, "b").lease("console").leased is None


def test_a_persons_documents_go_whatever_the_letters_case(engine: Engine) -> None:
    publish(engine, 1, "Erika Mustermann")
    publish(engine, 2)
    listed(SqlQueue(engine), [new(3)])
    with engine.begin() as db:
        db.execute(
            text(
                "update listed_pages set hints = jsonb_set(hints, '{author}', '\"ERIKA MUSTERMANN\"')"
                " where due is not null"
            )
        )
    removed, left = erase(engine, person="erika mustermann")
    assert left == {}
    assert removed["documents"] == 1
    assert "mustermann" not in words(engine).lower()
    assert count(engine, "documents") == 1
    assert listed(SqlQueue(engine), [new(3)]) == (0, 0)


def test_what_came_back_on_its_way_is_swept(engine: Engine) -> None:
    publish(engine, 1, PERSON)
    one = document_id(new(1).address)
    erase(engine, document=new(1).address)
    with engine.begin() as db:  # a program of an earlier version, which does not look at tombstones, took it in
        message = json.dumps({"title": PERSON, "url": new(1).address}, ensure_ascii=False)
        row = "insert into classifications (document_id, revision, message, received) values (:id, 1, :m, now())"
        db.execute(text(row), {"id": one, "m": message})
    assert PERSON in words(engine)
    assert Erase(SqlErasure(engine), None, ExportFiles(None)).sweep()["classifications"] == 1
    assert PERSON not in words(engine)


def test_erasing_again_or_what_is_not_there_changes_nothing(engine: Engine) -> None:
    publish(engine, 1, PERSON)
    erase(engine, document=new(1).address)
    before = words(engine)
    assert erase(engine, document=new(1).address)[0] == {}
    assert erase(engine, document="https://example.com/never") == ({}, {})
    assert words(engine) == before


def test_dead_letters_that_hold_it_leave_kafka_and_the_others_stay_in_order(kafka: Kafka) -> None:
    def letter(number: int, body: str) -> bytes:
        return encode(
            DeadLetter(
                service="classifier", topic="luming.documents.v1", partition=0, offset=number, error="E", reason="r",
                value=json.dumps({"title": body}, ensure_ascii=number % 2 == 0).encode(), failed=datetime.now(UTC),
            )
        )  # fmt: skip

    producer = make_producer(kafka.servers, "test")
    for number in range(6):
        body = PERSON if number in {2, 3} else "别的"
        producer.send(DEAD_LETTERS.name, key=b"k", value=letter(number, body), partition=0).get(timeout=10)
    producer.close()
    letters = KafkaLetters(kafka.servers)
    assert letters.holding(Sought(person=PERSON)) == 2
    assert letters.erase(Sought(person=PERSON)) == 2
    assert letters.holding(Sought(person=PERSON)) == 0
    consumer = KafkaConsumer(bootstrap_servers=kafka.servers)
    place = TopicPartition(DEAD_LETTERS.name, 0)
    consumer.assign([place])
    consumer.seek_to_beginning()
    kept = [json.loads(one.value)["offset"] for one in consumer.poll(timeout_ms=8000)[place]]
    consumer.close()
    assert kept == [0, 1, 4, 5]
    assert letters.erase(Sought(person=PERSON)) == 0


def test_exports_that_hold_it_are_deleted(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"x,{PERSON}", "gb18030")
    (tmp_path / "b.csv").write_text("x,y", "utf-8")
    files = ExportFiles(tmp_path)
    assert files.holding(Sought(person=PERSON)) == ["a.csv"]
    assert files.erase(Sought(person=PERSON)) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["b.csv"]


def test_the_command_looks_first_and_wants_to_know_who_and_why(
    database_url: str, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    publish(engine, 1, PERSON)
    run = CliRunner().invoke
    shown = run(app, ["erase", "--person", PERSON])
    assert shown.exit_code == 0, shown.output
    assert "1 documents" in shown.output
    assert count(engine, "documents") == 1
    assert run(app, ["erase", "--person", PERSON, "--yes"]).exit_code == 2
    assert run(app, ["erase", "--person", "王", "--yes", "--who", "w", "--reason", "r"]).exit_code == 2
    done = run(app, ["erase", "--person", PERSON, "--yes", "--who", "w", "--reason", "request 7"])
    assert done.exit_code == 0, done.output
    assert count(engine, "documents") == 0


def test_who_erased_what_and_why_stands_in_the_audit_log(engine: Engine) -> None:
    one = publish(engine, 1, PERSON)
    erase(engine, document=new(1).address)
    with engine.connect() as db:
        entry = db.execute(text("select who, what, subject, reason from audit_log")).one()
    assert tuple(entry) == (ORDER["who"], "document.erase", one, ORDER["reason"])


def test_an_erased_address_explains_itself(engine: Engine) -> None:
    one = publish(engine, 1, PERSON)
    erase(engine, document=new(1).address)
    with engine.connect() as db:
        assert list(db.execute(explain._DOCUMENTS, {"asked": new(1).address}).scalars()) == [one]


def test_it_waits_for_the_same_locks_as_the_services() -> None:
    assert alerter_store._THREADS_LOCK == THREADS_LOCK
