from typing import Any

from services.alerter.domain.routes import Route, route_of
from services.alerter.domain.routing import Reason, matches, mismatch, no_alert
from services.alerter.domain.subscriptions import Subscription
from tests.fakes.classified import classified, event


def wish(name: str = "team", **when: object) -> Route:
    return route_of(Subscription.model_validate({"name": name, "when": when, "channels": {"console": True}}))


DEAL = event("mergers_acquisitions", "announced", "ant_group")
RULE = event("policy_guidance", "planned", "regulator_nmpa")
OLD = event("leadership", "background", "ant_group")


def test_entity_family_label_and_status_must_hold_for_one_event() -> None:
    document = classified("one", "title", DEAL, RULE)
    assert [m.events[0].label for m in matches(document, [wish(entities=["ant_group"])])] == ["mergers_acquisitions"]
    assert matches(document, [wish(entities=["ant_group"], families=["regulatory_event"])]) == ()
    assert matches(document, [wish(labels=["policy_guidance"], statuses=["announced"])]) == ()
    assert len(matches(document, [wish(labels=["policy_guidance"], statuses=["planned"])])) == 1


def test_an_event_that_names_nobody_belongs_to_the_documents_entities() -> None:
    document = classified("one", "title", event("policy_guidance", "planned"), entities=["regulator_nhsa"])
    assert matches(document, [wish(entities=["regulator_nhsa"])])
    assert not matches(document, [wish(entities=["regulator_nmpa"])])


def test_importance_kind_language_and_source_are_the_documents() -> None:
    document = classified("one", "title", DEAL, importance=3, kind="filing", language="en")
    assert matches(document, [wish(importance=3, kinds=["filing"], languages=["en"], sources=["test"])])
    assert mismatch(document, wish(importance=4)) == "importance 3 is below 4"
    assert mismatch(document, wish(kinds=["news"])) == "kind filing"
    assert mismatch(document, wish(languages=["zh-Hans"])) == "language en"
    assert mismatch(document, wish(sources=["other"])) == "source test"
    assert mismatch(document, wish(entities=["jd_health"])) == "mergers_acquisitions: ant_group acts"


def test_background_is_never_wanted() -> None:
    document = classified("one", "title", OLD, DEAL)
    (match,) = matches(document, [wish(entities=["ant_group"])])
    assert [one.label for one in match.events] == ["mergers_acquisitions"]


def test_what_can_alert_nobody_says_why() -> None:
    def reason(*events: dict[str, Any], **more: Any) -> Reason | None:
        suppressed = no_alert(classified("one", "title", *events, **more))
        return suppressed.reason if suppressed else None

    assert reason(DEAL, relevant=False) == Reason.IRRELEVANT
    assert reason() == Reason.NO_EVENT
    assert reason(DEAL, kind="market_note") == Reason.MARKET_NOTE
    assert reason(OLD) == Reason.BACKGROUND
    assert reason(DEAL) is None
