"""What a preview tells is said in the reader's language: each reason is asked of the alerter's own rules."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.alerter.domain.condition import Answer
from services.alerter.domain.inhibition import Gist, Inhibition, inhibited
from services.alerter.domain.routes import routes_of
from services.alerter.domain.routing import unwanted
from services.alerter.domain.silences import Matcher, Silence
from services.alerter.domain.subscriptions import Subscriptions
from services.portal.web.desk_words import Said
from services.portal.web.preview_words import namer, preview_said
from shared.watch.watchlist import load_watchlist
from tests.fakes.notices import filed

pytestmark = pytest.mark.unit

NAME = namer(
    {one.id: (one.name.zh, one.name.en) for one in load_watchlist(Path("config/watchlist.yaml")).entities}, "zh"
)
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def chinese(text: str) -> str:
    """What is said in Chinese, which must be known; in English it stays as it is."""
    assert text
    assert preview_said(text, "en", NAME) == Said(text)
    said = preview_said(text, "zh", NAME)
    assert not said.foreign, text
    return said.text


def why(when: dict[str, Any], answers: dict[str, Answer] | None = None, **more: Any) -> str:
    """Why a subscription refuses a draft rule about Ant Group."""
    one = {"name": "a", "channels": {"console": True}, "when": when, **more}
    (root,) = routes_of(Subscriptions.model_validate({"subscriptions": [one]}).subscriptions)
    return dict(unwanted(filed().document, root, answers))["a"]


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ({"importance": 5}, "重要性 3 低于 5"),
        ({"not": {"importance": 2}}, "排除条件：重要性 3 不低于 2"),
        ({"kinds": ["filing"]}, "文档类型是“政策文件”"),
        ({"not": {"kinds": ["policy"]}}, "排除条件：文档类型是“政策文件”"),
        ({"languages": ["en"]}, "语言是“简体中文”"),
        ({"not": {"languages": ["zh-Hans"]}}, "排除条件：语言是“简体中文”"),
        ({"sources": ["nmpa"]}, "来源是 nhsa"),
        ({"words": ["问诊", "drone"]}, "不含词语 问诊, drone"),
        ({"not": {"words": ["征求意见"]}}, "排除条件：含词语 征求意见"),
        ({"entities": ["jd_health"]}, "“政策法规”的主体是蚂蚁集团"),
        ({"not": {"entities": ["ant_group"]}}, "排除条件：“政策法规”的主体是蚂蚁集团"),
        ({"families": ["strategic_move"]}, "“政策法规”属于监管事件"),
        ({"not": {"families": ["regulatory_event"]}}, "排除条件：“政策法规”属于监管事件"),
        ({"labels": ["partnership"]}, "事件类别是“政策法规”"),
        ({"not": {"labels": ["policy_guidance"]}}, "排除条件：事件类别是“政策法规”"),
        ({"statuses": ["completed"]}, "“政策法规”的状态是“计划或草案”"),
        ({"not": {"statuses": ["planned"]}}, "排除条件：“政策法规”的状态是“计划或草案”"),
    ],
)
def test_what_a_rule_refuses(when: dict[str, Any], said: str) -> None:
    assert chinese(why(when)) == said


def test_what_was_asked_in_plain_words() -> None:
    asked = "价格下调; 或取消"
    assert (
        chinese(why({}, {asked: Answer(False, quote="价格不变")}, only_if=asked)) == f"条件“{asked}”不成立：“价格不变”"
    )
    assert chinese(why({}, {asked: Answer(False)}, only_if=asked)) == f"条件“{asked}”不成立"


def test_a_silence_and_what_inhibits() -> None:
    silence = Silence(7, Matcher(entity="ant_group"), NOW, "known; 已知 (x): y", "li", NOW)
    said = "静默 7（li 设置，至 2026-11-23 00:00 UTC；entity=ant_group）：known; 已知 (x): y"
    assert chinese(silence.words()) == said
    gist = Gist("t1", frozenset({"ant_group"}), frozenset({("partnership", "announced")}), 3)
    rule = {"same": "entity", "within": "1h30m", "suppress": {"importance": 4}}
    words = inhibited([Inhibition.model_validate(rule)], gist, [(NOW, gist)], NOW + timedelta(minutes=5))
    assert chinese(words) == (
        "2026-11-23 00:00 UTC 已发出同一公司的预警：合作（已宣布），重要性 3；1 小时30 分钟内不再发出"
    )


def test_one_after_the_other() -> None:
    assert chinese("label partnership; importance 3 is below 5") == "事件类别是“合作”；重要性 3 低于 5"
    assert chinese("they were told before") == "此前已经告知"
    assert chinese("no subscription is called a any more") == "订阅 a 已不存在"
    assert chinese("console is no channel of it any more") == "它不再发往 console"
    assert chinese("b, c stands before it and takes what it could") == "排在前面的 b, c 已全部取走"


@pytest.mark.parametrize(
    ("english", "said"),
    [("at once → digest", "立即 → 进入汇总"), ("held → at once, by another article", "延后 → 立即，经另一篇文章"),
     ("later", "更晚")],
)  # fmt: skip
def test_how_it_comes_otherwise(english: str, said: str) -> None:
    assert chinese(english) == said


def test_what_is_not_known_stays_english_and_is_marked() -> None:
    assert preview_said("the moon is full", "zh", NAME) == Said("the moon is full", foreign=True)
