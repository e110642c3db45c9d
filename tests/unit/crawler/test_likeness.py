"""Reprints, revisions, digests and different articles."""

import pytest
from opencc import OpenCC

from services.crawler.domain.fingerprint import SHARED_WINNOWS, content_hash, keys, units
from services.crawler.domain.likeness import compare, other_names
from services.crawler.domain.revision import what_changed

pytestmark = pytest.mark.unit

STORY = (
    "示例健康科技股份有限公司周五晚间公告，公司已与东海省三家医院签署合作协议，将在未来两年内共同建设互联网医院平台。"
    "公告显示，协议总金额为2.06亿元，其中首期投入4500万元，预计于2027年3月前完成。公司表示，平台将接入医保在线结算，"
    "首批覆盖慢性病复诊与药品配送两项服务。分析人士认为，该合作不会对公司本年度业绩产生重大影响，但有助于其扩大在线下"
    "医疗机构中的份额。公司去年收入为128亿元，同比增长11.3%，净利润为9.1亿元。此前市场曾有传闻称公司将收购当地一家"
    "连锁药房，公司对此未予置评。"
)
ENGLISH = (
    "Sample Health said on Friday that it had signed agreements with three hospitals to build an internet hospital "
    "platform over the next two years. The agreements are worth 206 million yuan, of which 45 million will be invested "
    "first. The company has not commented on earlier reports that it would buy a chain of drugstores."
)
OTHER = (
    "国家药品监督管理部门近日就网络销售处方药发布通知，要求第三方平台履行审核义务，不得以赠品方式销售处方药，并自明年一月起"
    "对违规平台予以约谈。通知还要求各地建立追溯体系，对重点品种开展抽检。"
)


def alike(one: str, other: str) -> bool:
    shared = set(keys(units(one))) & set(keys(units(other)))
    return any(key & 1 == 0 for key in shared) or sum(key & 1 for key in shared) >= SHARED_WINNOWS


CHANGES = {
    "header and footer": "本报讯 记者 王某 某某财经 11月20日\n" + STORY + "\n责任编辑：李某 版权声明：转载请注明出处",
    "cut": STORY[: len(STORY) // 2],
    "traditional": OpenCC("s2t").convert(STORY),
    "full width": STORY.replace("2.06", "２.０６").replace("，", ","),
    "advertisement inside": STORY[:150] + "扫码下载客户端领取新人大礼包" + STORY[150:],
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_reprint_is_found_and_known(change: str) -> None:
    assert alike(STORY, CHANGES[change])
    assert compare(units(STORY), units(CHANGES[change])).kind == "same"


@pytest.mark.parametrize(
    "changed",
    [
        STORY.replace("2.06亿", "2.60亿"),
        STORY.replace("2027年", "2028年"),
        STORY.replace("11.3%", "-11.3%").replace("11.3", "13.1"),
        STORY.replace("公司已与", "公司未与"),
        STORY.replace("平台将接入", "平台将不接入"),
    ],
)
def test_a_changed_figure_or_a_negation_is_no_reprint(changed: str) -> None:
    assert alike(STORY, changed)
    assert compare(units(STORY), units(changed)).kind == "revised"


NOTICE = (
    "日前，国家市场监督管理总局对{company}作出行政处罚决定。经查，{company}通过互联网平台销售未取得药品注册证书的药品，违反了药品管理法的"
    "有关规定，依法没收违法所得，并处罚款{fine}万元。总局{decision}其复议申请，并就网络销售办法{stage}作出说明，该公司{post}了新的"
    "负责人，第{quarter}季度收入{way}{share}成，后续将继续开展专项整治。"
)
SAID = {
    "company": "阿里健康", "fine": "五十", "decision": "批准", "stage": "草案", "post": "任命", "quarter": "一",
    "way": "增长", "share": "两",
}  # fmt: skip
APPROVED = (
    "The State Administration for Market Regulation has approved the draft terms of the acquisition by Sample Health, "
    "the regulator announced in a statement on its website. The deal would combine the online pharmacy business of the "
    "first party with a hospital software maker for 45 million yuan. Rivals were watching closely."
)


@pytest.mark.parametrize(
    ("part", "changed"),
    [
        ("fine", "五百"),
        ("decision", "驳回"),
        ("stage", "正式稿"),
        ("post", "解聘"),
        ("quarter", "二"),
        ("way", "下降"),
        ("share", "三"),
    ],
)
def test_a_changed_numeral_or_contrary_word_is_no_reprint_and_a_revision(part: str, changed: str) -> None:
    one, other = NOTICE.format(**SAID), NOTICE.format(**{**SAID, part: changed})
    assert compare(units(one), units(other)).kind == "revised"
    assert compare(units(other), units("某某财经讯 " + one + "责任编辑 李某")).kind == "revised"
    assert what_changed("通报", [one], "通报", [other])


@pytest.mark.parametrize(
    ("word", "contrary"),
    [("approved", "blocked"), ("draft", "final"), ("announced", "denied"), ("first", "second"), ("million", "billion")],
)
def test_english_contrary_words_and_numerals(word: str, contrary: str) -> None:
    other = APPROVED.replace(word, contrary)
    assert compare(units(APPROVED), units(other)).kind == "revised"
    assert what_changed("t", [APPROVED], "t", [other])


def test_a_word_of_the_same_side_is_style() -> None:
    assert compare(units(NOTICE.format(**SAID)), units(NOTICE.format(**{**SAID, "post": "委任"}))).kind == "same"


@pytest.mark.parametrize("cut", range(60, 150, 7))
def test_reprints_with_numerals_and_turning_words_stay_reprints(cut: int) -> None:
    notice = NOTICE.format(**SAID)
    for reprint in (
        notice[:cut],
        notice[-cut:],
        OpenCC("s2t").convert(notice),
        "某社十一月二日电 " + notice + " 通过审核",
    ):
        assert compare(units(notice), units(reprint)).kind == "same"


def test_a_number_longer_beside_another_name_is_another_number() -> None:
    one, other = STORY.replace("总金额为2.06亿", "阿里健康罚款50"), STORY.replace("总金额为2.06亿", "京东方圆罚款500")
    assert compare(units(one), units(other)).kind == "revised"


@pytest.mark.parametrize(
    ("one", "length", "other", "other_length", "may_be_one"),
    [
        (["a"], 100, ["a"], 100, True),
        (["a", "r"], 100, ["b", "r"], 300, False),
        (["a"], 100, ["a", "b"], 100, False),
        (["a"], 100, ["a", "b"], 130, True),
        (["a", "b"], 130, ["a"], 100, True),
        (["a", "b"], 100, ["a"], 130, False),
        ([], 100, [], 200, True),
    ],
)
def test_texts_on_other_parties_are_no_reprints(
    one: list[str], length: int, other: list[str], other_length: int, may_be_one: bool
) -> None:
    assert bool(other_names(one, length, other, other_length)) is not may_be_one


def test_english_negations() -> None:
    assert compare(units(ENGLISH), units(ENGLISH.replace("has not commented", "has commented"))).kind == "revised"
    assert compare(units(ENGLISH), units(ENGLISH.replace("45 million", "54 million"))).kind == "revised"
    assert compare(units(ENGLISH), units("Reuters. " + ENGLISH)).kind == "same"


def test_another_article_is_different() -> None:
    assert compare(units(STORY), units(OTHER)).kind == "different"
    assert not alike(STORY, OTHER)


def test_an_item_of_a_digest_is_no_reprint_of_it() -> None:
    digest = OTHER + STORY[:120] + ENGLISH * 2 + OTHER[::-1]
    assert compare(units(STORY[:120]), units(digest)).kind == "digest"


@pytest.mark.parametrize("text", ["", "。", "Минздрав утвердил правила дистанционной продажи лекарств", "ราคา", "7"])
def test_every_script_has_units_and_nothing_breaks(text: str) -> None:
    found = units(text)
    assert bool(found) == any(character.isalnum() for character in text)
    assert bool(keys(found)) == bool(found)
    compare(found or ["x"], units(STORY))


def test_keys_are_signed_64_bit_and_stable() -> None:
    found = keys(units(STORY))
    assert all(-(2**63) <= key < 2**63 for key in found)
    assert found == keys(units(STORY))
    assert sum(key & 1 == 0 for key in found) == 42


def test_typing_is_no_change() -> None:
    assert content_hash("标题", [STORY]) == content_hash("標題", [STORY.replace("，", ", "), ""])
    assert content_hash("标题", [STORY]) != content_hash("标题", [STORY.replace("4500", "4600")])


@pytest.mark.parametrize(
    ("title", "text", "changed"),
    [
        ("标题", STORY, False),
        ("标题", STORY + "\n扫码下载客户端", False),
        ("标题", STORY.replace("4500", "5400"), True),
        ("标题更正", STORY, True),
        ("标题", STORY + "\n" + OTHER, True),
        ("标题", OTHER, True),
        ("标题", STORY.replace("未予置评", "予以否认"), True),
    ],
)
def test_a_revision_says_something_else(title: str, text: str, changed: bool) -> None:
    assert bool(what_changed("标题", [STORY], title, text.split("\n"))) is changed
