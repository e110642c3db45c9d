"""Figures and names in their roles, each with the words that say so."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.classifier.domain.facts import facts_of
from shared.messages import EventFound, Evidence, Fact, Published
from shared.messages.common import Language
from shared.watch.fold import fold

pytestmark = pytest.mark.unit

DAY = Published(at=datetime(2026, 11, 22, tzinfo=UTC), precision="day")


def facts(
    label: str,
    *places: str,
    quote: str | None = None,
    language: Language = "zh-Hans",
    published: Published | None = DAY,
) -> tuple[Fact, ...]:
    """The facts of an event of `label`, quoted by the first place after the title unless `quote` says where."""
    texts = ("标题", *places)
    wanted = quote or places[0]
    number = next(index for index, text in enumerate(texts) if wanted in text)
    start = texts[number].index(wanted)
    regulatory = label in ("enforcement_penalty", "policy_guidance", "license_approval", "litigation_antitrust")
    event = EventFound(
        label=label,
        family="regulatory_event" if regulatory else "strategic_move",
        status="announced",
        evidence=Evidence(quote=wanted, paragraph=number, start=start, end=start + len(wanted)),
        confidence=1.0,
    )
    found = facts_of(event, texts, [fold(text) for text in texts], published, language)
    for fact in found:
        evidence = fact.evidence
        assert texts[evidence.paragraph][evidence.start : evidence.end] == evidence.quote
    return found


def values(found: tuple[Fact, ...], kind: str) -> list[Any]:
    return [(fact.value, fact.unit) if fact.unit else fact.value for fact in found if fact.kind == kind]


@pytest.mark.parametrize(
    ("label", "text", "value", "unit"),
    [
        ("enforcement_penalty", "公司被罚没款项合计2.06亿元。", "206000000", "CNY"),
        ("enforcement_penalty", "平台被罚款45万元。", "450000", "CNY"),
        ("enforcement_penalty", "责令停发、罚款0.20万元。", "2000", "CNY"),
        ("investment_financing", "公司配售新股集资逾三千万港元。", "30000000", "HKD"),
        ("investment_financing", "完成一亿二千万元融资。", "120000000", "CNY"),
        ("investment_financing", "获得20多亿元投资。", "2000000000", "CNY"),
        ("mergers_acquisitions", "以38亿港元收购该业务。", "3800000000", "HKD"),
        ("mergers_acquisitions", "It agreed to buy the firm for HK$1.2 billion.", "1200000000", "HKD"),
        ("mergers_acquisitions", "It acquired the firm in a 10-billion-yuan deal.", "10000000000", "CNY"),
        ("financial_results", "Revenue was RMB7,334 million.", "7334000000", "CNY"),
        ("financial_results", "营收为1.5万亿元人民币。", "1500000000000", "CNY"),
        ("enforcement_penalty", "The seller was fined $3.4m.", "3400000", "USD"),
    ],
)
def test_amounts_have_value_and_currency(label: str, text: str, value: str, unit: str) -> None:
    assert values(facts(label, text), "amount") == [(value, unit)]


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("enforcement_penalty", "该平台市值约200亿元,当日被查。"),
        ("enforcement_penalty", "公司被罚。去年收入200亿元。"),
        ("investment_financing", "公司获投资,估值超过50亿美元。"),
        ("investment_financing", "公司今起招股,每股70.58港元。"),
        ("investment_financing", "公司获数千万元融资。"),
        ("investment_financing", "公司2026年12月完成融资。"),
        ("investment_financing", "It raised money from 12 investors in 2026."),
        ("leadership", "他管理的业务收入200亿元。"),
    ],
)
def test_a_number_without_the_role_is_no_amount(label: str, text: str) -> None:
    assert values(facts(label, text), "amount") == []


def test_the_same_amount_in_another_currency_counts_once() -> None:
    assert values(facts("investment_financing", "拟筹资约5亿美元(约39亿港元)。"), "amount") == [("500000000", "USD")]


def test_a_bare_yuan_in_traditional_script_has_no_known_currency() -> None:
    assert values(facts("enforcement_penalty", "公司被罰款45萬元。", language="zh-Hant"), "amount") == ["450000"]


@pytest.mark.parametrize(
    ("label", "text", "expected"),
    [
        ("mergers_acquisitions", "收购其百分之十二的股权。", ("12", "%")),
        ("mergers_acquisitions", "买入51.5%股权。", ("51.5", "%")),
        ("mergers_acquisitions", "It bought a stake of 12 percent.", ("12", "%")),
        ("financial_results", "毛利率同比升3.5个百分点。", ("3.5", "pp")),
        ("financial_results", "收入同比增12％。", ("12", "%")),
        ("organization", "公司将裁员两成,即20%的员工。", ("20", "%")),
    ],
)
def test_percentages(label: str, text: str, expected: tuple[str, str]) -> None:
    assert values(facts(label, text), "percentage") == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("被广州市黄埔区市场监督管理局罚款。", ["广州市黄埔区市场监管局"]),
        ("國家藥監局對其罰款。", ["regulator_nmpa"]),
        ("The National Medical Products Administration fined it.", ["regulator_nmpa"]),
        ("The firm was fined by the Hangzhou Administration for Market Regulation.", True),
        ("公司被罚。", []),
    ],
)
def test_regulators(text: str, expected: Any) -> None:
    found = values(facts("enforcement_penalty", text), "regulator")
    assert bool(found) if expected is True else found == expected


def test_a_strategic_move_has_no_regulator() -> None:
    assert values(facts("partnership", "与国家药监局同日,公司与甲医院签约。"), "regulator") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("处罚决定书杭市监罚决〔2026〕0128号显示,公司被罚。", "杭市监罚决〔2026〕0128号"),
        ("根据国药监（2026）12号,该规定施行。", "国药监〔2026〕12号"),
        ("(2017)京0108民初33533号判决书判其赔偿。", "(2017)京0108民初33533号"),
    ],
)
def test_document_numbers(text: str, expected: str) -> None:
    assert values(facts("policy_guidance", text), "document_number") == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("办法自2026年1月1日起施行。", ["2026-01-01"]),
        ("办法將於12月1日正式實施。", ["2026-12-01"]),
        ("新规1月15日起执行。", ["2027-01-15"]),
        ("The rules take effect on 1 December 2026.", ["2026-12-01"]),
        ("The rules, effective January 15, 2027, say so.", ["2027-01-15"]),
        ("办法于2026年1月1日发布。", []),
        ("办法自2026年13月1日起施行。", []),
    ],
)
def test_dates_of_effect(text: str, expected: list[str]) -> None:
    assert values(facts("policy_guidance", text), "effective_date") == expected


def test_a_date_without_a_year_needs_the_day_of_the_article() -> None:
    assert values(facts("policy_guidance", "新规1月15日起执行。", published=None), "effective_date") == []


@pytest.mark.parametrize(
    ("label", "text", "expected"),
    [
        ("partnership", "阿里健康与美年健康达成战略合作。", ["美年健康"]),
        ("partnership", "京东健康攜手賽諾菲簽署協議。", ["赛诺菲"]),
        ("partnership", "JD Health signed an agreement with Pfizer China.", ["pfizer china"]),
        ("partnership", "公司与多家医院签约。", []),
        ("mergers_acquisitions", "公司收购长沙珂信肿瘤医院51%股权。", ["长沙珂信肿瘤医院"]),
        ("mergers_acquisitions", "Ant Group has acquired Haodf.", ["haodf"]),
        ("investment_financing", "本轮由山东国投领投。", ["山东国投"]),
        ("litigation_antitrust", "Yangtianhe sued Alihealth in January.", ["alihealth"]),
    ],
)
def test_counterparties(label: str, text: str, expected: list[str]) -> None:
    assert values(facts(label, text), "counterparty") == expected


def test_the_sentence_comes_before_the_paragraph() -> None:
    text = "去年公司被罚款10万元。如今公司又被罚款45万元。"
    assert values(facts("enforcement_penalty", text, quote="如今公司又被罚款45万元"), "amount") == [("450000", "CNY")]
    later = "公司被罚。罚款45万元。"
    assert values(facts("enforcement_penalty", later, quote="公司被罚"), "amount") == [("450000", "CNY")]


def test_an_event_of_the_title_looks_into_the_first_paragraph_only() -> None:
    found = facts("enforcement_penalty", "公司被罚款45万元。", "他公司被罚款99万元。", quote="标题")
    assert values(found, "amount") == [("450000", "CNY")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("好大夫在线的运营主体11月15日完成股东变更，蚂蚁集团收购完成。", ["2026-11-15"]),
        ("蚂蚁集团收购好大夫在线，2025年1月15日办理变更登记。", ["2025-01-15"]),
        ("蚂蚁集团收购好大夫在线，工商变更日期为2025年1月15日。", ["2025-01-15"]),
        ("11月15日，天眼查显示，蚂蚁集团收购的好大夫在线发生工商变更。", []),
        ("Ant Group acquired Haodf; the shareholder registration was changed on November 15.", ["2026-11-15"]),
        ("Ant Group acquired Haodf, with a registry change of 15 January 2025.", ["2025-01-15"]),
    ],
)
def test_a_deal_takes_effect_when_the_registry_is_changed(text: str, expected: list[str]) -> None:
    assert values(facts("mergers_acquisitions", text), "effective_date") == expected
    assert values(facts("partnership", text), "effective_date") == []
