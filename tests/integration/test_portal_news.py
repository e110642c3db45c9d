"""What is new since a reader was here: new stories, new facts, changed statuses, revisions; and when a visit ends."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from services.portal.adapters.overview_reader import SqlOverview
from services.portal.application.overview import Overview
from services.portal.domain.news import Counts
from shared.store.engine import make_engine
from shared.watch import load_watchlist
from tests.integration.portal_overview_rows import QUOTE, revise, told
from tests.integration.portal_web_rig import Site

pytestmark = pytest.mark.integration

NOW = datetime.now(UTC)


@pytest.fixture
def filled(database_url: str) -> Iterator[Engine]:
    engine = make_engine(database_url)
    told(engine, NOW)
    yield engine
    engine.dispose()


def scalar(engine: Engine, statement: str, **asked: object) -> int:
    with engine.connect() as db:
        return int(db.execute(text(statement), asked).scalar_one())


def test_the_counts_are_those_of_the_tables(filled: Engine) -> None:
    since = NOW - timedelta(weeks=20)
    with filled.begin() as db:
        db.execute(text("update threads set opened = opened - interval '1 year' where thread_id in ('t2', 't3', 't5')"))
    news = SqlOverview(filled).news(since)
    assert news.counts.stories == scalar(filled, "select count(*) from threads where opened >= :at", at=since) > 10
    assert {one.thread_id for one in news.moved} == {"t2", "t3"}
    assert news.counts == Counts(stories=news.counts.stories, moved=2, statuses=2, revised=0)
    assert len(news.stories) == news.counts.stories
    assert [one.opened for one in news.stories] == sorted((one.opened for one in news.stories), reverse=True)
    assert {(one.steps[0].before, one.steps[0].after) for one in news.moved} == {("rumoured", "denied")}
    assert all(QUOTE not in str(one) for one in (*news.moved, *news.stories))


def test_a_revised_document_is_told_with_both_titles(filled: Engine) -> None:
    revise(filled, 1, NOW - timedelta(minutes=5))
    (one,) = SqlOverview(filled).news(NOW - timedelta(minutes=10)).revised
    assert (one.revision, one.title, one.before) == (2, "（更正）第1篇", "医鹿与1家医院合作上线夜间问诊")
    assert SqlOverview(filled).counts(NOW + timedelta(minutes=2)).all == 0


def test_a_visit_ends_after_half_an_hour(filled: Engine) -> None:
    shelf = SqlOverview(filled)
    assert shelf.visit("ann", "any", NOW) is None, "the first"
    assert shelf.visit("ann", "any", NOW + timedelta(minutes=29)) is None, "still the first"
    again = NOW + timedelta(hours=3)
    assert shelf.visit("ann", "any", again) == NOW + timedelta(minutes=29)
    assert shelf.visit("ann", "any", again + timedelta(minutes=10)) == NOW + timedelta(minutes=29)
    assert shelf.visit("bob", "any", again) is None, "each reader has visits of their own"
    assert shelf.visit("ann", "new", again) is None, "and each kind of page"


def test_who_is_away_for_years_is_forgotten(filled: Engine) -> None:
    shelf = SqlOverview(filled)
    shelf.visit("ann", "any", NOW - timedelta(days=500))
    shelf.visit("bob", "any", NOW)
    assert shelf.seen("ann") == {}


def test_the_badge_counts_since_the_last_visit_and_since_the_reader_looked(filled: Engine, config_dir: Path) -> None:
    overview = Overview(SqlOverview(filled), load_watchlist(config_dir / "watchlist.yaml"))
    overview.last_visit("ann", NOW - timedelta(weeks=8))
    before = overview.fresh("ann", NOW)
    assert before == SqlOverview(filled).counts(NOW - timedelta(weeks=8))
    assert before.all > 3
    overview.looked("ann", NOW + timedelta(minutes=2))
    assert overview.fresh("ann", NOW + timedelta(minutes=3)).all == 0
    revise(filled, 2, NOW + timedelta(minutes=4))
    assert overview.fresh("ann", NOW + timedelta(minutes=3, seconds=10)).all == 0, "counted twice a minute"
    assert overview.fresh("ann", NOW + timedelta(minutes=5)) == Counts(revised=1)
    assert overview.last_visit("ann", NOW + timedelta(minutes=5)) == NOW - timedelta(weeks=8), "the page still says all"


def test_the_pages(filled: Engine, project_root: Path) -> None:
    client = Site(filled, project_root / "config").client()
    badge = re.search(r'class="badge"[^>]*>(\d+)<', client.get("/overview?lang=en").text)
    assert badge is not None
    assert int(badge[1]) == SqlOverview(filled).counts(NOW - timedelta(days=7)).all
    page = client.get("/new?lang=en").text
    assert "This is your first visit" in page
    assert 'class="badge"' not in client.get("/?lang=en").text, "they were looked at"
    assert "Nothing has changed" in client.get(f"/new?since={(NOW + timedelta(days=2)).date()}").text
    assert "Denied" in client.get("/new?since=2020-01-01").text or "New stories" in page
    assert "cannot be used" in client.get("/new?since=%3Cscript%3E&lang=en").text
    for since in ("x" * 5_000, "9999-99-99", "0d", "99999d", "-1", "\x00"):
        assert client.get("/new", params={"since": since}).status_code == 200


def test_the_page_stands_while_visits_cannot_be_written(filled: Engine, project_root: Path) -> None:
    client = Site(filled, project_root / "config").client()
    with filled.begin() as db:
        db.execute(text("alter table portal_visits rename to elsewhere"))
    assert client.get("/overview").status_code == 200
    assert client.get("/").status_code == 200
