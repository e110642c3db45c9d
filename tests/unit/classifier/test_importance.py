"""The levels of the table, row by row."""

import pytest

from services.classifier.domain.importance import CIRCLES, Importance, of_document, weigh
from shared.messages import EventFound, Evidence, Fact
from shared.messages.classified import Family, Status
from shared.watch.taxonomy import LABELS

pytestmark = pytest.mark.unit


def event(
    label: str,
    entities: tuple[str, ...] = (),
    status: Status = "announced",
    quote: str = "某事",
    amount: str | None = None,
) -> EventFound:
    family: Family = LABELS[label]
    evidence = Evidence(quote=quote, paragraph=0, start=0, end=len(quote))
    facts = (Fact(kind="amount", value=amount, unit="CNY", evidence=evidence),) if amount else ()
    return EventFound(
        label=label, family=family, status=status, entities=entities, evidence=evidence, facts=facts, confidence=1.0
    )


def level(told: EventFound, title: str = "") -> int:
    return weigh(told, title, told.evidence.quote, CIRCLES).level


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (event("mergers_acquisitions", ("alibaba_health",), quote="控股权出售"), 5),
        (event("leadership", ("alibaba_health",), quote="委任首席执行官"), 5),
        (event("leadership", ("jd_health",), quote="委任首席执行官"), 4),
        (event("leadership", ("jd_health",), quote="委任副总裁"), 2),
        (event("investigation", ("alibaba_health", "regulator_samr"), "completed"), 5),
        (event("license_approval", ("jd_health", "regulator_nmpa"), quote="吊销许可证"), 5),
        (event("license_approval", ("jd_health", "regulator_nmpa"), quote="获得许可证"), 3),
        (event("policy_guidance", ("regulator_nmpa",), quote="禁止网络销售注射剂"), 5),
        (event("policy_guidance", ("regulator_nmpa",), "planned", "公布管理办法征求意见稿"), 4),
        (event("financial_results", ("ping_an_good_doctor",), quote="发盈利预警"), 4),
        (event("enforcement_penalty", ("other",), "completed", "罚款", "1200000"), 4),
        (event("enforcement_penalty", ("alibaba_health",), "completed", "罚款", "450000"), 3),
        (event("enforcement_penalty", ("other",), "completed", "罚款", "12000"), 2),
        (event("enforcement_penalty", ("other",), "completed", "罚款", "1000000"), 2),
        (event("mergers_acquisitions", ("jd_health",), amount="800000000"), 4),
        (event("mergers_acquisitions", ("jd_health",), amount="8000000"), 3),
        (event("reimbursement", ("alipay_health",), quote="全国上线医保支付"), 5),
        (event("reimbursement", ("jd_health",), quote="全国上线医保支付"), 4),
        (event("financial_results", ("jd_health",)), 3),
        (event("partnership", ("jd_health",), quote="与一家医院签约"), 2),
        (event("partnership", ("jd_health",), quote="达成战略合作"), 3),
        (event("partnership", ("alibaba_health",), quote="与一家医院签约"), 3),
        (event("policy_guidance", ("other",), quote="浙江省卫健委印发细则"), 3),
        (event("policy_guidance", ("other",), quote="市卫健委印发通知"), 2),
        (event("product_launch", ("other",)), 2),
    ],
)
def test_levels(told: EventFound, expected: int) -> None:
    assert level(told) == expected


def test_rumour_and_denial_count_one_less_and_the_draft_of_a_rule_does_not() -> None:
    for status in ("rumoured", "denied"):
        assert level(event("mergers_acquisitions", ("jd_health",), status)) == 2
    assert level(event("policy_guidance", ("regulator_nmpa",), "planned", "管理办法")) == 4


def test_background_is_one_and_a_party_acted_upon_gets_no_more() -> None:
    assert level(event("leadership", ("alibaba_health",), "background", "首席执行官离任")) == 1
    first = weigh(event("enforcement_penalty", ("alibaba_health",)), "", "", CIRCLES)
    peer = weigh(event("enforcement_penalty", ("jd_health",)), "", "", CIRCLES)
    assert first == peer == Importance(3, ("names a watched company: 3",))


def test_every_label_has_a_row_for_everybody_and_levels_stay_within_bounds() -> None:
    for label in LABELS:
        for entities in ((), ("alibaba_health",), ("jd_health", "regulator_nmpa"), ("unheard_of",)):
            weighed = weigh(event(label, entities), "", "某事", CIRCLES)
            assert 1 <= weighed.level <= 5
            assert "no row" not in weighed.parts[0]


def test_a_document_counts_as_its_weightiest_event() -> None:
    weights = [Importance(2, ()), Importance(4, ())]
    assert of_document(True, "news", weights) == 4
    assert of_document(True, "news", []) == 1
    assert of_document(False, "news", weights) == 1
    assert of_document(True, "market_note", weights) == 1


def test_a_national_authority_named_beside_the_quote_makes_a_national_rule_and_a_local_one_beside_it_does_not() -> None:
    told = event("policy_guidance", quote="管理办法正式发布")
    named = [Fact(kind="regulator", value=value, evidence=told.evidence) for value in ("regulator_nmpa", "某市医保局")]
    assert level(told) == 2
    assert level(told.model_copy(update={"facts": (named[0],)})) == 4
    assert level(told.model_copy(update={"facts": tuple(named)})) == 2
