"""Taking in a document under a rhythm: where each of its alerts is put, and what the decision says."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import yaml

from services.alerter.adapters.weights import load_weights
from services.alerter.application.ports import Incoming
from services.alerter.application.take_in import Outcome, TakeIn
from services.alerter.domain.likeness import Likeness
from services.alerter.domain.routes import routes_of
from services.alerter.domain.routes_index import RouteIndex
from services.alerter.domain.silences import Matcher, Silence
from services.alerter.domain.subscriptions import Subscriptions
from shared.messages import DocumentClassified
from shared.messages.codec import encode
from tests.fakes.alerter_store import MemoryStore
from tests.fakes.classified import SEEN, classified, event

pytestmark = pytest.mark.unit
WHO = ("jd_health", "wedoctor", "dingdang")
NOON = datetime.fromisoformat("2026-11-23T12:00:00+08:00")


class Alerter:
    """The step over a store in memory, at a time that the test sets."""

    def __init__(self, subscriptions: str) -> None:
        self.store = MemoryStore()
        self.now = NOON
        read = Subscriptions.model_validate({"subscriptions": yaml.safe_load(subscriptions)})
        index = RouteIndex(routes_of(read.subscriptions))
        self._step = TakeIn(self.store, lambda: index, Likeness(load_weights()), {}, lambda: self.now)
        self._offset = 0

    def __call__(self, document: DocumentClassified) -> Outcome:
        self._offset += 1
        return self._step(Incoming("t", 0, self._offset, None, encode(document)))

    def put(self) -> list[tuple[str, str, str]]:
        """Thread's title is not kept: subscription, channel and state of every delivery, in their order."""
        deliveries = self.store.unit.placing.deliveries
        return [(alert.subscription, channel, filed.placed.state) for alert, channel, filed, _ in deliveries]


def story(number: int, importance: int = 3) -> DocumentClassified:
    """One that has nothing in common with the others."""
    who = WHO[number] if number < len(WHO) else f"firm{number}"
    label = ("partnership", "leadership", "product_launch")[number % 3]
    found = event(label, "announced", who, quote=f"{who} {label} {number}")
    return classified(f"d{number}", f"{who} {label} {number * 7919}", found, importance=importance)


@pytest.fixture
def make() -> Callable[[str], Alerter]:
    return Alerter


def test_the_ninth_alert_of_a_day_waits_for_the_digest_and_importance_five_never(
    make: Callable[[str], Alerter],
) -> None:
    alerter = make("[{name: team, channels: {console: true, slack: '#a'}}]")
    for number in range(10):
        alerter(story(number))
    last = alerter(story(10, importance=5))
    states = [state for _, channel, state in alerter.put() if channel == "console"]
    assert states == ["due"] * 8 + ["digest"] * 2 + ["due"]
    assert [state for _, channel, state in alerter.put() if channel == "slack:#a"] == states
    assert last.kinds == {"console", "slack"}
    alerter.now += timedelta(days=1)
    alerter(story(11))
    assert alerter.put()[-1][2] == "due"


def test_a_budget_is_the_teams_over_all_its_routes(make: Callable[[str], Alerter]) -> None:
    alerter = make(
        "[{name: team, channels: {console: true}, rhythm: {budget: 2}, routes: ["
        "{name: jd, when: {entities: [jd_health]}, channels: {slack: '#jd'}}]},"
        " {name: others, channels: {console: true}}]"
    )
    outcomes = [alerter(story(number)) for number in range(3)]
    assert alerter.put() == [
        ("jd", "slack:#jd", "due"), ("others", "console", "due"),
        ("team", "console", "due"), ("others", "console", "due"),
        ("team", "console", "digest"), ("others", "console", "due"),
    ]  # fmt: skip
    assert "left to the digest in 1 channels" in outcomes[2].reason
    assert "budget of 2" in outcomes[2].reason


SHARED = (
    "[{name: team, channels: {console: true}, routes: ["
    "{name: people, when: {labels: [leadership]}, rhythm: {mode: digest}},"
    " {name: later, when: {labels: [partnership]}, rhythm: {group: 1h}},"
    " {name: deals, when: {labels: [mergers_acquisitions]}}]}]"
)


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        (["leadership", "mergers_acquisitions"], ("deals", "console", "due")),
        (["mergers_acquisitions", "partnership"], ("deals", "console", "due")),
        (["leadership", "partnership"], ("later", "console", "held")),
        (["leadership"], ("people", "console", "digest")),
    ],
)
def test_of_routes_that_share_a_channel_the_one_that_tells_the_soonest_tells_all(
    make: Callable[[str], Alerter], labels: list[str], told: tuple[str, str, str]
) -> None:
    alerter = make(SHARED)
    alerter(classified("one", "t", *(event(label, "announced", "ant_group", quote=label) for label in labels)))
    assert alerter.put() == [told]
    ((alert, *_),) = alerter.store.unit.placing.deliveries
    assert sorted(alert.labels) == labels


def test_of_routes_that_tell_alike_the_first_in_the_file_tells(make: Callable[[str], Alerter]) -> None:
    alerter = make(SHARED.replace(", rhythm: {mode: digest}", ""))
    found = [event(label, "announced", "ant_group", quote=label) for label in ("mergers_acquisitions", "leadership")]
    alerter(classified("one", "t", *found))
    assert alerter.put() == [("people", "console", "due")]


def test_what_is_held_wakes_no_sender_and_the_decision_says_why(make: Callable[[str], Alerter]) -> None:
    alerter = make("[{name: team, channels: {console: true}, rhythm: {quiet_hours: [{from: '11:00', to: '13:00'}]}}]")
    outcome = alerter(story(0))
    assert (outcome.outcome, outcome.deliveries, outcome.kinds) == ("alerted", 0, frozenset())
    assert outcome.reason == ("held for 1 channels of team: quiet hours until 2026-11-23 13:00:00 CST")


def test_what_a_silence_stops_everywhere_is_suppressed_with_its_number(make: Callable[[str], Alerter]) -> None:
    alerter = make("[{name: team, channels: {console: true}}]")
    silence = Silence(4, Matcher(entity="jd_health"), NOON + timedelta(hours=1), "fair", "li", NOON)
    alerter.store.unit.placing.open.append(silence)
    stopped, told = alerter(story(0)), alerter(story(1))
    assert (stopped.outcome, told.outcome) == ("suppressed", "alerted")
    assert "silence 4 by li" in stopped.reason


def test_whom_a_silence_kept_from_a_story_hears_of_it_as_new(make: Callable[[str], Alerter]) -> None:
    alerter = make("[{name: team, channels: {console: true}}]")
    silence = Silence(4, Matcher(entity="ant_group"), NOON + timedelta(hours=1), "fair", "li", NOON)
    alerter.store.unit.placing.open.append(silence)
    rumour = event("mergers_acquisitions", "rumoured", "ant_group", "haodf", quote="蚂蚁集团正洽购好大夫在线")
    denial = event("mergers_acquisitions", "denied", "ant_group", "haodf", quote="双方否认洽购好大夫在线")
    alerter(classified("rumour", "蚂蚁集团正洽购好大夫在线", rumour))
    alerter.now += timedelta(hours=2)
    alerter(classified("denial", "蚂蚁集团否认洽购好大夫在线", denial, published=SEEN + timedelta(days=1)))
    kinds = [alert.kind for alert, *_ in alerter.store.unit.placing.deliveries]
    assert [state for *_, state in alerter.put()] == ["suppressed", "due"]
    assert kinds == ["new", "new"]
