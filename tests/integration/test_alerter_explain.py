"""`explain` for every way that an article can take, on the real PostgreSQL."""

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, text

from services.alerter.adapters.holding_desk import SqlDesk
from services.alerter.adapters.holding_shelf import SqlShelf
from services.alerter.application.release import Chosen
from services.alerter.explaining import explain
from tests.integration.history_rig import ago, fill

pytestmark = pytest.mark.integration

CONFIG = Path("config")
LISTED = (
    "insert into listed_pages (source, address, marker, host, hints, ordered_by, first_seen, due, attempts, unchanged,"
    " history) values ('cls', :address, '', 'news.example', '{}', now(), :seen, :due, :attempts, 0, false)"
)
DECIDED = (
    "insert into crawl_decisions (address, source, outcome, reason, document_id, revision, first_seen, at)"
    " values (:address, 'cls', :outcome, :reason, :document, :revision, :at, :at)"
)
SENT = "insert into outbox (topic, key, value, created, sent) values ('d', :document, '', :created, :sent)"
DOCUMENT = "f" * 32


@pytest.fixture(autouse=True)
def stored(engine: Engine) -> None:
    fill(engine)


def say(engine: Engine, statement: str, **values: object) -> None:
    with engine.begin() as db:
        db.execute(text(statement), values)


def told_of(database_url: str, asked: str) -> str:
    address = asked if "." in asked or len(asked) == 32 else f"https://news.example/{asked}"
    return explain(database_url, address, CONFIG / "subscriptions.yaml", CONFIG, ZoneInfo("Asia/Shanghai"))


def last(told: str) -> str:
    return told.splitlines()[-1].strip()


def test_one_that_was_told_names_all_stations_and_the_time(database_url: str, engine: Engine) -> None:
    address = "https://news.example/rumour"
    say(engine, LISTED, address=address, seen=ago(20.1), due=None, attempts=0)
    say(engine, DECIDED, address=address, outcome="published", reason="new", document=None, revision=1, at=ago(20))
    say(
        engine,
        "update deliveries set state = 'delivered', due = null, delivered = :at, attempts = 1, reference = 'ref-7'"
        " where channel = 'console'",
        at=ago(19.99),
    )
    told = told_of(database_url, "rumour")
    for line in (
        "crawler, cls: listed: https://news.example/rumour",
        "crawler, cls: published (revision 1): new",
        "classifier, revision 1: news, importance 4, relevant",
        "mergers_acquisitions/rumoured by ant_group, haodf",
        "\n      opened it\n",
        "routes, by version 1 of the subscriptions:",
        "wanted by strategy: 主体 蚂蚁集团; 重要性 4 ≥ 3",
        "not for regulation: mergers_acquisitions: strategic_move",
        "new 1 to console of strategy: delivered, decided ",
        "there called ref-7",
        "new 1 to email:strategy@example.com of strategy: due",
        "CST",
    ):
        assert line in told, line
    assert last(told).startswith("ended: told to strategy at 20")
    assert last(told).endswith("over console; still waits at email:strategy@example.com")


def test_one_that_waits_at_a_channel_says_since_when(database_url: str, engine: Engine) -> None:
    say(engine, "insert into pauses (channel, who, reason, since) values ('email', 'wang', 'new server', now())")
    told = told_of(database_url, "penalty")
    assert last(told).startswith("waits: at console of regulation since 20")
    assert "paused by wang since" in told_of(database_url, "rumour")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("small", "ended: no subscription wants it, nearest: strategy (importance 2 is below 3)"),
        ("again", "ended: nothing new in it, and strategy had been told by document"),
        ("weather", "ended: no alert, irrelevant: nothing watched is concerned"),
        ("note", "ended: no alert, market_note: a market note never alerts by itself"),
        ("past", "ended: no alert, background: told as history only: mergers_acquisitions"),
    ],
)
def test_one_that_nobody_was_told_of_says_where_it_ended(database_url: str, name: str, said: str) -> None:
    assert last(told_of(database_url, name)).startswith(said)


def test_every_key_that_refuses_is_named(database_url: str) -> None:
    told = told_of(database_url, "results")
    assert "not for strategy: importance 2 is below 3; financial_results: jd_health acts" in told


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("held', held_until = '2030-01-01', reason = 'quiet hours", "held until 2030-01-01 08:00:00 CST (quiet hours)"),
        ("digest', reason = 'the budget is used up", "for the next digest (the budget is used up)"),
        ("suppressed', reason = 'silence 3 by wang", "told to nobody of regulation: silence 3 by wang"),
        ("permanent', reason = 'no_service", "it never arrived at console of regulation: no_service"),
        ("backfill', reason = 'backfill under version 2", "told to nobody of regulation: backfill under version 2"),
    ],
)
def test_a_delivery_that_did_not_go_says_why(database_url: str, engine: Engine, state: str, said: str) -> None:
    say(engine, f"update deliveries set due = null, state = '{state}' where subscription = 'regulation'")
    assert said in last(told_of(database_url, "penalty"))


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ("state = 'due', due = now()", "waits: at console of regulation since 20"),
        ("state = 'unknown', due = now(), reason = 'time-out'", "(rollup, unknown) (time-out)"),
        (
            "state = 'permanent', due = null, reason = 'no_service'",
            "ended: it never arrived at console of regulation: no_service",
        ),
        (
            "state = 'unknown', due = null, reason = 'lost twice'",
            "ended: nobody knows whether it arrived at console of regulation: lost twice",
        ),
        ("state = 'delivered', due = null, delivered = now()", "over console"),
    ],
)
def test_what_was_to_be_told_with_others_ends_as_their_message(
    database_url: str, engine: Engine, end: str, said: str
) -> None:
    say(
        engine,
        "with whole as (insert into deliveries (thread_id, fact_version, subscription, channel, channel_kind,"
        " document_id, revision, kind, state, content, attempts, lost_senders, reason, decided, repeated_on_the_wire)"
        " values ('rollup-1', 1, 'regulation', 'console', 'console', '', 1, 'rollup', 'due', '{}', 1, 0, '', now(),"
        " false) returning id) update deliveries set state = 'bundled', due = null, bundle = whole.id,"
        " reason = 'told with 1 others' from whole where subscription = 'regulation'",
    )
    say(engine, f"update deliveries set {end} where kind = 'rollup'")
    assert said in last(told_of(database_url, "penalty"))


def test_an_answer_that_was_lost_is_looked_into_and_then_not_known(database_url: str, engine: Engine) -> None:
    lost = "update deliveries set state = 'unknown', due = {due}, reason = 'time-out' where subscription = 'regulation'"
    say(engine, lost.format(due="now()"))
    assert "waits: at console of regulation since 20" in last(told_of(database_url, "penalty"))
    say(engine, lost.format(due="null"))
    told = last(told_of(database_url, "penalty"))
    assert told == "ended: nobody knows whether it arrived at console of regulation: time-out"


def test_one_that_was_released_says_by_whom_and_why(database_url: str, engine: Engine) -> None:
    say(engine, "update deliveries set due = null, state = 'held', held_until = '2030-01-01', reason = 'quiet hours'")
    desk = SqlDesk(engine)
    numbers = [one.id for one in desk.waiting() if one.subscription == "regulation"]
    assert desk.release(Chosen(ids=numbers), "the board meets", "li") == len(numbers) > 0
    SqlShelf(engine).come_due(ago(0))
    assert "released by li: the board meets" in last(told_of(database_url, "penalty"))
    say(engine, "update deliveries set due = null, delivered = now(), state = 'delivered' where state = 'due'")
    told = told_of(database_url, "penalty")
    assert last(told).startswith("ended: told to regulation")
    assert "released by li: the board meets" in told


def test_one_that_is_on_its_way_says_where_it_waits(database_url: str, engine: Engine) -> None:
    address = "https://news.example/coming"
    say(engine, LISTED, address=address, seen=ago(0.1), due=ago(0.05), attempts=2)
    assert "waits: to be fetched by the crawler since 20" in last(told_of(database_url, "coming"))
    say(engine, DECIDED, address=address, outcome="retry", reason="503", document=None, revision=None, at=ago(0.04))
    assert last(told_of(database_url, "coming")).endswith("tried 2 times: 503")
    say(engine, "update listed_pages set due = null where address = :address", address=address)
    say(engine, DECIDED, address=address, outcome="published", reason="", document=DOCUMENT, revision=1, at=ago(0.03))
    say(engine, SENT, document=DOCUMENT, created=ago(0.03), sent=None)
    assert "waits: in the crawler's outbox since 20" in last(told_of(database_url, "coming"))
    say(engine, "update outbox set sent = now()")
    assert "waits: for the classifier's answer since 20" in last(told_of(database_url, DOCUMENT))


def test_one_that_the_crawler_gave_up_says_why(database_url: str, engine: Engine) -> None:
    address = "https://news.example/gone"
    say(engine, LISTED, address=address, seen=ago(1), due=None, attempts=1)
    say(engine, DECIDED, address=address, outcome="failed", reason="404", document=None, revision=None, at=ago(1))
    assert "ended: at the crawler, failed, at 20" in last(told_of(database_url, "gone"))
    assert last(told_of(database_url, "gone")).endswith(": 404")


def test_another_spelling_of_a_known_address_is_found(database_url: str, engine: Engine) -> None:
    address = "https://www.news.example/2026/article-12345.html"
    say(engine, LISTED, address=address, seen=ago(1), due=None, attempts=1)
    told = told_of(database_url, "http://m.news.example/2026/article-12345?utm_source=x#top")
    assert f"known as {address}" in told


def test_one_that_nobody_knows_says_what_to_check(database_url: str, engine: Engine) -> None:
    address = "https://www.news.example/2026/article-12345.html"
    say(engine, LISTED, address=address, seen=ago(1), due=None, attempts=1)
    told = told_of(database_url, "https://news.example/2026/article-12346.html?spm=1")
    assert "nothing is known of it" in told
    assert "without fragment and trackers it is https://news.example/2026/article-12346.html" in told
    assert f"known addresses like it:\n      {address}" in told
    assert "pages of news.example are listed by cls" in told
    assert last(told) == "ended: it never came to us"
    assert "no source has ever listed a page of other.example" in told_of(database_url, "https://other.example/a")
    assert "this is neither an address" in told_of(database_url, "..")


def test_json_says_the_same(database_url: str) -> None:
    zone = ZoneInfo("UTC")
    address = "https://news.example/small"
    way = json.loads(explain(database_url, address, CONFIG / "subscriptions.yaml", CONFIG, zone, as_json=True))
    (document,) = way["documents"]
    assert document["end"]["how"] == "ended"
    assert {step["station"] for step in document["steps"]} == {"classifier", "alerter", "thread", "routes"}
    verdicts = next(step["data"]["verdicts"] for step in document["steps"] if step["station"] == "routes")
    assert [one["team"] for one in verdicts] == ["strategy", "regulation"]
