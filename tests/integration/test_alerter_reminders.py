"""What reminders read of PostgreSQL: every state of a document once, however often they look."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from services.alerter.adapters.reminders import SqlReminders
from services.alerter.adapters.store import SqlStore
from services.alerter.domain.report import report_of
from services.alerter.domain.state import ThreadState
from tests.fakes.notices import filed

pytestmark = pytest.mark.integration

AT = datetime(2026, 11, 22, 4, tzinfo=UTC)
TODAY = date(2026, 12, 13)
SILENT: dict[str, Any] = {"events": (), "lead": "没有日期", "relevant": False}


def stored(engine: Engine, number: int, thread: str, revision: int = 1, **more: Any) -> None:
    """A notice in its thread; its text is what the message holds of it."""
    one = filed(number, thread, revision=revision, **more)
    with SqlStore(engine, "g").begin() as unit:
        unit.add_classification(one.document, AT)
        report = report_of(one.document)
        state = ThreadState(thread_id=thread, members=(report,))
        unit.save_thread(state, AT)
        unit.add_member(report, state, "opened it", AT)


@contextmanager
def read_messages(engine: Engine) -> Iterator[list[str]]:
    """The documents whose messages are asked for meanwhile."""
    asked: list[str] = []

    def note(_db: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "c.message" in statement:
            asked.extend(parameters["documents"])

    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


def test_only_what_was_written_since_is_read_again(engine: Engine) -> None:
    stored(engine, 1, "t1")
    stored(engine, 2, "t2", **SILENT)
    shelf = SqlReminders(engine)
    with read_messages(engine) as asked:
        assert [one.thread_id for one in shelf.documents(TODAY)] == ["t1"]
        assert len(asked) == 2
        asked.clear()
        assert [one.thread_id for one in shelf.documents(TODAY)] == ["t1"]
        assert asked == []
        stored(engine, 3, "t3")
        assert {one.thread_id for one in shelf.documents(TODAY)} == {"t1", "t3"}
        assert asked == [filed(3).document.document_id]


def test_a_correction_a_move_and_a_deletion_are_seen(engine: Engine) -> None:
    for number in (1, 2, 3):
        stored(engine, number, f"t{number}")
    shelf = SqlReminders(engine)
    assert len(shelf.documents(TODAY)) == 3
    stored(engine, 1, "t1", revision=2, **SILENT)
    with engine.begin() as db:
        moved, gone = filed(2).document.document_id, filed(3).document.document_id
        db.execute(text("update thread_documents set thread_id = 't1' where document_id = :id"), {"id": moved})
        db.execute(text("delete from classifications where document_id = :id"), {"id": gone})
    assert [(one.document.document_id, one.thread_id) for one in shelf.documents(TODAY)] == [(moved, "t1")]


def test_what_is_over_everywhere_is_left_out_and_not_read_again(engine: Engine) -> None:
    stored(engine, 1, "t1")
    shelf = SqlReminders(engine)
    last = date(2027, 1, 1)
    with read_messages(engine) as asked:
        assert len(shelf.documents(last)) == 1
        assert len(shelf.documents(date(2027, 1, 2))) == 1, "it is still the first day of January in the west"
        assert shelf.documents(date(2027, 1, 3)) == []
        assert len(asked) == 1


def test_only_the_threads_in_question_are_asked_for(engine: Engine) -> None:
    assert SqlReminders(engine).told("strategy", ()) == frozenset()
