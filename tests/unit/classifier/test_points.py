"""Key points in their groups: facts first, what the gist tells is not told again."""

import pytest

from services.classifier.domain.points import MOST, OF_LABEL, key_points
from shared.messages import EventFound, Evidence, Fact, SummarySentence
from shared.messages.classified import FactKind, Status
from shared.watch import LABELS
from shared.watch.fold import fold

pytestmark = pytest.mark.unit

PLACES = (
    "两家公司的要闻",
    "杭州市市场监管局对甲健康作出行政处罚，罚款45万元，文号为杭市监处罚〔2026〕12号。",
    "乙集团完成对丙医生的收购，作价2.06亿元，持股比例达到100%。丙医生成立于2006年，总部在北京。",
    "王某出任首席执行官。今天天气很好。免责声明：本文不构成投资建议，收购有风险。",
)


def spot(quote: str, place: int) -> Evidence:
    start = PLACES[place].index(quote)
    return Evidence(quote=quote, paragraph=place, start=start, end=start + len(quote))


def event(label: str, place: int, status: Status = "completed", *facts: tuple[FactKind, str]) -> EventFound:
    quote = PLACES[place].partition("。")[0] + "。" if place else PLACES[0]
    return EventFound(
        label=label,
        family=LABELS[label],
        status=status,
        evidence=spot(quote, place),
        facts=tuple(Fact(kind=kind, value="1", evidence=spot(words, place)) for kind, words in facts),
        confidence=0.9,
    )


PENALTY = event("enforcement_penalty", 1, "completed", ("amount", "罚款45万元"), ("document_number", "杭市监处罚"))
DEAL = event("mergers_acquisitions", 2, "completed", ("amount", "2.06亿元"), ("percentage", "100%"))


def points(*events: EventFound, gist: tuple[SummarySentence, ...] = ()) -> dict[str, list[str]]:
    """The texts by group; every one must stand in the paragraph that it cites."""
    groups = key_points(PLACES, tuple(map(fold, PLACES)), events, gist)
    for group in groups:
        for point in group.points:
            assert point.text in PLACES[point.citations[0]]
    return {group.group: [point.text for point in group.points] for group in groups}


def test_clauses_of_facts_stand_in_the_group_of_what_they_tell() -> None:
    told = points(DEAL, PENALTY)
    assert told["penalty"] == ["罚款45万元", "文号为杭市监处罚〔2026〕12号"]
    assert told["money"] == ["作价2.06亿元"]
    assert told["deal"] == ["持股比例达到100%"]
    assert told["people"] == ["王某出任首席执行官。"]
    assert told["background"] == ["丙医生成立于2006年，总部在北京。"]
    assert list(told) == ["deal", "money", "penalty", "people", "background"]


def test_a_sentence_of_the_gist_is_not_told_again_but_its_figures_are() -> None:
    gist = (SummarySentence(text=PLACES[1], citations=(1,)),)
    told = points(PENALTY, gist=gist)
    assert told["penalty"] == ["罚款45万元", "文号为杭市监处罚〔2026〕12号"]
    bare = points(event("enforcement_penalty", 1), gist=gist)
    assert "penalty" not in bare


def test_history_is_background_whatever_it_was() -> None:
    told = points(event("enforcement_penalty", 1, "background", ("amount", "罚款45万元")))
    assert told["background"][0] == "罚款45万元"
    assert "penalty" not in told


def test_what_is_no_part_of_the_story_is_no_point() -> None:
    told = [text for group in points().values() for text in group]
    assert not any("免责声明" in text or "天气" in text for text in told)


def test_a_fact_of_the_title_and_an_endless_clause_are_left_out() -> None:
    places = ("甲健康被罚款45万元", "长" * 500 + "罚款45万元" + "长" * 500)
    for place in (0, 1):
        start = places[place].index("罚款45万元")
        evidence = Evidence(quote="罚款45万元", paragraph=place, start=start, end=start + 6)
        fact = Fact(kind="amount", value="450000", unit="CNY", evidence=evidence)
        one = PENALTY.model_copy(update={"facts": (fact,), "evidence": evidence})
        assert key_points(places, tuple(map(fold, places)), [one], ()) == ()


def test_english_clauses_end_at_a_comma_and_never_inside_a_number() -> None:
    places = ("Fined", "Hangzhou acted on Friday, a fine of 1,450,000 yuan was imposed, officials said.")
    start = places[1].index("fine of 1,450,000 yuan")
    evidence = Evidence(quote="fine of 1,450,000 yuan", paragraph=1, start=start, end=start + 22)
    fact = Fact(kind="amount", value="1450000", unit="CNY", evidence=evidence)
    one = PENALTY.model_copy(update={"facts": (fact,), "evidence": evidence})
    first = key_points(places, tuple(map(fold, places)), [one], ())[0]
    assert (first.group, first.points[0].text) == ("penalty", "a fine of 1,450,000 yuan was imposed")


def test_every_label_has_a_group_and_a_long_article_gives_few_points() -> None:
    assert set(OF_LABEL) == set(LABELS)
    places = ("题", *(f"第{number}家公司收购了一家医院，作价{number}亿元。" for number in range(90)))
    groups = key_points(places, tuple(map(fold, places)), [], ())
    assert sum(len(group.points) for group in groups) <= MOST
