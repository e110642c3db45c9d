from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from deploy.local.accounting import OUTCOMES, Account, ExpectedPage, Letter, account
from deploy.local.latency import STAGES, percentile, ways
from deploy.local.ledger import Classified, Judged, Ledger, Look, Told
from deploy.local.receivers.record import Received
from deploy.local.summary import as_figures, as_lines
from shared.messages.common import Times

pytestmark = pytest.mark.unit

START = datetime(2026, 1, 1, tzinfo=UTC)
SLACK = "slack:#deals"
URL = "http://127.0.0.1:8001/{}"


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def expected(page: str, outcome: str = "alerted", **more: Any) -> ExpectedPage:
    alerts = (("strategy", SLACK),) if outcome in {"alerted", "updated"} else ()
    return ExpectedPage(page, URL.format(page), outcome=outcome, **{"alerts": alerts, **more})


class World:
    """What the services wrote down and the receivers got, page by page."""

    def __init__(self) -> None:
        self.looks: list[Look] = []
        self.judged: list[Judged] = []
        self.classified: list[Classified] = []
        self.told: list[Told] = []
        self.received: list[Received] = []

    def look(self, page: str, outcome: str, revision: int | None = 1, reason: str = "r") -> None:
        self.looks.append(
            Look(
                id=len(self.looks),
                address=URL.format(page),
                source="rss",
                outcome=outcome,
                reason=reason,
                document_id=page if revision else None,
                revision=revision,
                first_seen=at(1),
                at=at(2),
            )
        )

    def decide(self, page: str, outcome: str, revision: int = 1) -> None:
        self.look(page, "published", revision)
        times = Times(first_seen=at(1), fetched=at(1.2), sent=at(1.3), classified=at(1.5))
        self.classified.append(
            Classified(document_id=page, revision=revision, url=URL.format(page), title="t", kind="news", times=times)
        )
        self.judged.append(Judged(document_id=page, revision=revision, outcome=outcome, reason="r", at=at(1.6)))

    def tell(self, page: str, thread: str = "t1", version: int = 1, revision: int = 1, **more: Any) -> str:
        key = f"{thread}/{version}/strategy/{SLACK}"
        self.told.append(
            Told(
                key=key,
                document_id=page,
                revision=revision,
                channel=SLACK,
                kind="new",
                state="delivered",
                decided=at(1.6),
                **more,
            )
        )
        self.get(key, URL.format(page))
        return key

    def get(self, key: str, url: str, channel: str = SLACK) -> None:
        self.received.append(Received(received=at(2), delivery_key=key, channel=channel, urls=(url,)))

    def account(self, pages: Sequence[ExpectedPage], letters: Sequence[Letter] = (), judge: bool = True) -> Account:
        return account(pages, self.ledger(), letters, self.received, judge)

    def ledger(self) -> Ledger:
        return Ledger(
            looks=tuple(self.looks),
            classified=tuple(self.classified),
            judged=tuple(self.judged),
            told=tuple(self.told),
        )


@pytest.fixture
def world() -> World:
    made = World()
    made.decide("a", "alerted")
    made.tell("a")
    return made


def test_page_that_alerts_as_expected(world: World) -> None:
    found = world.account([expected("a")])
    assert found.good
    assert (found.accounted, found.outcomes["alerted"]) == (1, 1)
    assert found.alerts.right == (("a", "strategy", SLACK),)


@pytest.mark.parametrize("outcome", ["duplicate", "irrelevant", "failed"])
def test_page_that_ends_at_the_crawler(world: World, outcome: str) -> None:
    world.look("b", "retry", None, "500")
    world.look("b", outcome, None)
    world.look("b", "unchanged", None)
    assert world.account([expected("a"), expected("b", outcome)]).good


def test_page_that_is_only_retried_is_open(world: World) -> None:
    world.look("b", "retry", None)
    found = world.account([expected("a"), expected("b", "failed")])
    assert not found.good
    assert found.accounted == 1


def test_dead_letter_makes_a_page_failed(world: World) -> None:
    world.look("b", "published")
    letter = Letter("classifier", "no JSON", "b", 1)
    [_, page] = world.account([expected("a"), expected("b", "failed")], [letter]).pages
    assert (page.outcome, page.reason) == ("failed", "dead letter of the classifier: no JSON")
    assert world.account([expected("a"), expected("b", "failed")], [Letter("classifier", "x", "b", 2)]).accounted == 1


def test_revisions_are_pages_of_their_own(world: World) -> None:
    world.decide("a", "updated", revision=2)
    world.tell("a", version=2, revision=2)
    pages = [expected("a"), ExpectedPage("a2", URL.format("a"), 2, outcome="updated", alerts=(("strategy", SLACK),))]
    assert world.account(pages).good
    assert {place[0] for place in world.account(pages).alerts.right} == {"a", "a2"}


def test_wrong_outcome_is_a_difference_with_its_reason(world: World) -> None:
    found = world.account([expected("a", "joined")])
    assert [one.page.id for one in found.differences] == ["a"]
    assert any(line.startswith("DIFFERS a: alerted (r)") for line in as_lines(found, {}, judged=True))


def test_lost_alert_is_missing(world: World) -> None:
    world.received.clear()
    found = world.account([expected("a")])
    assert found.alerts.missing == (("a", "strategy", SLACK),)
    assert not found.good


def test_alert_that_nobody_expected_is_wrong(world: World) -> None:
    found = world.account([expected("a", alerts=())])
    assert [why for _, why in found.alerts.wrong] == ["not expected for page a"]


def test_alert_without_a_table_is_listed_and_not_wrong(world: World) -> None:
    found = world.account([ExpectedPage("a", URL.format("a"))], judge=False)
    assert found.good
    assert found.alerts.unjudged == ((f"t1/1/strategy/{SLACK}", ("a", "strategy", SLACK)),)


def test_altered_alert_is_wrong(world: World) -> None:
    [kept] = world.received
    for change in ({"delivery_key": "t9/1/strategy/x"}, {"urls": ()}, {"channel": "slack:#other"}):
        world.received[:] = [kept.model_copy(update=change)]
        found = world.account([expected("a")])
        assert (len(found.alerts.wrong), len(found.alerts.missing)) == (1, 1), change


def test_doubled_alert_is_twice_unless_its_answer_was_lost(world: World) -> None:
    world.received.append(world.received[0])
    found = world.account([expected("a")])
    assert (found.alerts.delivered_twice, found.alerts.twice_on_the_wire) == (1, 0)
    assert not found.good
    world.told[0] = world.told[0].model_copy(update={"repeated_on_the_wire": True})
    found = world.account([expected("a")])
    assert (found.alerts.delivered_twice, found.alerts.twice_on_the_wire) == (0, 1)
    assert found.good


def test_two_reports_of_a_thread_may_change_places() -> None:
    world = World()
    world.decide("en", "alerted")
    world.tell("en")
    world.decide("zh", "joined")
    found = world.account([expected("zh", thread="deal"), expected("en", "joined", thread="deal")])
    assert found.good
    assert found.swapped == {"deal"}
    assert found.alerts.moved == ((("zh", "strategy", SLACK), "en"),)


def test_pages_of_different_threads_may_not(world: World) -> None:
    world.decide("b", "joined")
    found = world.account([expected("b", thread="x"), expected("a", "joined", thread="y")])
    assert len(found.differences) == 2


def test_address_that_nobody_put_out_is_strange(world: World) -> None:
    world.look("z", "irrelevant")
    assert world.account([expected("a")]).strange == (URL.format("z"),)


def test_figures_have_all_keys(world: World) -> None:
    found = world.account([expected("a")])
    shown = as_figures(found, ways(world.ledger(), world.received, {("a", 1): at(0.5)}))
    assert set(shown["outcomes"]) == set(OUTCOMES)
    assert shown["latency_seconds"] == {"p50": 1.0, "p95": 1.0, "p99": 1.0}
    assert [shown["stages"][name]["p95"] for name in STAGES] == [0.5, 0.2, 0.1, 0.2, 0.1, 0.4]


def test_figures_of_nothing() -> None:
    shown = as_figures(World().account([expected("a")]), {})
    assert shown["latency_seconds"] == {"p50": None, "p95": None, "p99": None}
    assert (shown["alerts_expected"], shown["alerts_missing"]) == (1, 1)


@pytest.mark.parametrize(("percent", "found"), [(50, 2), (95, 4), (1, 1), (100, 4)])
def test_percentile_is_a_value_that_occurred(percent: float, found: float) -> None:
    assert percentile([4, 1, 3, 2], percent) == found
