"""A migration that is killed at any statement leaves the old schema or the new one, never a mixture."""

import os
import random
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count as counting

import pytest
from sqlalchemy import Connection, Engine, event, text

from deploy.local.database import Database
from services.crawler.adapters.outbox import SqlOutbox
from services.crawler.adapters.queue import SqlQueue
from services.crawler.application.settle import settle
from services.crawler.domain.canonical import document_id
from shared.messages.codec import encode
from shared.messages.common import Times
from shared.messages.document import DocumentFound
from shared.store.engine import make_engine, migrate
from tests.chaos.forms import times
from tests.integration.crawler_rows import found, listed, new, scalar, store_of
from tests.integration.migration_rows import counts, fill
from tests.integration.test_migrations import REVISIONS, columns, upgrade

pytestmark = pytest.mark.chaos

NAME = "killed in a migration step; old beside new version"
_numbers = counting(1)


@pytest.fixture
def on(local_database: Database) -> Iterator[Callable[[str], Engine]]:
    """Engines on databases, each a copy of one of a given schema with rows in every table."""
    engines: list[Engine] = []
    names: list[str] = []

    def template(revision: str) -> str:
        name = f"schema_{revision}"
        if name not in names:
            engine = make_engine(local_database.create(name))
            upgrade(engine, revision)
            with engine.begin() as connection:
                fill(connection)
            engine.dispose()
            names.append(name)
        return name

    def make(revision: str) -> Engine:
        name = f"killed_{next(_numbers)}"
        engines.append(make_engine(local_database.create(name, template(revision))))
        names.append(name)
        return engines[-1]

    yield make
    for engine in engines:
        engine.dispose()
    for name in names:
        local_database.drop(name)


def statements(engine: Engine) -> int:
    """How many statements a whole migration is."""
    seen = [0]

    def count(*_: object) -> None:
        seen[0] += 1

    event.listen(engine, "after_cursor_execute", count)
    migrate(engine)
    return seen[0]


def killed_at(url: str, number: int) -> bool:
    """Migrate in a process that ends by SIGKILL after its statement `number`; whether it did."""
    child = os.fork()
    if child == 0:
        seen = [0]

        def count(*_: object) -> None:
            seen[0] += 1
            if seen[0] == number:
                os.kill(os.getpid(), signal.SIGKILL)

        engine = make_engine(url)
        event.listen(engine, "after_cursor_execute", count)
        try:
            migrate(engine)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def state(engine: Engine) -> tuple[object, dict[str, int], set[tuple[str, ...]]]:
    with engine.connect() as connection:
        return scalar(engine, "select version_num from alembic_version"), counts(connection), columns(engine)


@pytest.mark.fault(27, NAME)
def test_a_migration_killed_at_any_statement_is_all_or_nothing_and_goes_on(
    on: Callable[[str], Engine], dice: random.Random
) -> None:
    whole = on(REVISIONS[0])
    total = statements(whole)
    after = state(whole)
    assert total > 50
    points = sorted({1, total, *dice.sample(range(2, total), times(4, total - 2))})
    for number in points:
        engine = on(REVISIONS[0])
        before = state(engine)
        assert killed_at(engine.url.render_as_string(hide_password=False), number), number
        assert state(engine) == before, f"killed at statement {number} of {total}"
        migrate(engine)
        assert state(engine) == after
        engine.dispose()


def written_by_an_older(connection: Connection, number: int, known: set[tuple[str, ...]]) -> None:
    """What a crawler of that schema writes: it names the columns alone that it knows."""
    address = new(number).address
    message = DocumentFound(
        document_id=document_id(address), revision=1, url=address, source="wire", title="旧", paragraphs=("旧文",),
        language="zh-Hans", times=Times(first_seen=datetime.now(UTC)),
    )  # fmt: skip
    rows: dict[str, dict[str, object]] = {
        "listed_pages": {
            "source": "wire", "address": address, "marker": "m", "host": "example.com", "hints": "{}",
            "ordered_by": "now", "first_seen": "now", "due": "now", "attempts": 0, "unchanged": 0,
        },
        "outbox": {"topic": "t", "key": message.document_id, "value": encode(message), "created": "now"},
        "crawl_decisions": {
            "address": address, "source": "wire", "outcome": "published", "reason": "", "first_seen": "now",
            "at": "now",
        },
    }  # fmt: skip
    for table, row in rows.items():
        assert {(table, column) for column in row} <= {one[:2] for one in known}
        names, values = ", ".join(row), ", ".join(f":{column}" for column in row)
        connection.execute(text(f"insert into {table} ({names}) values ({values})"), row)


@pytest.mark.fault(27, NAME)
@pytest.mark.parametrize("revision", [REVISIONS[0], REVISIONS[-2]])
def test_an_older_and_a_newer_crawler_work_on_each_others_rows(on: Callable[[str], Engine], revision: str) -> None:
    engine = on(revision)
    known = columns(engine)
    with engine.begin() as connection:
        for table in ("outbox", "listed_pages", "crawl_decisions"):
            connection.execute(text(f"delete from {table}"))
        written_by_an_older(connection, 1, known)
    migrate(engine)  # a newer one starts; the older goes on
    with engine.begin() as connection:
        written_by_an_older(connection, 2, known)
    queue = SqlQueue(engine)
    listed(queue, [new(3)])
    pages = queue.lease_pages(["wire"], [], 9)
    assert {page.address for page in pages} == {new(number).address for number in (1, 2, 3)}
    bodies = (
        "甲医院与乙平台签约，金额3亿元。",
        "监管部门公布新规，明年三月起施行。",
        "公司任命新的首席财务官，原任离任。",
    )
    for page, body in zip(pages, bodies, strict=True):
        assert settle(store_of(engine), page, found(page.address, body * 3)).outcome == "published"
    sent: list[str] = []

    def hand_over(rows: object) -> tuple[list[int], dict[int, str]]:
        ids = [(row[0], row[2]) for row in rows]  # type: ignore[attr-defined]  # id, topic, key, value
        sent.extend(key for _, key in ids)
        return [number for number, _ in ids], {}

    SqlOutbox(engine).send(hand_over)
    assert sorted(sent) == sorted(
        [document_id(new(number).address) for number in (1, 2)] * 2 + [document_id(new(3).address)]
    )
    with engine.connect() as connection:  # the older reads with the names that it knows
        older = ", ".join(sorted({one[1] for one in known if one[0] == "documents"}))
        assert connection.execute(text(f"select {older} from documents where source = 'wire'")).rowcount == 3
