"""The name of the object tells two deals of one firm apart, and joins one deal's reports in other words."""

import pytest

from services.alerter.adapters.weights import load_weights
from services.alerter.domain.likeness import Likeness
from services.alerter.domain.objects import names_in, other_name, same_name
from services.alerter.domain.profile import Profile
from services.alerter.domain.report import report_of
from services.alerter.domain.stages import instruments, next_of_case
from tests.fakes.classified import SEEN, classified, event
from tests.unit.alerter.test_threads import days

pytestmark = pytest.mark.unit

LIKENESS = Likeness(load_weights())


def deal(name: str, day: float, label: str = "mergers_acquisitions") -> Profile:
    title, lead = f"京东健康拟收购{name}过半股权", f"京东健康公告,就收购{name}展开排他谈判。"
    told = classified(name, title, event(label, "planned", "jd_health"), lead=lead, published=days(day))
    return Profile(report_of(told))


def test_the_name_in_the_title_that_the_text_repeats_is_the_object() -> None:
    assert {"麦芒", "芒眼"} <= names_in(deal("麦芒眼科", 0), LIKENESS)
    assert not names_in(deal("", 0), LIKENESS)


def test_deals_with_two_objects_are_two() -> None:
    one, other = deal("稻药批发", 0), deal("麦芒眼科", 40)
    assert other_name(one, other, LIKENESS)
    assert same_name(one, other, LIKENESS) is None


def test_a_later_report_that_names_the_object_is_of_the_same() -> None:
    later = classified(
        "later", "并入京东健康", event("mergers_acquisitions", "completed", "jd_health"),
        lead="收购麦芒眼科的交易已交割。", published=days(200),
    )  # fmt: skip
    assert same_name(deal("麦芒眼科", 0), Profile(report_of(later)), LIKENESS)


def test_outlets_of_two_weeks_may_call_one_object_by_two_names() -> None:
    assert not other_name(deal("稻药批发", 0), deal("麦芒眼科", 10), LIKENESS)


def test_a_probe_goes_on_as_a_fine_and_a_fine_in_court_but_never_backwards() -> None:
    def told(label: str) -> Profile:
        return Profile(report_of(classified(label, "标题", event(label, "announced", "jd_health"), published=SEEN)))

    probe, fine, suit = told("investigation"), told("enforcement_penalty"), told("litigation_antitrust")
    assert next_of_case(probe, fine) == "enforcement_penalty"
    assert next_of_case(fine, suit) == "litigation_antitrust"
    assert next_of_case(suit, fine) is None


@pytest.mark.parametrize(
    ("title", "named"),
    [
        ("骐骥健康发行39亿港元可转债", {"convertible"}),
        ("Qiji Health launches convertible bond", {"convertible"}),
        ("药帮手通过聆讯", {"listing"}),
        ("Qiji Health hires vets", set()),
    ],
)
def test_the_instrument_stands_in_the_title_in_either_language(title: str, named: set[str]) -> None:
    assert instruments(Profile(report_of(classified("x", title, event("partnership", "planned"))))) == named
