"""Reprints count once, and sources that contradict each other are found; what only follows on another is none."""

from datetime import timedelta

import pytest

from services.portal.domain.brief import Contradiction
from services.portal.domain.brief_odds import contradictions
from services.portal.domain.brief_stories import stories
from services.portal.domain.page import Stored, ThreadLink
from shared.messages import DocumentClassified
from shared.messages.common import Rights, Times
from tests.unit.portal.known import NOW

pytestmark = pytest.mark.unit

Event = tuple[str, str, str]
"""Status, figure as written, its value."""


def stored(number: int, text: str, *events: Event, days: int = 0, **other: object) -> Stored:
    identity = f"{number:032x}"
    told = []
    for status, written, value in events:
        start = text.find(written) if written else 0
        evidence = {
            "quote": written or text[:8],
            "paragraph": 1,
            "start": start,
            "end": start + len(written or text[:8]),
        }
        facts = [{"kind": "amount", "value": value, "unit": "CNY", "evidence": evidence}] if value else []
        told.append(
            {"label": "mergers_acquisitions", "family": "strategic_move", "status": status, "entities": ["jd_health"],
             "evidence": evidence, "facts": facts, "confidence": 0.9}
        )  # fmt: skip
    classified = DocumentClassified.model_validate(
        {"document_id": identity, "revision": 1, "url": "https://example.test/", "source": "s", "title": "标题",
         "lead": text, "language": "zh-Hans", "relevant": True, "kind": "news", "importance": 3, "model": "test",
         "events": told, "times": Times(first_seen=NOW)}
    )  # fmt: skip
    fields: dict[str, object] = {
        "document_id": identity, "revision": 1, "url": "https://example.test/", "source": "s", "outlet": f"报{number}",
        "rights": "full", "title": f"标题{number}", "paragraphs": (text,), "language": "zh-Hans",
        "at": NOW + timedelta(days=days), "precision": "day", "repeats": None, "earlier": (), "classified": classified,
        "thread": ThreadLink("t1", "t", 3),
    }  # fmt: skip
    return Stored(**fields | other)  # type: ignore[arg-type]  # as the fields say


def found(*every: Stored) -> list[Contradiction]:
    return list(contradictions(stories(every)))


def test_figures_that_differ_for_one_fact_of_a_thread() -> None:
    one = stored(1, "京东健康以2.06亿元收购该公司。", ("announced", "2.06亿元", "206000000"))
    other = stored(2, "据报道京东健康出价3亿元收购它。", ("announced", "3亿元", "300000000"))
    (odds,) = found(one, other)
    assert odds.kind == "figures"
    assert [side.value for side in odds.sides] == ["2.06亿元", "3亿元"]
    assert [side.citation.number for side in odds.sides] == [1, 2]


@pytest.mark.parametrize(
    ("written", "value"), [("2.1亿元", "210000000"), ("2亿元", "200000000"), ("2.06亿元", "206000000")]
)
def test_a_rounded_figure_is_the_same(written: str, value: str) -> None:
    one = stored(1, "京东健康以2.06亿元收购该公司。", ("announced", "2.06亿元", "206000000"))
    assert found(one, stored(2, f"京东健康花了{written}买下它。", ("announced", written, value))) == []


def test_other_threads_do_not_contradict() -> None:
    one = stored(1, "京东健康以2.06亿元收购甲公司。", ("announced", "2.06亿元", "206000000"))
    other = stored(2, "京东健康以9亿元收购乙公司。", ("denied", "9亿元", "900000000"), thread=ThreadLink("t2", "t", 1))
    assert found(one, other, stored(3, "不在任何脉络里。", ("denied", "", ""), thread=None)) == []


def test_reported_and_denied() -> None:
    rumour = stored(1, "传京东健康收购该公司。", ("rumoured", "", ""))
    denial = stored(2, "京东健康否认收购该公司。", ("denied", "", ""), days=1)
    (odds,) = found(denial, rumour)
    assert odds.kind == "denied"
    assert [side.status for side in odds.sides] == ["rumoured", "denied"]


def test_planned_before_it_is_completed_is_no_contradiction_and_after_it_is_one() -> None:
    planned = stored(1, "京东健康计划收购该公司。", ("planned", "", ""))
    done = stored(2, "京东健康完成收购该公司。", ("completed", "", ""), days=5)
    late = stored(3, "据悉京东健康拟收购该公司。", ("planned", "", ""), days=9)
    assert found(planned, done) == []
    (odds,) = found(planned, done, late)
    assert odds.kind == "behind"
    assert [side.citation.number for side in odds.sides] == [2, 3]


LONG = "".join(f"第{number}句说的是京东健康在第{number * 7}个城市开出的新药店和那里的医生。" for number in range(20))


def test_reprints_count_once_and_what_may_be_shown_most_speaks() -> None:
    rights: tuple[Rights, ...] = ("link", "excerpt", "full")
    every = [
        stored(number, LONG + f"（{number}）", rights=right, days=number) for number, right in enumerate(rights, 1)
    ]
    (story,) = stories(every)
    assert story.stored.rights == "full"
    assert [one.rights for one in story.reprints] == ["link", "excerpt"]


def test_what_repeats_another_is_its_reprint_whatever_it_says() -> None:
    original, copy = stored(1, LONG), stored(2, "全文转载。", repeats=f"{1:032x}")
    for order in ((original, copy), (copy, original)):
        (story,) = stories(order)
        assert story.stored is original
        assert story.reprints == (copy,)


def test_a_weekly_column_of_the_same_title_is_not_its_own_reprint() -> None:
    first = stored(1, LONG, title="互联网医疗一周大事回顾与展望")
    later = stored(2, LONG[::-1], title="互联网医疗一周大事回顾与展望", days=7)
    assert len(stories((first, later))) == 2
