"""Why an alert came: the route, each key that it sets, and what met it."""

from typing import Any

import pytest

from services.alerter.domain.routes import route_of
from services.alerter.domain.subscriptions import Subscription
from services.alerter.domain.why import wanted
from tests.fakes.classified import classified, event

pytestmark = pytest.mark.unit

NAMES = {"ant_group": ("蚂蚁集团", "Ant Group")}


def why(when: dict[str, Any], language: str = "zh-Hans", **more: Any) -> tuple[str, ...]:
    document = classified(
        "one", "蚂蚁集团收购好大夫在线", event("partnership", "planned", "ant_group", "haodf"), language=language
    )
    told = {"name": "strategy", "when": when, "channels": {"console": True}, **more}
    route = route_of(Subscription.model_validate(told))
    return wanted(route.children[0] if route.children else route, document, document.events, NAMES)


def test_every_key_that_is_set_says_what_met_it() -> None:
    when = {
        "entities": ["ant_group", "jd_health"], "families": ["strategic_move"], "labels": ["partnership"],
        "statuses": ["planned", "announced"], "importance": 2, "kinds": ["news"], "languages": ["zh-Hans"],
        "sources": ["test"], "words": ["收购", "退出"],
    }  # fmt: skip
    assert why(when) == (
        "主体 蚂蚁集团", "类别 战略动向", "标签 合作", "状态 计划或草案", "重要性 4 ≥ 2", "文体 news", "语言 zh-Hans",
        "来源 test", "词语 收购",
    )  # fmt: skip
    assert why({}) == ()


def test_a_route_below_a_subscription_is_named_with_its_way() -> None:
    below = [{"name": "deals", "when": {"importance": 3}}]
    assert why({}, "en", routes=below) == ("route strategy › deals", "importance 4 ≥ 3")
