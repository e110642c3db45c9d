"""Every channel shows a reader of the other language what happened, and the key points that rights allow."""

from collections.abc import Callable
from email import message_from_bytes, policy
from typing import Any

import pytest

from services.alerter.channels.mail_message import compose
from services.alerter.channels.slack_blocks import blocks
from services.alerter.domain.content import Alert, alert_for
from services.alerter.domain.presentation import plain_text, present
from services.alerter.domain.routes import route_of
from services.alerter.domain.routing import Match
from services.alerter.domain.subscriptions import Subscription
from tests.fakes.alerts import alert
from tests.fakes.classified import SEEN, classified, event

pytestmark = pytest.mark.contract

ZH, EN = "蚂蚁集团完成收购好大夫在线", "Ant Group completed the acquisition of Haodf"
LINES = [
    {"label": "mergers_acquisitions", "status": "completed", "zh": ZH, "en": EN, "citations": [1, 2]},
    {"label": "leadership", "status": "background", "zh": "背景：人事", "en": "Background: people", "citations": [3]},
]
POINTS = [
    {"group": "deal", "points": [{"text": "持股比例达到100%", "citations": [2]}]},
    {
        "group": "background",
        "points": [{"text": "2021年曾获融资。", "citations": [3]}, {"text": "更早。", "citations": [3]}],
    },
]


def told(language: str = "zh-Hans", **more: Any) -> Alert:
    """The alert of an article with lines and points, for its first event."""
    now = event("mergers_acquisitions", "completed", "ant_group")
    fields: dict[str, Any] = {"lines": LINES, "points": POINTS} | more
    document = classified("one", "收购", now, event("leadership", "background", "haodf"), language=language, **fields)
    subscription = Subscription.model_validate({"name": "strategy", "channels": {"console": True}})
    match = Match(subscription=route_of(subscription), events=document.events[:1])
    return alert_for(document, match, "console", ("thread", 1), (), {}, update=False)


def mail(kind: str) -> Callable[[Alert], str]:
    """One part of a mail."""

    def part(shown: Alert) -> str:
        raw = compose(shown, "a@b.example", "c@d.example", "<1@x>", SEEN)
        body = message_from_bytes(raw, policy=policy.default).get_body((kind,))
        assert body is not None
        return str(body.get_content())

    return part


CHANNELS: dict[str, Callable[[Alert], str]] = {
    "console": lambda shown: plain_text(present(shown, SEEN)),
    "mail": mail("plain"),
    "page": mail("html"),
    "slack": lambda shown: repr(blocks(present(shown, SEEN))),
}


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize(("language", "line"), [("zh-Hans", EN), ("zh-Hant", EN), ("en", ZH)])
def test_the_line_of_the_other_language_is_shown_with_its_paragraphs(channel: str, language: str, line: str) -> None:
    text = CHANNELS[channel](told(language))
    assert f"{line} [1][2]" in text
    assert ("人事" in text, "Background: people" in text) == (False, False), "only of events that are told"
    assert "One sentence. [1]" in text, "the article's own summary stays"


@pytest.mark.parametrize("channel", CHANNELS)
def test_an_article_in_a_third_language_gets_both_lines(channel: str) -> None:
    text = CHANNELS[channel](told("other"))
    assert (ZH in text, EN in text) == (True, True)


@pytest.mark.parametrize("channel", CHANNELS)
def test_points_are_shown_in_their_groups(channel: str) -> None:
    text = CHANNELS[channel](told())
    assert "交易与合作 — 持股比例达到100% [2]" in text
    assert "背景 — 2021年曾获融资。 [3] / 更早。 [3]" in text
    assert "Deal — " in CHANNELS[channel](told("en"))


@pytest.mark.parametrize("channel", CHANNELS)
def test_of_a_linked_article_the_line_is_told_and_no_point(channel: str) -> None:
    text = CHANNELS[channel](told(rights="link"))
    assert EN in text
    assert "持股比例" not in text


def test_an_excerpt_has_as_many_points_as_its_room_holds() -> None:
    long = [{"text": "句" * 500, "citations": [1]}]
    assert told(rights="excerpt", summary=long).points[-1].points[-1].text == "更早。"
    full = [{"text": "句" * 585, "citations": [1]}]
    shown = told(rights="excerpt", summary=full)
    assert [[point.text for point in group.points] for group in shown.points] == [["持股比例达到100%"]]
    assert told(rights="excerpt", summary=[{"text": "句" * 601, "citations": [1]}]).points == ()


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_message_from_before_lines_is_shown_without_them(channel: str) -> None:
    bare = told(lines=None, points=None)
    assert (bare.lines, bare.points) == ((), ())
    assert "One sentence. [1]" in CHANNELS[channel](bare)
    assert CHANNELS[channel](alert())


def test_a_line_makes_no_markup() -> None:
    evil = "<!channel><b>&"
    text = CHANNELS["page"](alert(lines=[{"text": evil, "citations": [1]}], points=[]))
    assert evil not in text
    assert "&lt;!channel&gt;" in text
