"""Taking in under a rhythm on the real PostgreSQL and on the fake: the same alerts go, wait and stop on both."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import yaml
from sqlalchemy import Engine, text

from services.alerter.adapters.store import SqlStore
from services.alerter.adapters.weights import load_weights
from services.alerter.application.ports import Incoming, Store
from services.alerter.application.take_in import Outcome, TakeIn
from services.alerter.domain.likeness import Likeness
from services.alerter.domain.routes import routes_of
from services.alerter.domain.routes_index import RouteIndex
from services.alerter.domain.subscriptions import Subscriptions
from shared.messages import DocumentClassified
from shared.messages.codec import encode
from shared.store.engine import make_engine
from tests.fakes.alerter_store import MemoryStore
from tests.fakes.classified import SEEN, classified, event

pytestmark = pytest.mark.integration
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
AFTER_A_DEAL = (
    "{inhibit: [{same: entity, within: 2h, told: {statuses: [completed]}, suppress: {statuses: [rumoured]}}]}"
)
DONE = {"name": "done", "when": {"statuses": ["completed"]}}
TALK = {"name": "talk", "when": {"statuses": ["rumoured"]}}


def take_in(
    store: Store, rhythm: str, now: Callable[[], datetime], **more: Any
) -> Callable[[int, DocumentClassified], Outcome]:
    """The step on that store; it is given the record's offset and its document. `more` is the subscription's."""
    plain = [{"name": "team", "channels": {"console": True}, "rhythm": yaml.safe_load(rhythm), **more}]
    index = RouteIndex(routes_of(Subscriptions.model_validate({"subscriptions": plain}).subscriptions))
    step = TakeIn(store, lambda: index, Likeness(load_weights()), {}, now)
    return lambda offset, document: step(Incoming(document.source, 0, offset, None, encode(document)))


def story(number: int, importance: int = 3) -> DocumentClassified:
    firm, what = f"firm{number}", ("partnership", "leadership", "product_launch")[number % 3]
    told = event(what, "announced", firm, quote=f"{firm} {what}")
    return classified(f"d{number}", f"{firm} {what} {number * 7919}", told, importance=importance)


def apart(number: int, title: str, label: str, status: str, firm: str) -> DocumentClassified:
    """A story of a known firm that more than a year parts from its others."""
    published = SEEN - timedelta(days=500 * number)
    return classified(f"d{number}", title, event(label, status, firm, quote=title), published=published, importance=3)


def put(store: Store) -> list[tuple[str, str]]:
    """State and the beginning of the reason, in the order of decision."""
    if isinstance(store, MemoryStore):
        return [(one.placed.state, one.placed.reason) for _, _, one, _ in store.unit.placing.deliveries]
    assert isinstance(store, SqlStore)
    with store._engine.connect() as connection:
        rows = connection.execute(text("select state, reason from deliveries order by id"))
        return [(state, reason) for state, reason in rows]


@pytest.fixture(params=["memory", "postgresql"])
def store(request: pytest.FixtureRequest, engine: Engine) -> Store:
    return MemoryStore() if request.param == "memory" else SqlStore(engine, "g")


def after(store: Store, rhythm: str, *documents: tuple[int, DocumentClassified], **more: Any) -> list[tuple[str, str]]:
    """What became of documents that came so many minutes after noon in UTC+8."""
    clock = [NOON]
    step = take_in(store, rhythm, lambda: clock[0], **more)
    for offset, (minutes, document) in enumerate(documents):
        clock[0] = NOON + timedelta(minutes=minutes)
        step(offset, document)
    return put(store)


def test_a_budget_is_that_of_the_teams_day(store: Store) -> None:
    told = after(store, "{budget: 2}", (0, story(0)), (1, story(1)), (2, story(2)), (3, story(3, importance=5)),
                 (12 * 60, story(4)))  # fmt: skip
    assert [state for state, _ in told] == ["due", "due", "digest", "due", "due"]
    assert told[2][1] == "the team's budget of 2 immediate alerts on 2026-11-23 is used up"


def test_a_throttle_counts_what_was_sent_and_the_rest_goes_together(store: Store) -> None:
    told = after(store, "{throttle: {most: 2, per: 1h}}", *((minutes, story(minutes)) for minutes in (0, 10, 20, 30)))
    assert [state for state, _ in told] == ["due", "due", "held", "held"]
    assert told[2][1] == "throttle of 2 in 1h until 2026-11-23 13:00:00 CST"
    assert told[3][1] == "goes with those that wait until 2026-11-23 13:00:00 CST"


def test_a_group_waits_for_its_window(store: Store) -> None:
    told = after(store, "{group: 30m}", (0, story(0)), (5, story(1)), (6, story(2, importance=5)))
    assert [state for state, _ in told] == ["held", "held", "due"]
    assert told[0][1].endswith("until 2026-11-23 12:30:00 CST")
    assert told[1][1].endswith("until 2026-11-23 12:30:00 CST")


@pytest.mark.parametrize("routes", [(), (DONE, TALK)])
def test_a_lesser_alert_is_inhibited_by_what_was_told_whichever_route_told_it(store: Store, routes: Any) -> None:
    told = after(
        store,
        AFTER_A_DEAL,
        (0, apart(0, "蚂蚁集团与省立医院签约完成", "partnership", "completed", "ant_group")),
        (60, apart(1, "传支付宝母公司换帅", "leadership", "rumoured", "ant_group")),
        (70, apart(2, "消息称京东要开新药房", "market_expansion", "rumoured", "jd_health")),
        (180, apart(3, "据说医生助手将上线", "product_launch", "rumoured", "ant_group")),
        routes=routes,
    )
    assert [state for state, _ in told] == ["due", "suppressed", "due", "due"]
    assert told[1][1].startswith("inhibited for 2h: partnership/completed of importance 3 was told")


def test_what_was_told_in_another_channel_inhibits_nothing(store: Store) -> None:
    told = after(
        store,
        AFTER_A_DEAL,
        (0, apart(0, "蚂蚁集团与省立医院签约完成", "partnership", "completed", "ant_group")),
        (60, apart(1, "传支付宝母公司换帅", "leadership", "rumoured", "ant_group")),
        routes=[DONE, {**TALK, "channels": {"slack": "#talk"}}],
    )
    assert [state for state, _ in told] == ["due", "due"]


def test_two_alerters_do_not_overdraw_a_budget(engine: Engine, database_url: str) -> None:
    others = make_engine(database_url)

    def work(mine: Engine, group: str, first: int) -> None:
        step = take_in(SqlStore(mine, group), "{budget: 4}", lambda: NOON)
        for number in range(first, first + 8):
            step(number, story(number))

    threads = [
        threading.Thread(target=work, args=(one, f"g{place}", place * 8)) for place, one in enumerate((engine, others))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    others.dispose()
    states = [state for state, _ in put(SqlStore(engine, "g"))]
    assert sorted(states) == ["digest"] * 12 + ["due"] * 4
