"""Reprints, revisions, digests and different articles."""

import pytest
from opencc import OpenCC

from services.crawler.domain.fingerprint import SHARED_WINNOWS, content_hash, keys, units
from services.crawler.domain.likeness import compare
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
