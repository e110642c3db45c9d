"""What every channel sends of an alert: all its parts, nothing that is markup, no more than its service takes."""

import re
from typing import Any

import pytest
from slack_sdk.models.blocks import Block

from services.alerter.channels import all_channels
from services.alerter.channels.slack_blocks import blocks
from services.alerter.domain.content import Alert
from services.alerter.domain.may_receive import MayReceive, receivable
from services.alerter.domain.presentation import present
from shared.errors import PermanentError
from tests.fakes.alerts import alert
from tests.fakes.channels import GOOD, as_json, mail_parts, posted, set_variables, strings_of, texts
from tests.fakes.classified import SEEN

pytestmark = pytest.mark.contract

CHANNELS = sorted(all_channels())
NASTY = (
    '<script>alert(1)</script> <!channel> <@U1> <at user_id="all"></at> *bold* _it_ ~no~ `code` ]]> {{x}} '
    "[a](http://evil.example) "
    "<https://evil.example|gov.cn> @everyone \u202egnp.exe\u2066 \x1b[2J\r\nBcc: x@y.z & # head"
)
TITLE, QUOTE = "题" * 10_000, "引" * 10_000


def whole(**more: Any) -> Alert:
    """An alert with every part."""
    reports = [
        {
            "outlet": "晨汐健康",
            "title": "蚂蚁集团据悉洽购好大夫在线",
            "url": "https://news.example/a?b=1&c=2",
            "when": SEEN,
        },
        {"outlet": "南方周报", "title": "好大夫在线回应", "url": "https://other.example/(b)", "when": SEEN},
    ]
    told: dict[str, Any] = {
        "kind": "update",
        "entities": ["蚂蚁集团", "好大夫在线"],
        "news": ["并购 · 进展：传闻 → 已否认"],
        "lines": [{"text": "Ant Group is said to buy Haodf", "citations": [1]}],
        "points": [{"group": "deal", "points": [{"text": "持股比例 100%", "citations": [2]}]}],
        "reports": reports,
        "matched": ["主体 蚂蚁集团", "重要性 5 ≥ 2"],
        "later": ["2026-11-22 09:00 UTC 并购 · 进展：已否认"],
        "times": {"first_seen": SEEN, "fetched": SEEN, "classified": SEEN, "decided": SEEN},
    }
    return alert(**told | more)


def nasty() -> Alert:
    """Markup in every text that comes from outside."""
    one = {"outlet": NASTY, "title": NASTY, "url": "https://evil.example/)](http://x.example)<b>", "when": SEEN}
    events = [{"label": NASTY, "status": NASTY, "line": NASTY, "quote": NASTY, "paragraph": 1}] * 2
    sentences = [{"text": NASTY, "citations": [1]}]
    return whole(
        title=NASTY, outlet=NASTY, happened=events, news=[NASTY], summary=sentences, lines=sentences, later=[NASTY],
        points=[{"group": "deal", "points": sentences}], reports=[one, one], matched=[NASTY], entities=[NASTY],
        url="https://news.example/a b\"'<>)(?x=1&y=2",
    )  # fmt: skip


def long() -> Alert:
    """More of everything than any service takes."""
    events = [{"label": "partnership", "status": "announced", "line": TITLE, "quote": QUOTE, "paragraph": 1}] * 20
    sentences = [{"text": QUOTE, "citations": [1]}] * 10
    reports = [{"outlet": TITLE, "title": TITLE, "url": f"https://e.example/{'x' * 3_000}", "when": SEEN}] * 12
    return whole(
        title=TITLE, outlet=TITLE, happened=events, news=[TITLE] * 20, summary=sentences, lines=sentences,
        points=[{"group": "deal", "points": sentences}], reports=reports, matched=[TITLE] * 5, entities=[TITLE] * 5,
        later=[TITLE] * 20,
    )  # fmt: skip


@pytest.mark.parametrize("name", CHANNELS)
def test_an_alert_shows_all_its_parts(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = texts(monkeypatch)[name](whole()).replace("［", "[").replace("］", "]")
    head = ("更新", "蚂蚁集团据悉洽购好大夫在线", "https://news.example/a?b=1&c=2", "晨汐健康", "★★★★★")
    told = ("蚂蚁集团、好大夫在线", "并购", "传闻", "传闻 → 已否认", "Ant Group is said to buy Haodf [1]")
    evidence = ("知情人士称蚂蚁集团正洽购好大夫在线 [1]", "双方正在谈判。 [1][2]", "持股比例 100% [2]")
    others = ("同一事件的报道 2 篇", "南方周报", "https://other.example/", "2026-11-22 09:00 UTC 并购")
    times = ("发布 2026-11-22", "发现 2026-11-22", "抓取 +0.0 s", "识别 +0.0 s", "判定 +0.0 s", "送达", "发现后 0.0 s")
    why = ("订阅 strategy", "主体 蚂蚁集团", "重要性 5 ≥ 2", "t1/1/strategy/fake:target")
    text = text.replace("＠", "@")
    assert [part for part in (*head, *told, *evidence, *others, *times, *why) if part not in text] == []


@pytest.mark.parametrize("name", [name for name in CHANNELS if name != "webhook"])
def test_no_sign_turns_the_direction_or_moves_the_cursor(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever people read; the webhook's JSON is for a program and has the alert's own parts."""
    text = texts(monkeypatch)[name](nasty()).replace("\r\n", "\n")
    assert not {sign for sign in text if not sign.isprintable() and sign not in "\n"}


@pytest.mark.parametrize("name", ["dingtalk", "wecom"])
def test_where_no_escape_is_known_no_sign_of_markdown_is_left(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = posted(name, monkeypatch, nasty()).plain["markdown"]
    text = str(plain.get("text") or plain["content"])
    links = re.findall(r"\[([^\[\]]*)\]\(([^()\s]*)\)", text)
    assert [url for _, url in links if not url.startswith(("https://news.example/", "https://evil.example/%29"))] == []
    for shown, url in links:
        text = text.replace(f"[{shown}]({url})", shown)
    for own in ('<font color="comment">', "</font>", "**"):
        text = text.replace(own, "")
    assert not set("*_`~#[]<|@") & set(text)
    assert all(line.startswith("> ") for line in text.split("\n") if ">" in line)


def test_telegram_takes_no_tag_from_a_text(monkeypatch: pytest.MonkeyPatch) -> None:
    text = posted("telegram", monkeypatch, nasty()).plain["text"]
    tags = set(re.findall(r"<([^>]*)>", re.sub(r'href="[^"<>]*"', "href", text)))
    assert tags <= {"b", "/b", "i", "/i", "a href", "/a", "blockquote", "/blockquote"}
    assert text.count("<a ") == text.count("</a>") == 3


@pytest.mark.parametrize("name", ["slack_webhook", "feishu", "teams"])
def test_text_stands_only_where_the_service_reads_no_markup(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    where = {
        "slack_webhook": {"plain_text", "text", "link"},
        "feishu": {"text", "a"},
        "teams": {"TextRun"},
    }[name]
    found = list(texts_of(posted(name, monkeypatch, nasty()).plain))
    assert found
    assert {kind for kind, _ in found} <= where


def texts_of(plain: Any) -> Any:
    """Kind and text of every part that holds a piece of the nasty text."""
    if isinstance(plain, dict):
        text = plain.get("text")
        if isinstance(text, str) and "evil.example" in text and ("type" in plain or "tag" in plain):
            yield plain.get("type") or plain.get("tag"), text
    for part in plain.values() if isinstance(plain, dict) else plain if isinstance(plain, list) else ():
        yield from texts_of(part)


def test_slacks_line_for_notifications_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    text = posted("slack_webhook", monkeypatch, nasty()).plain["text"]
    assert "<" not in text
    assert "&lt;!channel&gt;" in text


def test_a_mails_page_has_no_tag_from_a_text() -> None:
    page = mail_parts(nasty())["html"]
    assert "<script" not in page
    assert re.findall(r'href="([^"]*)"', page)
    assert not [url for url in re.findall(r'href="([^"]*)"', page) if not url.startswith("https://")]


SIZES = {"dingtalk": 20_000, "wecom": 4_096 + 60, "feishu": 20_000, "teams": 28_000, "slack_webhook": 40_000}
"""Bytes of a body; WeCom counts its Markdown alone, without the envelope."""


@pytest.mark.parametrize("make", [long, nasty, whole])
@pytest.mark.parametrize("name", sorted(SIZES))
def test_a_message_is_no_longer_than_its_service_takes(name: str, make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    one = posted(name, monkeypatch, make())
    assert len(one.body) <= SIZES[name]
    assert make().title[:40].split()[0][:8] in as_json(one.plain).translate({ord("＜"): "<", ord("＞"): ">"})


def test_wecoms_and_telegrams_texts_are_within_their_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    for make in (long, nasty, whole):
        assert len(posted("wecom", monkeypatch, make()).plain["markdown"]["content"].encode()) <= 4_096
        assert len(posted("telegram", monkeypatch, make()).plain["text"].encode("utf-16-le")) <= 8_192


@pytest.mark.parametrize("make", [long, nasty, whole])
def test_slacks_own_validation_takes_the_blocks(make: Any) -> None:
    made = blocks(present(make(), SEEN))
    assert len(made) <= 50
    for block in Block.parse_all(made):
        block.validate_json()
    assert max(len(text) for text in strings_of(made)) <= 3_000
    assert len(as_json(made)) <= 13_000


@pytest.mark.parametrize("name", sorted(GOOD))
def test_no_body_and_no_header_holds_a_secret(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    set_variables(monkeypatch, name)
    one = posted(name, monkeypatch, whole())
    assert "hidden" not in one.body.decode() + str(one.headers)
    assert "long enough" not in one.body.decode() + str(one.headers) + one.url


def test_what_a_channel_may_not_be_given_is_cut_at_one_place() -> None:
    one = whole()
    linked = receivable(one, MayReceive("link"))
    assert [event.quote for event in linked.happened] == [""]
    assert (linked.summary, linked.points) == ((), ())
    assert (linked.lines, linked.news, linked.title) == (one.lines, one.news, one.title)
    assert receivable(one, MayReceive("full")) is one
    assert len(receivable(long(), MayReceive("excerpt")).happened[0].quote) == 300
    with pytest.raises(PermanentError, match="may receive alert, and this is a digest"):
        receivable(whole(content="digest"), MayReceive("full", frozenset({"alert"})))
