"""Where an event goes in a tree of routes, and why the others do not get it."""

from typing import Any

import pytest

from services.alerter.application.interest import interest_in, tellings
from services.alerter.domain.condition import Answer
from services.alerter.domain.routes import Route, route_of
from services.alerter.domain.routes_index import RouteIndex
from services.alerter.domain.routing import matches, unwanted
from services.alerter.domain.subscriptions import Subscription
from shared.messages import DocumentClassified
from tests.fakes.classified import classified, event

DEAL = event("mergers_acquisitions", "announced", "ant_group")
FINE = event("enforcement_penalty", "completed", "ant_group")
RULE = event("policy_guidance", "planned", "regulator_nmpa")


def tree(*routes: dict[str, Any], **more: Any) -> Route:
    plain = {"name": "team", "channels": {"slack": "#team"}, "routes": routes, **more}
    return route_of(Subscription.model_validate(plain))


def taken(document: DocumentClassified, *roots: Route) -> dict[str, list[str]]:
    """Route to the labels it takes; the index and the plain way must agree."""
    plain = matches(document, roots)
    assert RouteIndex(roots).matches(document) == plain
    return {match.subscription.name: [one.label for one in match.events] for match in plain}


def test_the_first_that_wants_an_event_takes_it_and_the_rest_stays_above() -> None:
    root = tree(
        {"name": "deals", "when": {"labels": ["mergers_acquisitions"]}},
        {"name": "moves", "when": {"families": ["strategic_move"]}},
    )
    assert taken(classified("one", "t", DEAL, FINE), root) == {
        "team": ["enforcement_penalty"],
        "deals": [DEAL["label"]],
    }
    other = event("partnership", "announced", "ant_group")
    assert taken(classified("two", "t", DEAL, other), root) == {"deals": [DEAL["label"]], "moves": ["partnership"]}


def test_with_continue_later_routes_see_it_too() -> None:
    root = tree(
        {"name": "deals", "when": {"labels": ["mergers_acquisitions"]}, "continue": True},
        {"name": "moves", "when": {"families": ["strategic_move"]}},
        {"name": "others", "when": {"entities": ["ant_group"]}},
    )
    assert taken(classified("one", "t", DEAL), root) == {"deals": [DEAL["label"]], "moves": [DEAL["label"]]}


def test_a_route_narrows_what_stands_above_it() -> None:
    inner = {
        "name": "chinese",
        "when": {"languages": ["zh-Hans"]},
        "routes": [{"name": "big", "when": {"importance": 5}}],
    }
    root = tree(inner, when={"entities": ["ant_group"]})
    assert taken(classified("one", "t", DEAL, importance=5), root) == {"big": [DEAL["label"]]}
    assert taken(classified("two", "t", DEAL, language="en", importance=5), root) == {"team": [DEAL["label"]]}
    assert taken(classified("three", "t", RULE, importance=5), root) == {}


def test_channels_rhythm_and_timezone_are_inherited() -> None:
    inner = {"name": "deals", "rhythm": {"urgent": 4}, "routes": [{"name": "big", "channels": {"console": True}}]}
    root = tree(inner, rhythm={"budget": 3}, timezone="Asia/Tokyo")
    deals, big = (route for route in root.below() if route is not root)
    assert (list(deals.targets()), list(big.targets())) == (["slack:#team"], ["console"])
    assert (big.rhythm.urgent, big.rhythm.budget, root.rhythm.urgent) == (4, 3, 5)
    assert {route.timezone for route in root.below()} == {"Asia/Tokyo"}
    assert big.path == ("team", "deals", "big")
    assert big.kin == {"team", "deals", "big"}


@pytest.mark.parametrize(
    ("refused", "why"),
    [
        ({"entities": ["ant_group"]}, "not: mergers_acquisitions: ant_group acts"),
        ({"families": ["strategic_move"]}, "not: mergers_acquisitions: strategic_move"),
        ({"labels": ["partnership", "mergers_acquisitions"]}, "not: mergers_acquisitions: mergers_acquisitions"),
        ({"statuses": ["announced"]}, "not: mergers_acquisitions: announced"),
        ({"kinds": ["news"]}, "not: kind news"),
        ({"languages": ["zh-Hans"]}, "not: language zh-Hans"),
        ({"sources": ["test"]}, "not: source test"),
        ({"importance": 4}, "not: importance 4 is 4 or above"),
        ({"words": ["收購", "nothing"]}, "not: the word 收購"),
    ],
)
def test_each_key_under_not_refuses_by_itself(refused: dict[str, object], why: str) -> None:
    document = classified("one", "蚂蚁集团收购好大夫", DEAL)
    never = {"entities": ["jd_health"], "importance": 5, **refused}
    root = tree(when={"not": never})
    assert taken(document, root) == {}
    assert dict(unwanted(document, root)) == {"team": why}
    assert taken(document, tree(when={"not": {"labels": ["partnership"], "importance": 5}})) == {
        "team": [DEAL["label"]]
    }


@pytest.mark.parametrize(
    ("word", "title", "found"),
    [
        ("螞蟻集團", "蚂蚁集团发布新品", True),
        ("蚂蚁集团", "螞蟻集團發布新品", True),
        ("ＡＩ医生", "ai医生上线", True),
        ("AI", "He said so again", False),
        ("AI", "蚂蚁AI上线", True),
        ("drug", "Two drugs approved", True),
        ("drug", "A drugstore chain", False),
        ("Ant Group", "ANT GROUP buys Haodf", True),
        ("集", "蚂蚁集团", True),
        ("京东", "蚂蚁集团", False),
    ],
)
def test_words_are_found_in_both_scripts_any_width_and_case(word: str, title: str, found: bool) -> None:
    assert bool(taken(classified("one", title, DEAL), tree(when={"words": ["不存在", word]}))) is found


def test_words_are_looked_for_in_all_of_the_text_that_the_message_holds() -> None:
    document = classified(
        "one",
        "t",
        event("partnership", "announced", "ant_group", quote="与平安好医生合作"),
        lead="首段",
        summary=[{"text": "概要一句", "citations": [1]}],
        points=[{"group": "deal", "points": [{"text": "要点一条", "citations": [2]}]}],
    )
    for word in ("首段", "概要", "要点", "平安好医生"):
        assert taken(document, tree(when={"words": [word]})) == {"team": ["partnership"]}, word


def test_the_key_that_refused_is_named_for_every_route() -> None:
    english = {"name": "english", "when": {"languages": ["en"]}}
    root = tree(
        {"name": "rules", "when": {"families": ["regulatory_event"]}},
        {"name": "deals", "when": {"labels": ["mergers_acquisitions"]}},
        {"name": "ant", "when": {"entities": ["ant_group"]}, "routes": [english]},
        {"name": "moves", "when": {"families": ["strategic_move"]}},
    )
    said = dict(unwanted(classified("one", "t", DEAL), root))
    assert said == {
        "rules": "mergers_acquisitions: strategic_move",
        "ant": "deals stands before it and takes what it could",
        "moves": "deals stands before it and takes what it could",
    }
    said = dict(unwanted(classified("two", "t", event("leadership", "announced", "ant_group")), root))
    assert said["english"] == "language zh-Hans"
    assert said["deals"] == "label leadership"


def test_routes_of_one_team_that_share_a_channel_tell_it_once() -> None:
    root = tree(
        {"name": "deals", "when": {"labels": ["mergers_acquisitions"]}},
        {"name": "fines", "when": {"labels": ["enforcement_penalty"]}, "channels": {"slack": ["#team", "#legal"]}},
    )
    told = tellings(matches(classified("one", "t", DEAL, FINE), [root]))
    assert [(one.channel, [match.subscription.name for match in one.matches], len(one.events)) for one in told] == [
        ("slack:#team", ["deals", "fines"], 2),
        ("slack:#legal", ["fines"], 1),
    ]


class Reader:
    """Answers every condition alike, and keeps what it was asked."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.asked: list[str] = []

    def ask(self, condition: str, document: DocumentClassified) -> Answer:
        self.asked.append(condition)
        return self.answer


@pytest.mark.parametrize(
    ("answer", "who"),
    [
        (Answer(True, "作价20亿元"), ["large"]),
        (Answer(False), ["team"]),
        (Answer(True, unanswered="timeout"), ["large"]),
    ],
)
def test_a_condition_is_asked_once_where_all_else_holds(answer: Answer, who: list[str]) -> None:
    large = {"name": "large", "when": {"entities": ["ant_group"]}, "only_if": "the deal is worth more than a billion"}
    other = {"name": "other", "when": {"entities": ["jd_health"]}, "only_if": "the reader is never asked this"}
    index = RouteIndex([tree(large, other)])
    reader = Reader(answer)
    interest = interest_in(classified("one", "t", DEAL, FINE), index, reader)
    assert [match.subscription.name for match in interest.matches] == who
    assert reader.asked == ["the deal is worth more than a billion"]
    assert interest.detail()["conditions"] == {reader.asked[0]: answer.words()}
    assert ("large" in interest.unwanted) is (who == ["team"])


def test_nobody_is_asked_about_what_alerts_nobody() -> None:
    reader = Reader(Answer(True))
    index = RouteIndex([tree(only_if="the deal is worth more than a billion")])
    assert interest_in(classified("one", "t", DEAL, relevant=False), index, reader).matches == ()
    assert reader.asked == []
