"""One line an event in both languages: every label and status has one, and nothing stands in it but the facts."""

import string
from itertools import product
from pathlib import Path

import pytest

from services.classifier.domain.line_rules import BY_AUTHORITY, CONCERNED, ON, PLAIN
from services.classifier.domain.line_words import BUYS, SELLS, STRATEGIC, TOGETHER
from services.classifier.domain.lines import line_of
from services.classifier.domain.naming import Called, Names
from shared.messages import EntityFound, EventFound, EventLine, Evidence, Fact, Mention
from shared.messages.classified import FactKind, Status
from shared.watch import LABELS, STATUSES, load_watchlist

pytestmark = pytest.mark.unit

NAMES = Names.of(load_watchlist(Path(__file__).parents[3] / "config" / "watchlist.yaml"))
SPELT = {
    "ant_group": ("蚂蚁集团", "Ant Group"),
    "haodf": ("好大夫在线", "Haodf"),
    "jd_health": ("京东健康", "京東健康", "JD Health"),
    "alibaba_health": ("阿里健康大药房", "阿里健康", "Alibaba Health"),
    "alipay_health": ("蚂蚁阿福",),
    "other": ("妙手医生", "YSB"),
    "regulator_nmpa": ("国家药监局",),
}
"""How the texts of these tests name the entities."""


def evidence(text: str, quote: str, place: int = 1) -> Evidence:
    start = text.index(quote)
    return Evidence(quote=quote, paragraph=place, start=start, end=start + len(quote))


def told(
    text: str,
    label: str,
    status: Status = "completed",
    facts: tuple[tuple[FactKind, str, str | None, str], ...] = (),
    elsewhere: tuple[Fact, ...] = (),
) -> EventLine:
    """The line of an event whose evidence is `text`, the first paragraph; the entities are those that it names."""
    entities = tuple(
        EntityFound(entity=entity, mentions=tuple(mention(text, name) for name in spelt if name in text)[:1])
        for entity, spelt in SPELT.items()
        if any(name in text for name in spelt)
    )
    event = EventFound(
        label=label,
        family=LABELS[label],
        status=status,
        entities=tuple(found.entity for found in entities),
        evidence=evidence(text, text),
        facts=tuple(
            Fact(kind=kind, value=value, unit=unit, evidence=evidence(text, quote))
            for kind, value, unit, quote in facts
        )
        + elsewhere,
        confidence=0.9,
    )
    return line_of(event, entities, NAMES)


def mention(text: str, name: str) -> Mention:
    start = text.index(name)
    return Mention(text=name, paragraph=1, start=start, end=start + len(name))


@pytest.mark.parametrize(("label", "status"), tuple(product(LABELS, STATUSES)))
@pytest.mark.parametrize(
    "text", ["京东健康有新消息。", "国家药监局有新消息。", "国家药监局谈到京东健康。", "一则消息。"]
)
def test_every_label_and_status_has_a_line_in_both_languages(text: str, label: str, status: Status) -> None:
    line = told(text, label, status)
    assert (line.label, line.status, line.citations) == (label, status, (1,))
    assert not set("{}") & set(line.zh + line.en)
    assert any("\u4e00" <= sign <= "\u9fff" for sign in line.zh)
    assert line.en.isascii()
    for entity, zh in (("京东健康", "京东健康"), ("国家药监局", "国家药监局")):
        assert (entity in text) == (zh in line.zh)
    assert ("京东健康" in text) == ("JD Health" in line.en)
    assert ("国家药监局" in text) == ("National Medical Products Administration" in line.en)


def test_no_two_statuses_of_a_label_read_the_same() -> None:
    tables = [*STRATEGIC.values(), *BY_AUTHORITY.values(), *CONCERNED.values(), *PLAIN.values(), BUYS, SELLS, TOGETHER]
    assert set(STRATEGIC) | set(CONCERNED) == set(LABELS)
    assert (set(BY_AUTHORITY), set(PLAIN)) == (set(CONCERNED), set(ON))
    for table in tables:
        assert set(table) == set(STATUSES)
        for side in (0, 1):
            assert len({words[side] for words in table.values()}) == len(STATUSES)


def test_both_sides_of_a_clause_have_the_same_slots() -> None:
    for table in (*STRATEGIC.values(), *BY_AUTHORITY.values(), *CONCERNED.values(), *PLAIN.values(), BUYS, SELLS):
        for zh, en in table.values():
            zh_slots, en_slots = (
                {slot for _, slot, _, _ in string.Formatter().parse(side) if slot} for side in (zh, en)
            )
            assert zh_slots == en_slots


def test_a_purchase_says_who_buys_whom_and_when_it_was_registered() -> None:
    line = told(
        "1月15日工商登记变更显示，蚂蚁集团已完成对好大夫在线的收购，作价2.06亿元。",
        "mergers_acquisitions",
        facts=(
            ("amount", "206000000", "CNY", "作价2.06亿元"),
            ("effective_date", "2026-01-15", None, "1月15日工商登记变更"),
        ),
    )
    assert line.zh == "蚂蚁集团完成收购好大夫在线；金额2.06亿元；2026年1月15日登记变更"
    assert line.en == (
        "Ant Group completed the acquisition of Haodf; amount: CNY 206 million; registry change of 15 January 2026"
    )


@pytest.mark.parametrize(
    ("text", "zh"),
    [
        ("好大夫在线被蚂蚁集团全资收购。", "蚂蚁集团完成收购好大夫在线"),
        ("蚂蚁集团收购了好大夫在线。", "蚂蚁集团完成收购好大夫在线"),
        ("Haodf was acquired by Ant Group.", "蚂蚁集团完成收购好大夫在线"),
        ("Ant Group bought a majority stake in Haodf.", "蚂蚁集团完成收购好大夫在线"),
        ("Ant Group completed the acquisition of Haodf.", "蚂蚁集团完成收购好大夫在线"),
        ("京东健康将药房出售给阿里健康。", "京东健康完成向阿里健康的出售"),
        ("JD Health sold a pharmacy to Alibaba Health.", "京东健康完成向阿里健康的出售"),
        ("蚂蚁集团放弃收购好大夫在线。", "蚂蚁集团、好大夫在线：并购交易已完成；原文提到终止或取消"),
        ("蚂蚁集团与好大夫在线的交易。", "蚂蚁集团、好大夫在线：并购交易已完成"),
    ],
)
def test_a_direction_is_told_only_where_the_text_says_it_plainly(text: str, zh: str) -> None:
    assert told(text, "mergers_acquisitions").zh == zh


@pytest.mark.parametrize(
    ("text", "en"),
    [
        ("阿里健康因广告违法被罚款45万元。", "Alibaba Health was penalised"),
        ("Alibaba Health was fined.", "Alibaba Health was penalised"),
        ("京东健康一商家处方来源不真实被罚。", "A penalty that concerns JD Health was imposed"),
        (
            "国家药监局对京东健康处以罚款。",
            "National Medical Products Administration: a penalty on JD Health was imposed",
        ),
    ],
)
def test_who_is_named_beside_a_penalty_is_not_called_penalised(text: str, en: str) -> None:
    assert told(text, "enforcement_penalty").en == en


def test_an_authority_named_beside_a_suit_does_not_act_in_it() -> None:
    line = told("一家药店就京东健康的平台起诉国家药监局。", "litigation_antitrust", "announced")
    assert "国家药监局：" not in line.zh
    assert line.en.startswith("A lawsuit or antitrust case that concerns JD Health and National Medical")


def test_a_name_known_in_one_language_stays_as_it_is_written() -> None:
    facts: tuple[tuple[FactKind, str, str | None, str], ...] = (("counterparty", "卓正医疗", None, "卓正医疗"),)
    line = told("京東健康與卓正医疗合作。", "partnership", "announced", facts)
    assert (line.zh, line.en) == ("京东健康与卓正医疗宣布合作", "JD Health and 卓正医疗 announced a partnership")
    assert told("妙手医生融资。", "investment_financing").en.startswith("妙手医生: ")
    assert told("YSB raised money.", "investment_financing").zh.startswith("药师帮：")
    local = told(
        "杭州市市场监督管理局公布规则。",
        "policy_guidance",
        facts=(("regulator", "杭州市市场监管局", None, "杭州市市场监督管理局"),),
    )
    assert local.en.startswith("杭州市市场监管局: ")


def test_titles_of_rules_and_watched_products_are_named() -> None:
    rule = told("国家药监局发布《药品网络销售监督管理办法》。", "policy_guidance", "announced")
    assert rule.zh == "国家药监局：政策法规已公布；《药品网络销售监督管理办法》"
    assert (
        told("蚂蚁阿福上线。", "product_launch").en == "Alipay Health launched a product or service; product: 蚂蚁阿福"
    )


def test_facts_of_other_paragraphs_are_cited() -> None:
    quote = Evidence(quote="国药监〔2026〕12号", paragraph=4, start=0, end=12)
    paper = Fact(kind="document_number", value="国药监〔2026〕12号", evidence=quote)
    far = Evidence(quote="公安部", paragraph=3, start=0, end=3)
    police = Fact(kind="regulator", value="ministry_of_public_security", evidence=far)
    line = told("京东健康被罚款。", "enforcement_penalty", elsewhere=(paper, police))
    assert line.citations == (1, 3, 4)
    assert line.zh == "京东健康被处罚；文号国药监〔2026〕12号；提及机构：公安部"
    assert line.en.endswith("; document 国药监〔2026〕12号; authority named: Ministry of Public Security")


def test_an_entry_of_many_companies_gives_none_of_them_its_name() -> None:
    assert NAMES.of_entity("peers_unlisted") is None
    assert NAMES.of_text("妙手医生") == Called("妙手医生", "妙手医生")
    assert NAMES.of_text("螞蟻集團").en == "Ant Group"
    assert NAMES.of_text("中信21世纪").en == "中信21世纪", "a former name is not today's company"


@pytest.mark.parametrize(
    ("title", "status", "zh", "citations"),
    [
        ("蚂蚁完成收购好大夫在线", "completed", "蚂蚁集团完成收购好大夫在线", (0, 1)),
        ("蚂蚁完成收购好大夫在线", "background", "背景：好大夫在线、蚂蚁集团的并购交易", (1,)),
        ("蚂蚁放弃收购好大夫在线", "completed", "好大夫在线、蚂蚁集团：并购交易已完成", (1,)),
        ("互联网医疗周报", "completed", "好大夫在线、蚂蚁集团：并购交易已完成", (1,)),
    ],
)
def test_who_buys_may_stand_in_the_title_which_is_cited_then(
    title: str, status: Status, zh: str, citations: tuple[int, ...]
) -> None:
    text = "好大夫在线完成股东变更，蚂蚁成为唯一股东。"
    entities = tuple(
        EntityFound(
            entity=entity,
            mentions=tuple(
                Mention(text=name, paragraph=place, start=where.index(name), end=where.index(name) + len(name))
                for place, where in enumerate((title, text))
                if name in where
            ),
        )
        for entity, name in (("haodf", "好大夫在线"), ("ant_group", "蚂蚁"))
    )
    event = EventFound(
        label="mergers_acquisitions",
        family="strategic_move",
        status=status,
        entities=("haodf", "ant_group"),
        evidence=evidence(text, text),
        confidence=0.9,
    )
    line = line_of(event, entities, NAMES, (title, text))
    assert (line.zh, line.citations) == (zh, citations)
