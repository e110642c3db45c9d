"""What of a second reader's answer is believed."""

from dataclasses import replace

import pytest

from services.classifier.domain.article import Article, Judgement, SecondView
from services.classifier.domain.second_answer import opinion_of
from services.classifier.domain.second_opinion import ADDED_CONFIDENCE, found, merged
from services.classifier.domain.second_question import Band, Question, question_of
from shared.messages.classified import EntityFound, EventFound, Evidence, Mention, Status
from shared.watch import LABELS
from tests.fakes.second_readers import opinion

pytestmark = pytest.mark.unit

TITLE = "阿里健康与医院合作"
BODY = ("阿里健康与市一医院签署合作协议。", "京东健康正计划进入东南亚市场。")
ENTITIES = (
    EntityFound(entity="alibaba_health", mentions=(Mention(text="阿里健康", paragraph=1, start=0, end=4),)),
    EntityFound(entity="jd_health", mentions=(Mention(text="京东健康", paragraph=2, start=0, end=4),)),
)
BAND = Band(0.3, 0.6)
DEAL, MARKET = "阿里健康与市一医院签署合作协议", "京东健康正计划进入东南亚市场"


def event(label: str = "partnership", status: Status = "announced", confidence: float = 0.5) -> EventFound:
    return EventFound(
        label=label,
        family=LABELS[label],
        status=status,
        entities=("alibaba_health",),
        evidence=Evidence(quote=DEAL, paragraph=1, start=0, end=len(DEAL)),
        confidence=confidence,
        reasons=("rule",),
    )


def judgement(*events: EventFound, relevance: float = 0.9, relevant: bool = True) -> Judgement:
    return Judgement(relevant, ("names it",), ENTITIES[:1] if relevant else (), events, relevance)


def question(judged: Judgement, gist: bool = False) -> Question:
    asked = question_of(Article(TITLE, BODY, "zh-Hans", None), judged, BAND, ENTITIES, gist)
    assert asked is not None
    return asked


def settle(judged: Judgement, answer: str, gist: bool = False) -> tuple[Judgement, tuple[str, ...]]:
    return merged(judged, question(judged, gist), opinion_of(answer), "some-model")


def test_a_confirmed_event_stays_with_a_reason() -> None:
    was = judgement(event())
    told, dropped = settle(was, opinion(events=[(0, "confirm", None, DEAL)]))
    assert dropped == ()
    assert told.events == (event().model_copy(update={"reasons": ("rule", "second reader: confirmed")}),)
    assert told.second == SecondView("some-model")
    assert (told.relevant, told.entities, told.relevance) == (True, was.entities, was.relevance)


def test_an_event_is_dropped_or_gets_another_status() -> None:
    told, _ = settle(judgement(event()), opinion(events=[(0, "drop", None, "")]))
    assert told.events == ()
    told, _ = settle(judgement(event()), opinion(events=[(0, "status", "planned", DEAL)]))
    assert [(each.label, each.status) for each in told.events] == [("partnership", "planned")]
    assert told.events[0].reasons[-1] == "second reader: planned, not announced"


def test_a_status_that_is_there_already_is_not_doubled() -> None:
    sure, unsure = event(status="completed", confidence=0.9), event(status="announced")
    for both in (judgement(sure, unsure), judgement(unsure, sure)):
        told, dropped = settle(both, opinion(events=[(0, "status", "completed", DEAL)]))
        assert told.events == (sure,)
        assert dropped == ("known_already",)


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ((0, "confirm", None, "阿里健康已完成收购市一医院"), "invented_quote"),
        ((0, "status", "denied", "Alibaba Health denied it"), "invented_quote"),
        ((0, "confirm", None, ""), "invented_quote"),
        ((0, "confirm", None, "阿里"), "invented_quote"),
        ((0, "status", "certain", DEAL), "unknown_status"),
        ((0, "status", None, DEAL), "unknown_status"),
        ((1, "drop", None, ""), "unknown_event"),
        ((-1, "drop", None, ""), "unknown_event"),
    ],
)
def test_a_wrong_entry_leaves_the_event_as_it_was(entry: tuple[int, str, str | None, str], reason: str) -> None:
    told, dropped = settle(judgement(event()), opinion(events=[entry]))
    assert told.events == (event(),)
    assert dropped == (reason,)


def test_what_the_first_reader_is_sure_of_cannot_be_touched() -> None:
    sure = event("product_launch", confidence=0.95)
    told, dropped = settle(
        judgement(sure, event()), opinion((False, ""), [(0, "drop", None, ""), (1, "drop", None, "")])
    )
    assert told.events == (sure,)
    assert told.relevant
    assert dropped == ("unknown_event", "not_asked")


def test_an_added_event_stands_on_its_quote_and_on_known_entities() -> None:
    told, dropped = settle(
        judgement(relevance=0.5), opinion(added=[("market_expansion", "planned", ["jd_health", "acme"], MARKET)])
    )
    (added,) = told.events
    assert (added.label, added.family, added.status) == ("market_expansion", "strategic_move", "planned")
    assert added.entities == ("jd_health",)
    assert added.evidence == Evidence(quote=MARKET, paragraph=2, start=0, end=len(MARKET))
    assert (added.confidence, added.reasons) == (ADDED_CONFIDENCE, ("second reader: added",))
    assert [each.entity for each in told.entities] == ["alibaba_health", "jd_health"]
    assert dropped == ("unknown_entity",)


def test_an_added_event_without_a_known_entity_is_tied_to_those_of_its_quote() -> None:
    told, _ = settle(judgement(relevance=0.5), opinion(added=[("market_expansion", "planned", [], MARKET)]))
    assert told.events[0].entities == ("jd_health",)


@pytest.mark.parametrize(
    ("label", "status", "quote", "reason"),
    [
        ("takeover", "planned", MARKET, "unknown_label"),
        ("market_expansion", "sure", MARKET, "unknown_status"),
        ("market_expansion", "planned", "京东健康已经退出东南亚", "invented_quote"),
        ("partnership", "denied", DEAL, "known_already"),
    ],
)
def test_a_wrong_addition_is_dropped(label: str, status: str, quote: str, reason: str) -> None:
    sure = judgement(event(confidence=0.9), relevance=0.5)
    told, dropped = settle(sure, opinion(added=[(label, status, [], quote)]))
    assert told.events == sure.events
    assert dropped == (reason,)


def test_three_events_are_added_at_most_and_none_where_only_a_gist_was_asked_for() -> None:
    many = [(label, "announced", ["jd_health"], MARKET) for label in list(LABELS)[:6]]
    told, dropped = settle(judgement(relevance=0.5), opinion(added=many))
    assert (len(told.events), dropped) == (3, ("not_asked",) * 3)
    told, dropped = settle(judgement(event(confidence=0.9)), opinion(added=many[:1]), gist=True)
    assert (len(told.events), dropped) == (1, ("not_asked",))


def test_an_unsure_relevance_is_settled_with_a_quote() -> None:
    out = judgement(relevance=0.4, relevant=False)
    told, dropped = settle(out, opinion((True, DEAL), added=[("partnership", "announced", [], DEAL)]))
    assert told.relevant
    assert told.relevance_reasons == ("second reader: relevant",)
    assert [each.entity for each in told.entities] == ["alibaba_health"]
    assert [each.label for each in told.events] == ["partnership"]
    assert dropped == ()
    told, dropped = settle(out, opinion((True, "nowhere in the text"), added=[("partnership", "announced", [], DEAL)]))
    assert (told.relevant, told.events, dropped) == (False, (), ("invented_quote", "not_asked"))


def test_an_article_that_is_found_irrelevant_loses_its_unsure_events_alone() -> None:
    unsure = judgement(event(), relevance=0.5)
    told, _ = settle(unsure, opinion((False, "")))
    assert (told.relevant, told.events, told.entities) == (False, (), ())
    assert told.relevance_reasons == ("second reader: not relevant",)
    for backed in (judgement(event(confidence=0.9), relevance=0.5), unsure):
        told, dropped = settle(backed, opinion((False, ""), [(0, "confirm", None, DEAL)]))
        assert told.relevant
        assert "contradiction" in dropped


def test_a_gist_is_kept_apart_and_must_be_english_and_rest_on_the_text() -> None:
    sure = judgement(event(confidence=0.9))
    parts = [
        ("Alibaba Health signed a deal with a hospital.", DEAL),
        ("Its shares will double.", "股价将翻倍,分析师一致认为"),
        ("阿里健康签署协议。", DEAL),
        ("Read more at https://example.com/offer", DEAL),
        ("JD Health plans to enter Southeast Asia.", MARKET),
        ("A third one.", DEAL),
    ]
    told, dropped = settle(sure, opinion(gist=parts), gist=True)
    assert told.second is not None
    assert [(each.text, each.citations) for each in told.second.gist] == [(parts[0][0], (1,)), (parts[4][0], (2,))]
    assert dropped == ("invented_quote", "gist", "gist", "not_asked")
    assert replace(told, second=None) == sure


def test_a_quote_stands_in_the_body_before_the_title() -> None:
    places = ("阿里健康与医院合作", "今日,阿里健康与医院合作。")
    where = found(" 阿里健康与医院合作 ", places)
    assert where == Evidence(quote="阿里健康与医院合作", paragraph=1, start=3, end=12)
    assert found("阿里健康與醫院合作", places) is None
    assert found("阿里健康与医院合作", places[:1]) is not None
