"""A later revision of an article: what it adds or changes is told, what it only words otherwise is not."""

from datetime import timedelta
from typing import Any

import pytest

from services.alerter.adapters.weights import load_weights
from services.alerter.domain.news import NewFact
from services.alerter.domain.threads import Threader
from shared.messages import DocumentClassified
from tests.fakes.classified import SEEN, classified, event

pytestmark = pytest.mark.unit

FINED = "阿里健康大药房因违法发布广告被处罚"
LEAD = "阿里健康大药房因违法发布广告,被市场监管局处罚。"
Facts = list[tuple[str, str, str | None]]


def fine(
    revision: int, lead: str = LEAD, quote: str = "", facts: Facts | None = None, name: str = "fine", **more: Any
) -> DocumentClassified:
    one = event("enforcement_penalty", "completed", "alibaba_health", quote=quote or lead, facts=facts or [])
    return classified(name, FINED, one, lead=lead, revision=revision, **more)


def raised(
    revision: int, lead: str, facts: Facts | None = None, label: str = "investment_financing"
) -> DocumentClassified:
    one = event(label, "announced", "wedoctor", quote=lead, facts=facts or [])
    return classified("round", "WeDoctor raises money", one, lead=lead, revision=revision, language="en")


def news(*documents: DocumentClassified) -> list[tuple[str, str | None, str]]:
    """What the last of them adds."""
    threader = Threader(load_weights())
    found: tuple[NewFact, ...] = ()
    for document in documents:
        found = threader.take(document).news
    return [(fact.kind, fact.before, fact.after) for fact in found]


SUM = "WeDoctor raised $30 million in a round led by Qianjing Technology."


@pytest.mark.parametrize(
    ("after", "added"),
    [
        (
            fine(2, f"{LEAD}罚款45万元。", facts=[("amount", "450000", "CNY")]),
            [("amount", None, "450,000 CNY")],
        ),
        (
            fine(2, "阿里健康大药房因违法发布广告,被杭州市余杭区市场监管局处罚。",
                 facts=[("regulator", "杭州市余杭区市场监管局", None)]),
            [("regulator", None, "杭州市余杭区市场监管局")],
        ),
        (
            fine(2, f"{LEAD}决定自2026年12月1日起生效。", facts=[("effective_date", "2026-12-01", None)]),
            [("effective_date", None, "2026-12-01")],
        ),
    ],
    ids=["amount", "authority", "date"],
)  # fmt: skip
def test_what_a_revision_adds_is_told(after: DocumentClassified, added: list[tuple[str, str | None, str]]) -> None:
    assert news(fine(1), after) == added
    again = after.model_copy(update={"revision": 3, "title": f"{FINED}(更新)"})
    assert news(fine(1), after, again) == []


def test_an_update_adds_a_second_amount_and_a_party_to_the_first() -> None:
    first = raised(1, "WeDoctor raised $30 million.", [("amount", "30000000", "USD")])
    facts: Facts = [("amount", "30000000", "USD"), ("amount", "2000000000", "USD"), ("counterparty", "qianjing", None)]
    second = raised(2, "WeDoctor raised $30 million at a valuation of $2 billion, led by Qianjing.", facts)
    assert news(first, second) == [("amount", None, "2,000,000,000 USD"), ("counterparty", None, "qianjing")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (fine(1, f"{LEAD}罚款45万元。"), fine(2, f"{LEAD}罚款45万元。", facts=[("amount", "450000", "CNY")])),
        (fine(1, f"{LEAD}罚款45万元。"), fine(2, f"{LEAD}罚款450,000元。", facts=[("amount", "450000", "CNY")])),
        (
            fine(1, f"{LEAD}罚款45万元。", facts=[("amount", "450000", "CNY")]),
            fine(2, f"{LEAD}罚款约45.2万元。", facts=[("amount", "452000", "CNY")]),
        ),
        (
            raised(1, "WeDoctor raised HK$235 million.", [("amount", "235000000", "HKD")]),
            raised(2, "WeDoctor raised $30.1 million.", [("amount", "30100000", "USD")]),
        ),
        (
            raised(1, SUM.replace("logy", "lgy"), [("counterparty", "qianjing technolgy", None)]),
            raised(2, SUM, [("counterparty", "qianjing technology", None)]),
        ),
        (
            raised(1, SUM, [("counterparty", "qianjing", None)]),
            raised(2, SUM, [("counterparty", "qianjing technology", None)]),
        ),
        (
            fine(1, "国家药监局称,阿里健康大药房被罚。", entities=("regulator_nmpa",)),
            fine(2, "国家药监局说,阿里健康大药房被罚。", facts=[("regulator", "regulator_nmpa", None)]),
        ),
        (fine(1), fine(2, "因违法发布广告,阿里健康大药房受到市场监管局的处罚。")),
        (
            raised(1, "Revenue rose.", label="financial_results"),
            raised(2, "Revenue rose to $30 million.", [("amount", "30000000", "USD")], "financial_results"),
        ),
    ],
    ids=["found now", "written out", "rounded", "converted", "typo", "longer name", "entity", "reworded", "results"],
)
def test_what_is_only_worded_otherwise_is_not(before: DocumentClassified, after: DocumentClassified) -> None:
    assert news(before, after) == []


A, B = "甲药房因销售劣药被罚款45万元。", "乙药房因违法广告被罚款8万元。"


@pytest.mark.parametrize("in_roles", [True, False])
def test_a_list_in_another_order_is_not(in_roles: bool) -> None:
    first: Facts = [("amount", "450000", "CNY")] if in_roles else []
    second: Facts = [("amount", "80000", "CNY")] if in_roles else []
    assert news(fine(1, A + B, A, first), fine(2, B + A, B, second)) == []


def test_an_old_sentence_that_became_the_evidence_is_not() -> None:
    assert news(fine(1, LEAD + A, LEAD), fine(2, LEAD + A, A, [("counterparty", "某药房", None)])) == []


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        (("amount", "452000", "CNY"), ("amount", "453000", "CNY"), "453,000 CNY"),
        (("amount", "450000", "CNY"), ("amount", "500000", "CNY"), "500,000 CNY"),
        (("amount", "450000", "CNY"), ("amount", "450000", "HKD"), "450,000 HKD"),
        (("regulator", "江苏省药监局", None), ("regulator", "江西省药监局", None), "江西省药监局"),
        (("effective_date", "2026-12-01", None), ("effective_date", "2027-01-01", None), "2027-01-01"),
    ],
    ids=["a little", "much", "currency", "authority", "date"],
)
def test_what_was_wrong_is_corrected_and_told_once(
    was: tuple[str, str, str | None], now: tuple[str, str, str | None], said: str
) -> None:
    before, after = (fine(number, f"{LEAD}{number}", facts=[fact]) for number, fact in ((1, was), (2, now)))
    ((kind, _, right),) = news(before, after)
    assert (kind, right) == ("correction", said)


def test_what_another_outlet_told_already_is_not_told_again() -> None:
    amount: Facts = [("amount", "450000", "CNY")]
    other = fine(1, f"{LEAD}罚款45万元。", facts=amount, name="other", published=SEEN + timedelta(hours=2))
    late = fine(2, f"{LEAD}罚款45.1万元。", facts=[("amount", "451000", "CNY")])
    assert news(fine(1), other) == [("amount", None, "450,000 CNY")]
    assert news(fine(1), other, late) == []


def test_of_a_report_whose_text_is_forgotten_nothing_is_called_new() -> None:
    many = [fine(1, name=f"copy{number}") for number in range(20)]
    late = fine(2, f"{LEAD}罚款45万元。", facts=[("amount", "450000", "CNY")], name="copy5")
    assert news(*many, late) == []
