"""Verbatim sentences with their paragraphs, led by what happened now."""

import pytest

from services.classifier.domain.sentences import around, split
from services.classifier.domain.summary import LEAD, MOST, lead_of, summarise
from shared.messages import EventFound, Evidence
from shared.messages.classified import Status

pytestmark = pytest.mark.unit

PLACES = (
    "甲健康被罚45万元",
    "近日消费者投诉增多。甲健康因广告违法被罚款45万元。市场监管局作出决定。",
    "2021年该公司也曾被罚。业内认为监管趋严!专家表示应当自律。",
    "免责声明:本文不构成投资建议。",
)


def event(quote: str, place: int, status: Status = "completed") -> EventFound:
    start = PLACES[place].index(quote)
    return EventFound(
        label="enforcement_penalty",
        family="regulatory_event",
        status=status,
        evidence=Evidence(quote=quote, paragraph=place, start=start, end=start + len(quote)),
        confidence=0.9,
    )


def test_the_sentence_of_the_event_leads_and_all_are_verbatim() -> None:
    summary = summarise(PLACES, [event("被罚款45万元", 1), event("也曾被罚", 2, "background")])
    assert [sentence.text for sentence in summary] == [
        "甲健康因广告违法被罚款45万元。",
        "近日消费者投诉增多。",
    ]
    assert all(sentence.citations == (1,) for sentence in summary)


def test_it_has_at_most_two_sentences_each_where_it_says() -> None:
    events = [event("专家表示应当自律", 2), event("监管趋严", 2), event("被罚款45万元", 1), event("作出决定", 1)]
    summary = summarise(PLACES, events)
    assert len(summary) == MOST
    assert summary[0].text == "专家表示应当自律。"
    for sentence in summary:
        assert sentence.text in PLACES[sentence.citations[0]]


def test_an_event_quoted_from_the_title_is_told_by_the_body() -> None:
    assert summarise(PLACES, [event("甲健康被罚45万元", 0)])[0].text == "甲健康因广告违法被罚款45万元。"
    assert summarise(PLACES[:1], [event("甲健康被罚45万元", 0)])[0].citations == (0,)


def test_lines_around_the_story_are_left_out_and_nothing_is_no_summary() -> None:
    assert summarise(("", PLACES[3]), []) == ()
    assert summarise(("", ""), []) == ()
    assert summarise((), []) == ()


def test_a_sentence_too_long_to_read_gives_way_to_the_quote() -> None:
    long = "长" * 400 + "被罚款45万元" + "长" * 400
    told = event("被罚款45万元", 1).model_copy(
        update={"evidence": Evidence(quote="被罚款45万元", paragraph=1, start=400, end=407)}
    )
    assert summarise(("题", long), [told])[0].text == "被罚款45万元"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一。二!三?", ["一。", "二!", "三?"]),
        ("他说“好。”然后走了。", ["他说“好。”", "然后走了。"]),
        (
            "Mr. Ma left Alibaba Ltd. in 2019. It rose 3.5 percent.",
            ["Mr. Ma left Alibaba Ltd. in 2019.", "It rose 3.5 percent."],
        ),
        ("The U.S. firm paid. Then it left", ["The U.S. firm paid.", "Then it left"]),
        ("  \n ", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    found = list(split(text, 1))
    assert [sentence.text for sentence in found] == expected
    assert all(text[sentence.start : sentence.end] == sentence.text for sentence in found)


def test_the_sentence_around_a_quote_over_two_holds_both() -> None:
    assert around("一二。三四。五六。", 1, 1, 5).text == "一二。三四。"


def test_the_lead_is_the_beginning_up_to_a_sentence() -> None:
    assert lead_of(["短。", "文。"]) == "短。\n文。"
    lead = lead_of(["句子在此。" * 300])
    assert len(lead) <= LEAD
    assert lead.endswith("。")
    assert len(lead_of(["字" * 5000])) == LEAD
