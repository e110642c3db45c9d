"""A person asked for in one script is erased where the other one is written, and it is told where the name is left."""

import json
from pathlib import Path

import pytest
from kafka import KafkaConsumer, TopicPartition
from sqlalchemy import Engine, text
from typer.testing import CliRunner

from services.crawler.adapters.queue import SqlQueue
from services.maintenance.__main__ import EXIT_LEFT, app
from services.maintenance.adapters.erasing import SqlErasure
from services.maintenance.adapters.exports import ExportFiles
from services.maintenance.adapters.letters import KafkaLetters
from services.maintenance.application.erase import Erase, Order
from services.maintenance.domain.spellings import Sought
from shared.messages.topics import DEAD_LETTERS
from shared.runtime.kafka import make_producer
from tests.integration.conftest import Kafka
from tests.integration.crawler_rows import listed, new
from tests.integration.maintenance_rig import count, publish, tell
from tests.integration.test_erase import ORDER, words

pytestmark = pytest.mark.integration

WRITTEN = [("欧阳测试", "歐陽測試"), ("歐陽測試", "欧阳测试"), ("erika mustermann", "ＥＲＩＫＡ Mustermann")]


@pytest.mark.parametrize(("asked", "written"), WRITTEN)
def test_what_names_a_person_in_other_letters_goes(engine: Engine, tmp_path: Path, asked: str, written: str) -> None:
    publish(engine, 1, written)
    tell(engine, 1, written, "firm1")
    publish(engine, 2)
    tell(engine, 2, firm="firm2")
    listed(SqlQueue(engine), [new(3)])
    author = "update listed_pages set hints = jsonb_set(hints, '{author}', to_jsonb(cast(:who as text)))"
    with engine.begin() as db:
        db.execute(text(f"{author} where due is not null"), {"who": written})
    (tmp_path / "a.csv").write_text(f"x,{written}", "gb18030")
    (tmp_path / "b.csv").write_text("x,y", "utf-8")
    assert written in words(engine)
    done = Erase(SqlErasure(engine), None, ExportFiles(tmp_path)).do(Order(person=asked, **ORDER))
    assert done.left == {}
    assert written not in words(engine)
    assert count(engine, "documents") == count(engine, "classifications") == 1
    assert [file.name for file in tmp_path.iterdir()] == ["b.csv"]
    assert listed(SqlQueue(engine), [new(3)]) == (0, 0)


def test_a_name_that_stays_in_other_letters_is_told(
    database_url: str, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    publish(engine, 1, "歐陽測試")
    rows = (
        "insert into alerter_dead_letters (key, value, created) values ('\\x31', convert_to('歐陽測試', 'UTF8'), now())"
    )
    with engine.begin() as db:
        db.execute(text(rows))
    order = ["erase", "--person", "欧阳测试"]
    shown = CliRunner().invoke(app, order)
    assert "1 documents" in shown.output
    done = CliRunner().invoke(app, [*order, "--yes", "--who", "w", "--reason", "request 7"])
    assert done.exit_code == EXIT_LEFT, done.output
    assert "1 rows of alerter_dead_letters" in done.output


def test_a_user_of_that_name_in_other_letters_goes_and_longer_names_stay(engine: Engine) -> None:
    user = (
        "insert into portal_users (id, name, role, teams, created)"
        " values (cast(:id as text), :name, 'reader', '{}', now())"
    )
    with engine.begin() as db:
        for number, name in enumerate(("歐陽測試", "歐陽測試甲")):
            db.execute(text(user), {"id": f"u{number}", "name": name})
    erasure = SqlErasure(engine)
    assert list(erasure.readers("欧阳测试")) == ["歐陽測試"]
    assert erasure.erase_readers("欧阳测试", "w", "r").counts == {"portal_users": 1}
    assert count(engine, "portal_users", "name = '歐陽測試甲'") == 1


def test_letters_on_kafka_are_found_in_other_letters(kafka: Kafka) -> None:
    producer = make_producer(kafka.servers, "test")
    for body in ("歐陽測試", "别的", "\\u6b50\\u967d\\u6e2c\\u8a66"):
        producer.send(DEAD_LETTERS.name, key=b"k", value=f'{{"title": "{body}"}}'.encode(), partition=1)
    producer.close()
    letters, sought = KafkaLetters(kafka.servers), Sought(person="欧阳测试")
    assert letters.holding(sought) == 2
    assert letters.erase(sought) == 2
    consumer = KafkaConsumer(bootstrap_servers=kafka.servers)
    place = TopicPartition(DEAD_LETTERS.name, 1)
    consumer.assign([place])
    consumer.seek_to_beginning()
    (kept,) = consumer.poll(timeout_ms=8000)[place]
    consumer.close()
    assert json.loads(kept.value) == {"title": "别的"}
