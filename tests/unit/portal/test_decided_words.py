"""What was decided is said in the reader's language: each reason is asked of the alerter's own rules."""

from datetime import UTC, datetime, timedelta
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest
import yaml

from services.alerter.adapters.weights import load_weights
from services.alerter.application.hold import placed_words
from services.alerter.application.hold_ports import Filed
from services.alerter.application.interest import Interest
from services.alerter.application.take_in import _why
from services.alerter.domain.inhibition import Gist
from services.alerter.domain.new_fact import NewFact
from services.alerter.domain.rhythm import Rhythm
from services.alerter.domain.routing import no_alert
from services.alerter.domain.schedule import Past, Placed, place
from services.alerter.domain.silences import Matcher, Silence
from services.alerter.domain.threads import Decision
from services.alerter.domain.wording import new_fact_words
from services.portal.web.decided_words import decided_said
from services.portal.web.desk_words import Said
from services.portal.web.preview_words import namer
from tests.fakes.classified import classified, event

pytestmark = pytest.mark.unit
NAME = namer({"ant_group": ("蚂蚁集团", "Ant Group")}, "zh")
NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def chinese(outcome: str, reason: str) -> str:
    """What is said in Chinese, which must be known; in English it stays as it is."""
    assert decided_said(outcome, reason, "en", NAME) == (Said(f"{outcome}: {reason}"),)
    (said,) = decided_said(outcome, reason, "zh", NAME)
    assert not said.foreign, reason
    return said.text


def placed(rhythm: str, now: datetime = NOON, past: Past | None = None, silence: Silence | None = None) -> Placed:
    gist = Gist("new", frozenset({"ant_group"}), frozenset({("partnership", "announced")}), 3)
    return place((1, gist), Rhythm.model_validate(yaml.safe_load(rhythm)), BERLIN, past or Past(), silence, now)


def words(*where: Placed) -> str:
    return placed_words([Filed(one) for one in where], "strategy")


QUIET = 'quiet_hours: [{from: "22:00", to: "07:30"}]'


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ((), "已发往 strategy 的 0 个渠道"),
        ((Placed("due"), Placed("due")), "已发往 strategy 的 2 个渠道"),
        ((placed("mode: digest"),), "strategy 的 1 个渠道进入汇总：订阅要求汇总"),
        ((placed(QUIET, NIGHT),), "strategy 的 1 个渠道延后：安静时段，至 2026-11-24 07:30:00 CET"),
        ((placed("{budget: 0}"),), "strategy 的 1 个渠道进入汇总：团队 2026-11-23 的 0 条即时预警已用完"),
        ((placed("group: 15m"),), "strategy 的 1 个渠道延后：15 分钟内合并发出，至 2026-11-23 12:15:00 CET"),
        (
            (placed("throttle: {most: 1, per: 1h30m}", past=Past(sent=(NOON,))),),
            "strategy 的 1 个渠道延后：1 小时30 分钟内至多 1 条，至 2026-11-23 13:30:00 CET",
        ),
        (
            (placed("{}", past=Past(waits_until=NOON + timedelta(minutes=5))),),
            "strategy 的 1 个渠道延后：与等待中的一起发出，至 2026-11-23 12:05:00 CET",
        ),
        (
            (placed("group: 3h\n" + QUIET, NIGHT - timedelta(hours=2)),),
            "strategy 的 1 个渠道延后：3 小时内合并发出，再等安静时段结束，至 2026-11-24 07:30:00 CET",
        ),
    ],
)
def test_where_alerts_went(where: tuple[Placed, ...], said: str) -> None:
    assert chinese("alerted", words(*where)) == f"已发出：{said}"


def test_several_ways_and_a_silence_whose_reason_holds_every_sign() -> None:
    silence = Silence(7, Matcher(entity="ant_group"), NOON + timedelta(days=1), "已知; 见: x · y", "li", NOON)
    both = words(Placed("due"), placed("mode: digest"), placed("{}", silence=silence))
    assert chinese("alerted", both) == (
        "已发出：已发往 strategy 的 1 个渠道；strategy 的 1 个渠道进入汇总：订阅要求汇总；strategy 的 1 个渠道未发出："
        "静默 7（li 设置，至 2026-11-24 11:00 UTC；entity=ant_group）：已知; 见: x · y"
    )


@pytest.mark.parametrize("kind", get_args(NewFact.model_fields["kind"].annotation))
def test_what_is_new(kind: Any) -> None:
    fact = NewFact(kind=kind, label="partnership", before="rumoured", after="denied", quote="x")
    told = f"{new_fact_words(fact, 'en')}; {words(Placed('due'))}"
    assert chinese("updated", told) == f"已更新：{new_fact_words(fact, 'zh-Hans')}；已发往 strategy 的 1 个渠道"


def test_why_nobody_wants_it() -> None:
    unwanted = {"big": "importance 3 is below 5", "法务": "label partnership; no current event"}
    told = f"no subscription wants it: {Interest((), unwanted).refusals}"
    assert (
        chinese("suppressed", told)
        == "未发出：没有订阅需要它（big：重要性 3 低于 5；法务：事件类别是“合作”；没有当前事件）"
    )
    assert chinese("suppressed", "no subscription wants it: ") == "未发出：没有订阅需要它"


def test_what_never_alerts() -> None:
    history = classified("a", "x", event("partnership", "background", "ant_group"))
    for document, said in (
        (history, "仅为背景：只作为历史提及：合作"),
        (classified("a", "x"), "没有事件：没有讲述事件"),
        (history.model_copy(update={"kind": "market_note"}), "行情短讯：行情短讯本身从不发出"),
        (history.model_copy(update={"relevant": False, "relevance_reasons": ()}), "不相关：与关注对象无关"),
    ):
        quiet = no_alert(document)
        assert quiet is not None
        assert chinese(str(quiet.reason), quiet.detail) == said


def test_every_sign_by_which_it_joined_a_thread() -> None:
    weights = load_weights()
    for sign in weights.weights:
        (reason,) = weights.model_copy(update={"weights": {sign: 1.0}}).reasons({sign: 1.0})
        assert chinese("joined", f"nothing new: {_why(Decision(None, 1.0, (reason,)))}").startswith(
            "并入话题：没有新内容："
        )
    follows = ("follow_up of partnership", "retells partnership, leadership")
    assert chinese("joined", f"nothing new: {_why(Decision(None, 1.0, follows))}") == (
        "并入话题：没有新内容：“合作”的后续，重述“合作、人事变动”"
    )


def test_what_is_not_known_stays_english_and_is_marked() -> None:
    assert decided_said("irrelevant", "company:weak; x", "zh", NAME) == (
        Said("不相关"), Said("company:weak; x", foreign=True),
    )  # fmt: skip
    assert decided_said("alerted", "", "zh", NAME) == (Said("已发出"),)
    assert decided_said("moonlit", "", "zh", NAME) == (Said("moonlit", foreign=True),)
