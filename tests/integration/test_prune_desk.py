"""What readers asked and corrected goes in its time; a correction that nobody has looked at stays."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, text

from services.maintenance.adapters.rows import SqlRows
from services.maintenance.application.prune import prune
from services.maintenance.domain.retention import Retention

pytestmark = pytest.mark.integration


def test_requests_answers_and_corrections(engine: Engine) -> None:
    with engine.begin() as db:
        for number, days in ((1, 200), (2, 10)):
            told = {"id": number, "at": days}
            db.execute(
                text(
                    "insert into desk_requests (kind, who, content, asked)"
                    " values ('check', 'ed', '{}', now() - make_interval(days => :at))"
                ),
                told,
            )
            db.execute(
                text(
                    "insert into desk_answers (request, by, until, attempts, state, content)"
                    " values (:id, 'a', now() - make_interval(days => :at), 1, 'done', '{}')"
                ),
                told,
            )
        for number in (1, 2):
            db.execute(
                text(
                    "insert into corrections (id, who, wrong, document_id, revision, event, answer, note, at)"
                    " values (:id, 'rea', 'not_event', 'd', 1, '{}', '{}', '', now() - interval '800 days')"
                ),
                {"id": number},
            )
        db.execute(
            text(
                "insert into correction_cases (correction, state, place, who, why, at)"
                " values (1, 'case', '', 'li', '', now() - interval '800 days')"
            )
        )
    rows = SqlRows(engine)
    prune(rows, rows.order, dict(Retention().cutoffs(datetime.now(UTC))), sleep=lambda _: None)
    with engine.connect() as db:

        def left(query: str) -> list[int]:
            return list(db.execute(text(query)).scalars())

        assert left("select id from desk_requests") == [2]
        assert left("select request from desk_answers") == [2]
        assert left("select id from corrections") == [2], "nobody has looked at it yet"
        assert left("select correction from correction_cases") == []
