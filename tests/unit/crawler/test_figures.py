"""Changed figures among repeats and cuts, and reprints whose words were replaced."""

import pytest

from services.crawler.domain.fingerprint import units
from services.crawler.domain.likeness import compare

pytestmark = pytest.mark.unit

CAPTION = "5月19日，候选人在首都的竞选总部发表胜选演讲。记者 李某 摄。"
TABLE = "Monday | Rest | " + " | Rest | ".join(f"{miles} miles (s)" for miles in (6, 6, 9, 6, 4)) + " | Rest"
REPORT = (
    "国家药品监督管理局周三公布新规，要求网络平台核对处方来源，并在首页公示经营许可。平台应当建立追溯体系，保存交易记录不少于5年，"
    "对违规商家及时下架。业内人士认为，规则将提高中小药店的成本，但有利于行业长期发展。多家企业表示正在调整流程。"
)
REWORDED = (
    REPORT.replace("要求", "明确").replace("首页", "显著位置").replace("建立", "设有")
    .replace("违规", "问题").replace("业内人士", "分析师").replace("长期", "健康")
    .replace("企业", "公司").replace("经营", "营业").replace("保存", "留存").replace("商家", "店铺")
    .replace("流程", "做法")
)  # fmt: skip
HEADER = "【编者按】以下内容转载自合作媒体，仅代表作者本人观点。"


def kind(one: str, other: str) -> str:
    return compare(units(one), units(other)).kind


@pytest.mark.parametrize("at", range(3))
def test_a_figure_that_changes_in_one_of_several_like_captions(at: int) -> None:
    captions = [CAPTION] * 3
    captions[at] = CAPTION.replace("19日", "18日")
    assert kind(CAPTION * 3, "".join(captions)) == "revised"
    assert kind(CAPTION * 3, CAPTION * 2) == "same"


@pytest.mark.parametrize("at", [i for i, character in enumerate(TABLE) if character.isdigit()])
def test_a_figure_that_changes_in_a_table_to_one_that_stands_there_too(at: int) -> None:
    assert kind(TABLE, TABLE[:at] + ("4" if TABLE[at] == "6" else "6") + TABLE[at + 1 :]) == "revised"


@pytest.mark.parametrize("cut", ["一季度收入1", "一季度收入1.", "一季度收入1.6"])
def test_a_number_cut_in_its_middle_under_a_header_is_no_change(cut: str) -> None:
    assert kind(REPORT + "公司公布一季度收入1.68亿元，净利润为0.3亿元。", HEADER + REPORT + "公司公布" + cut) == "same"


def test_a_number_near_the_end_but_whole_is_compared() -> None:
    assert kind(REPORT + "另处罚款50万元。", REPORT + "另处罚款500万元。") == "revised"


def test_a_numeral_does_not_go_on_in_the_next_paragraph() -> None:
    one, other = "It was founded in 2025\nOne of its owners said that all was well and growing.", "Advertisement"
    assert kind(one, one.replace("\n", f"\n{other}\n")) == "same"


def test_a_reworded_text_with_the_same_figures_is_a_reprint() -> None:
    assert kind(REPORT, REWORDED) == kind(REWORDED, REPORT) == "same"
    assert compare(units(REPORT), units(REWORDED)).reason.startswith("reworded")


@pytest.mark.parametrize(
    ("said", "instead"),
    [("5年", "3年"), ("应当", "不应当"), ("提高", "降低"), ("公司表示", "公司否认"), ("健康发展", "不健康发展")],
)
def test_a_reworded_text_that_says_otherwise_is_none(said: str, instead: str) -> None:
    assert said in REWORDED
    assert kind(REPORT, REWORDED.replace(said, instead)) != "same"
    assert kind(REWORDED.replace(said, instead), REPORT) != "same"


def test_half_of_a_reworded_text_is_no_reprint() -> None:
    assert kind(REPORT, REWORDED[: len(REWORDED) // 2]) == "different"


def test_what_an_article_says_twice_and_denies_once_is_no_change() -> None:
    one = REPORT + "他说平台未参与定价规则。记者追问，他说平台参与定价规则。"
    assert kind(one, REPORT + "记者追问，他说平台参与定价规则。") == "same"
    assert kind(one, one.replace("未参与", "参与")) == "revised"
