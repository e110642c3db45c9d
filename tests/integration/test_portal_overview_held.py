"""What the overview counts from memory is what the index holds at that moment."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, event, text

from deploy.local.database import Database
from services.portal.adapters.overview_reader import SqlOverview
from services.portal.domain.tallies import Asked, Tallies, Tally
from services.portal.domain.weeks import LONGEST, newest_weeks
from shared.store.engine import make_engine
from tests.integration.portal_overview_rows import COMPANIES, told

pytestmark = pytest.mark.integration

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ASKED = Asked(newest_weeks(NOW, ZoneInfo("Asia/Shanghai"), LONGEST))
WHOLE = text(
    "select count(distinct thread_id) as stories, count(*) as documents from search_documents"
    " where :entity = '' or (select number from search_facets where field = 'entity' and value = :entity)"
    " = any(entities)"
)


@pytest.fixture
def engine(local_database: Database) -> Iterator[Engine]:
    made = make_engine(local_database.create("portal_overview_held", template="template"))
    told(made, NOW)
    yield made
    made.dispose()
    local_database.drop("portal_overview_held")


@pytest.fixture
def read(engine: Engine) -> Sequence[str]:
    """The statements that read columns of the index, as they come."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "array_send" in statement:
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    return seen


def changed(engine: Engine, statement: str) -> None:
    with engine.begin() as db:
        assert db.execute(text(statement)).rowcount


def as_stored(engine: Engine, tallies: Tallies) -> Tally:
    """The counts of all, once they were seen to be those of the index, of each company too."""
    with engine.begin() as db:
        for entity in ("", *COMPANIES):
            row = db.execute(WHOLE, {"entity": entity}).one()
            assert tallies.whole(entity) == Tally(row.stories, row.documents), entity
    weeks = [tallies.week(number) for number in range(LONGEST)]
    assert sum(one.documents for one in weeks) == tallies.whole().documents
    return tallies.whole()


def test_what_did_not_change_is_not_read_again(engine: Engine, read: Sequence[str]) -> None:
    overview = SqlOverview(engine)
    (before,) = overview.tallies(ASKED)
    quarters = len(read)
    assert quarters > 4
    assert overview.tallies(ASKED) == (before,)
    assert len(read) == quarters
    newest = "(select max(at) from search_documents)"
    changed(engine, f"update search_documents set importance = importance where at = {newest}")
    assert overview.tallies(ASKED) == (before,)
    assert len(read) == quarters + 1, "the quarter that changed alone"


@pytest.mark.parametrize(
    "change",
    ["delete from search_documents where at = (select min(at) from search_documents)",
     "update search_documents set thread_id = 't1' where thread_id = 't0'",
     "update search_documents set thread_id = null where thread_id = 't3'",
     "update search_documents set entities = '{}' where thread_id = 't5'",
     "update search_documents set at = at - interval '100 days' where thread_id = 't7'"],
)  # fmt: skip
def test_what_changed_is_counted_as_it_is_now(engine: Engine, change: str) -> None:
    overview = SqlOverview(engine)
    (before,) = overview.tallies(ASKED)
    as_stored(engine, before)
    changed(engine, change)
    (after,) = overview.tallies(ASKED)
    as_stored(engine, after)
    assert after != before


def test_a_document_in_no_story_counts_as_a_document(engine: Engine) -> None:
    changed(engine, "update search_documents set thread_id = null")
    (found,) = SqlOverview(engine).tallies(ASKED)
    told_all = as_stored(engine, found)
    assert told_all.stories == 0
    assert told_all.documents > 100


def test_an_index_that_holds_nothing(engine: Engine) -> None:
    overview = SqlOverview(engine)
    overview.tallies(ASKED)
    changed(engine, "delete from search_documents")
    assert overview.tallies(ASKED) == (Tallies({}, {}),)
