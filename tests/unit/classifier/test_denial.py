"""Denials: who denies a deal alerts a denial, who completes a deal once denied alerts the deal. Invented reports."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.classifier.domain.article import Article
from services.classifier.domain.judge import Judge
from shared.messages.common import Published

pytestmark = pytest.mark.unit
CONFIG = Path(__file__).resolve().parents[3] / "config"
DEAL = "mergers_acquisitions"


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge.load(CONFIG)


def current(judge: Judge, title: str, *paragraphs: str) -> set[tuple[str, str]]:
    published = Published(at=datetime(2026, 3, 2, 9, tzinfo=UTC), precision="minute")
    judgement = judge.judge(Article(title, paragraphs, "en" if title.isascii() else "zh-Hans", published, None))
    return {(event.label, event.status) for event in judgement.events if event.status != "background"}


@pytest.mark.parametrize(
    ("title", "paragraphs"),
    [
        ("蚂蚁集团否认收购好大夫在线", ["蚂蚁集团否认正洽购好大夫在线，称传闻不实。"]),
        (
            "蚂蚁集团否认收购好大夫在线",
            ["蚂蚁集团周一否认正在收购好大夫在线，称相关报道不属实。", "好大夫在线未回应置评请求。"],
        ),
        (
            "蚂蚁集团否认收购好大夫在线",
            [
                "针对蚂蚁集团拟收购好大夫在线的市场传闻，蚂蚁集团相关负责人回应称，消息不实。",
                "此前有媒体报道称，蚂蚁集团正与好大夫在线洽谈收购事宜。",
            ],
        ),
        ("蚂蚁集团回应收购好大夫在线：消息不实", ["蚂蚁集团表示，网传公司将收购好大夫在线的说法子虚乌有。"]),
        (
            "蚂蚁集团否认已收购好大夫在线",
            ["3月1日，蚂蚁集团表示，有关公司已完成收购好大夫在线的报道不属实。"],
        ),
        ("阿里健康：没有收购平安好医生的计划", ["阿里健康公告称，公司并无收购平安好医生的计划，市场传闻不属实。"]),
        (
            "Ant Group denies plan to buy Haodf",
            ["Ant Group said on Monday it had no plan to buy the doctor platform Haodf, denying a media report."],
        ),
        (
            "Alibaba Health denies report of JD Health merger",
            ["Alibaba Health on Monday denied a report that it is in talks to merge with JD Health."],
        ),
        (
            "Reports of a JD Health takeover are untrue, Alibaba Health says",
            ["Alibaba Health said on Monday that reports of a takeover of JD Health were untrue."],
        ),
    ],
)
def test_a_denied_deal_is_denied_and_nothing_else(judge: Judge, title: str, paragraphs: list[str]) -> None:
    assert current(judge, title, *paragraphs) == {(DEAL, "denied")}


@pytest.mark.parametrize(
    ("title", "lead", "past"),
    [
        (
            "蚂蚁集团完成收购好大夫在线",
            "3月1日，好大夫在线完成工商变更，蚂蚁集团持股100%，成为唯一股东。",
            "此前，蚂蚁集团曾否认收购好大夫在线，称传闻不实。",
        ),
        (
            "蚂蚁集团完成收购好大夫在线",
            "曾否认收购好大夫在线的蚂蚁集团周一宣布，对好大夫在线的收购已完成交割。",
            "蚂蚁集团在2月26日否认收购好大夫在线，称传闻不实。",
        ),
        (
            "Ant Group completes acquisition of Haodf",
            "Ant Group completed its acquisition of Haodf on Monday, becoming sole shareholder.",
            "Ant Group had denied a plan to buy Haodf in December.",
        ),
    ],
)
def test_a_completed_deal_that_was_once_denied_stays_completed(judge: Judge, title: str, lead: str, past: str) -> None:
    assert current(judge, title, lead, past) == {(DEAL, "completed")}


def test_a_rumour_of_talks_is_a_rumour(judge: Judge) -> None:
    body = "知情人士称，蚂蚁集团正洽购好大夫在线，交易尚在早期。"
    assert current(judge, "传蚂蚁集团洽购好大夫在线", body, "双方均未置评。") == {(DEAL, "rumoured")}


def test_who_will_not_deny_denies_nothing(judge: Judge) -> None:
    body = "Ant Group is in talks to buy Haodf, people familiar said. Ant Group would not confirm or deny the talks."
    assert current(judge, "Ant Group in talks to buy Haodf - sources", body) == {(DEAL, "rumoured")}


def test_a_negated_verb_is_no_denial(judge: Judge) -> None:
    ended = current(
        judge, "阿里健康终止收购好大夫在线", "阿里健康公告，因条款未能达成一致，公司决定终止收购好大夫在线。"
    )
    assert ended == {(DEAL, "announced")}
    none = "国家药监局表示，目前没有批准任何第三方平台开展网售处方药试点，一张牌照也未发出。"
    assert current(judge, "国家药监局：未批准任何平台开展网售处方药试点", none) == set()


def test_a_denial_of_something_else_leaves_the_deal(judge: Judge) -> None:
    body = "阿里健康公告，公司已签署协议，以12亿元收购叮当健康全部股权，同时称有关裁员的传闻不实。"
    assert (DEAL, "announced") in current(judge, "阿里健康宣布收购叮当健康", body)
    assert (DEAL, "denied") not in current(judge, "阿里健康宣布收购叮当健康", body)
