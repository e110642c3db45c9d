"""The outbox on the real database: every message is sent, once, whatever the order of commits."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine

from services.crawler.adapters.outbox import SqlOutbox
from shared.store.crawler import OutboxRow
from tests.integration.crawler_rows import NOW, scalar

pytestmark = pytest.mark.integration


def outbox_row(number: int) -> dict[str, object]:
    return {"topic": "t", "key": str(number), "value": b"x", "created": NOW}


def sent_keys(outbox: SqlOutbox) -> list[str]:
    got: list[str] = []

    def hand_over(rows: Sequence[tuple[int, str, str, bytes]]) -> tuple[Sequence[int], dict[int, str]]:
        got.extend(key for _, _, key, _ in rows)
        return [number for number, *_ in rows], {}

    outbox.send(hand_over)
    return got


def test_a_lower_id_that_commits_later_is_sent(engine: Engine) -> None:
    table = OutboxRow.__table__  # type: ignore[attr-defined]  # SQLModel gives it to tables alone
    outbox = SqlOutbox(engine)
    with engine.connect() as late, late.begin():
        late.execute(table.insert().values(outbox_row(1)))
        with engine.begin() as early:
            early.execute(table.insert().values(outbox_row(2)))
        assert sent_keys(outbox) == ["2"]
    assert sent_keys(outbox) == ["1"]
    assert sent_keys(outbox) == []


def test_two_relays_send_nothing_twice(engine: Engine) -> None:
    table = OutboxRow.__table__  # type: ignore[attr-defined]  # SQLModel gives it to tables alone
    with engine.begin() as connection:
        connection.execute(table.insert(), [outbox_row(number) for number in range(300)])
    with ThreadPoolExecutor(2) as pool:
        batches = list(pool.map(lambda _: [*sent_keys(SqlOutbox(engine)), *sent_keys(SqlOutbox(engine))], range(2)))
    got = [key for batch in batches for key in batch] + sent_keys(SqlOutbox(engine))
    assert sorted(got, key=int) == [str(number) for number in range(300)]


def test_what_was_not_acknowledged_stays(engine: Engine) -> None:
    table = OutboxRow.__table__  # type: ignore[attr-defined]  # SQLModel gives it to tables alone
    with engine.begin() as connection:
        connection.execute(table.insert(), [outbox_row(number) for number in range(3)])
    outbox = SqlOutbox(engine)
    assert outbox.send(lambda rows: ([rows[1][0]], {})) == 1
    assert sent_keys(outbox) == ["0", "2"]


def test_a_row_of_the_outbox_that_cannot_be_sent_is_set_aside(engine: Engine) -> None:
    with engine.begin() as connection:
        for value in (b"{}", b"good"):
            row = {"topic": "t", "key": "k", "value": value, "created": NOW}
            connection.execute(OutboxRow.__table__.insert().values(row))  # type: ignore[attr-defined]  # as SQLModel has it
    outbox = SqlOutbox(engine)
    assert outbox.send(lambda rows: ([rows[1][0]], {rows[0][0]: "no message"})) == 2
    assert outbox.send(lambda rows: pytest.fail("nothing is left")) == 0
    assert scalar(engine, "select refused from outbox where sent is null") == "no message"
