"""`recall` on the real PostgreSQL: the index as the crawler writes it, what was told as the alerter stored it."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import Engine, text
from typer.testing import CliRunner

from services.alerter.__main__ import app
from services.alerter.adapters.self_metrics import SelfMetrics
from services.alerter.recalling import Measuring, recall, span_of
from services.crawler.adapters.queue import SqlQueue
from services.crawler.application.values import NewPage
from tests.integration.history_rig import NOW, PENALTY, RESULTS, fill, take_in, told
from tests.unit.crawler.fakes import again_in

pytestmark = pytest.mark.integration

CONFIG = Path("config")
FILE = CONFIG / "subscriptions.yaml"
ZONE = ZoneInfo("Asia/Shanghai")
DAY = (NOW - timedelta(days=8)).astimezone(ZONE).date()
"""On which `penalty` of the rig was told."""
TITLES = {
    "penalty": "叮当快药因违规销售处方药被罚款",
    "reprint": "叮当快药：违规销售处方药 被罚款",
    "missed": "京东健康收购一家连锁药房",
    "small": "京东健康调整运费",
    "index-only": "京东健康数据泄露，监管部门介入",
    "weather": "周末多云",
}


def say(engine: Engine, statement: str, **values: object) -> None:
    with engine.begin() as db:
        db.execute(text(statement), values)


def page(name: str) -> NewPage:
    published = {"at": noon().isoformat(), "precision": "minute"}
    hints = {"title": TITLES[name], "published": published, "outlet": "某财经"}
    return NewPage(f"https://news.example/{name}", "news.example", "m", hints, noon())


def noon() -> datetime:
    return span_of(DAY, ZONE).start + timedelta(hours=12)


def looked(engine: Engine, name: str, document: str, outcome: str = "published", reason: str = "new") -> None:
    say(
        engine,
        "insert into crawl_decisions (address, source, outcome, reason, document_id, revision, first_seen, at) values"
        " (:address, 'cls', :outcome, :reason, nullif(:document, ''), 1, :at, :at)",
        address=f"https://news.example/{name}", document=document, outcome=outcome, reason=reason, at=noon(),
    )  # fmt: skip


@pytest.fixture(autouse=True)
def stored(engine: Engine) -> None:
    """The rig's documents, a small one and one of the index alone; the index with six headlines, asked all day."""
    fill(engine)
    small = told("small-2", TITLES["small"], 8, RESULTS, importance=1)
    only = told("index-only", TITLES["index-only"], 8, PENALTY | {"entities": ("jd_health",)}, role="recall")
    take_in(engine, small, only)
    say(engine, "update deliveries set state = 'delivered', due = null, delivered = now() where kind = 'new'")
    with engine.begin() as db:
        rows = db.execute(text("select message->>'url' as url, document_id from classifications")).all()
    ids = {row.url.rpartition("/")[2]: row.document_id for row in rows}
    looked(engine, "penalty", ids["penalty"])
    looked(engine, "small", ids["small-2"])
    looked(engine, "index-only", ids["index-only"])
    queue = SqlQueue(engine, recall=["sina_stock_page"])
    queue.enrol(["sina_stock_page"])
    [source] = queue.lease_sources(["sina_stock_page"], 1)
    queue.polled(source, [page(name) for name in TITLES], {}, again_in(0))
    say(engine, "update listed_pages set due = null")
    looked(engine, "missed", "", "failed", "status 403")
    say(engine, "delete from recall_polls")
    for hour in range(-80, 24):
        polled(engine, hour)


def polled(engine: Engine, hour: int, listed: int | None = 6, fault: str = "") -> None:
    at = span_of(DAY, ZONE).start + timedelta(hours=hour)
    statement = "insert into recall_polls (source, at, listed, fault) values ('sina_stock_page', :at, :listed, :fault)"
    say(engine, statement, at=at, listed=listed, fault=fault)


def of_day(database_url: str) -> dict[str, Any]:
    plain = json.loads(recall(database_url, DAY, FILE, CONFIG, ZONE, as_json=True))
    assert isinstance(plain, dict)
    return plain


def test_each_headline_that_was_not_told_has_its_reason(database_url: str) -> None:
    found = of_day(database_url)
    reasons = {one["title"]: one["reason"] for one in found["not_told"]}
    assert reasons == {
        TITLES["reprint"]: "story_told",
        TITLES["missed"]: "not_crawled",
        TITLES["small"]: "not_wanted",
        TITLES["index-only"]: "not_crawled",
    }
    words = {one["title"]: one["words"] for one in found["not_told"]}
    assert words[TITLES["reprint"]].endswith("told by https://news.example/penalty, of the same title")
    assert words[TITLES["missed"]].endswith("status 403")
    assert "no source that may alert brought it" in words[TITLES["index-only"]]
    assert found["counts"] == {"told": 1, "story_told": 1, "not_crawled": 2, "not_wanted": 1}
    assert (found["measured"], found["recall"], found["recall_of_wanted"]) == (True, 0.4, 0.5)


def test_what_a_message_of_several_was_to_tell_and_did_not_counts_as_not_delivered(
    database_url: str, engine: Engine
) -> None:
    say(
        engine,
        "with whole as (insert into deliveries (thread_id, fact_version, subscription, channel, channel_kind,"
        " document_id, revision, kind, state, content, attempts, lost_senders, reason, decided, repeated_on_the_wire)"
        " values ('rollup-1', 1, 'regulation', 'console', 'console', '', 1, 'rollup', 'permanent', '{}', 1, 0,"
        " 'no_service', now(), false) returning id) update deliveries set state = 'bundled', delivered = null,"
        " bundle = whole.id from whole where subscription = 'regulation'",
    )
    reasons = {one["title"]: one["reason"] for one in of_day(database_url)["not_told"]}
    assert reasons[TITLES["penalty"]] == "not_delivered"


HEADLINE = (
    "insert into recall_headlines (source, address, title, outlet, listed, dated)"
    " values ('sina_stock_page', :address, :title, '', :at, :at)"
)
REPRINT = (
    "insert into documents (document_id, revision, url, source, role, rights, title, paragraphs, language,"
    " content_hash, matched, duplicate_of, first_seen, fetched) select :document, 1, :address, 'cls', 'alert', 'full',"
    " 'x', '[]', 'en', '', '[]', document_id, :at, :at from classifications where message->>'url' = :original"
)
ROLLUP = (
    "insert into deliveries (thread_id, fact_version, subscription, channel, channel_kind, document_id, revision, kind,"
    " state, content, attempts, lost_senders, reason, decided, delivered, repeated_on_the_wire, team, entities)"
    " select 'rollup-1', 1, subscription, channel, channel_kind, '', 1, 'rollup', 'delivered', content, 1, 0, '',"
    " decided, now(), false, team, '[]' from deliveries where subscription = 'regulation' limit 1 returning id"
)


def test_a_report_of_a_told_story_and_a_reprint_of_a_told_article_are_told_by_another(
    database_url: str, engine: Engine
) -> None:
    for name, title in (("again", "叮当快药新消息"), ("copy", "叮当快药转载")):
        say(engine, HEADLINE, address=f"https://news.example/{name}", title=title, at=noon())
    with engine.begin() as db:
        again = db.execute(
            text("select document_id from classifications where message->>'url' like '%/again'")
        ).scalar()
    looked(engine, "again", str(again))
    copy, original = "c" * 32, "https://news.example/penalty"
    say(engine, REPRINT, document=copy, address="https://news.example/copy", original=original, at=noon())
    looked(engine, "copy", copy, "duplicate", "repeats it")
    found = {one["title"]: one for one in of_day(database_url)["not_told"]}
    assert found["叮当快药新消息"]["reason"] == "story_told"
    assert "strategy had been told by document" in found["叮当快药新消息"]["words"]
    assert found["叮当快药转载"]["reason"] == "story_told"
    assert "as a reprint" in found["叮当快药转载"]["words"]


def test_what_went_in_one_message_with_others_was_told(database_url: str, engine: Engine) -> None:
    with engine.begin() as db:
        rollup = db.execute(text(ROLLUP)).scalar_one()
    bundled = "update deliveries set state = 'bundled', delivered = null, bundle = :rollup where kind = 'new'"
    say(engine, bundled, rollup=rollup)
    assert of_day(database_url)["counts"]["told"] == 1
    say(engine, "update deliveries set delivered = null, state = 'permanent' where kind = 'rollup'")
    reasons = {one["title"]: one["reason"] for one in of_day(database_url)["not_told"]}
    assert reasons[TITLES["penalty"]] in ("waiting", "not_delivered")


@pytest.mark.parametrize(("listed", "fault"), [(None, "status 503"), (1, "")])
def test_a_day_on_which_the_index_failed_or_shrank_is_not_measured(
    database_url: str, engine: Engine, listed: int | None, fault: str
) -> None:
    say(engine, "delete from recall_polls where at >= :start", start=span_of(DAY, ZONE).start)
    for hour in range(24):
        polled(engine, hour, listed, fault)
    found = of_day(database_url)
    assert (found["measured"], found["recall"], found["recall_of_wanted"]) == (False, None, None)
    assert found["why_not"].startswith("sina_stock_page failed" if fault else "sina_stock_page shrank")
    assert found["not_told"]


def test_the_queue_writes_down_failed_polls_and_what_other_sources_list_too(engine: Engine) -> None:
    queue = SqlQueue(engine, recall=["sina_stock_page"])
    queue.enrol(["cls"])
    [cls] = queue.lease_sources(["cls"], 1)
    queue.polled(cls, [page("weather")], {}, again_in(0))
    [source] = queue.lease_sources(["sina_stock_page"], 1)
    queue.poll_failed(source, "status 503", 0)
    with engine.begin() as db:
        assert db.execute(text("select fault from recall_polls order by id desc limit 1")).scalar_one() == "status 503"
        assert db.execute(text("select count(*) from recall_headlines")).scalar_one() == len(TITLES)
        assert db.execute(text("select distinct source from recall_headlines")).scalars().all() == ["sina_stock_page"]


def test_the_last_day_is_measured_once_and_shown(engine: Engine, database_url: str) -> None:
    registry = CollectorRegistry()
    metrics, measuring = SelfMetrics(registry), Measuring(engine, FILE, CONFIG)
    now = span_of(DAY, ZONE).end + timedelta(hours=7)
    measuring.once(now)
    measuring.show(metrics)
    assert registry.get_sample_value("luming_recall_ratio") == 0.4
    assert registry.get_sample_value("luming_recall_measured") == 1
    assert registry.get_sample_value("luming_recall_headlines", {"fate": "not_crawled"}) == 2
    assert registry.get_sample_value("luming_recall_day_timestamp_seconds") == span_of(DAY, ZONE).start.timestamp()
    say(engine, "delete from recall_headlines")
    measuring.once(now)
    measuring.once(now + timedelta(days=1))
    measuring.show(metrics)
    assert registry.get_sample_value("luming_recall_measured") == 0
    ratio = registry.get_sample_value("luming_recall_ratio")
    assert ratio != ratio, "NaN, never 1"


def test_the_command_prints_the_day_and_refuses_what_is_none(database_url: str) -> None:
    ran = CliRunner().invoke(app, ["recall", "--day", str(DAY), "--database-url", database_url])
    assert ran.exit_code == 0, ran.output
    assert f"{DAY} (Asia/Shanghai): recall 40.0%" in ran.output
    assert f"not_crawled: {TITLES['missed']}" in ran.output
    assert CliRunner().invoke(app, ["recall", "--day", "someday", "--database-url", database_url]).exit_code == 2
    tomorrow = datetime.now(UTC).date() + timedelta(days=2)
    assert isinstance(tomorrow, date)
    assert CliRunner().invoke(app, ["recall", "--day", str(tomorrow), "--database-url", database_url]).exit_code == 2
