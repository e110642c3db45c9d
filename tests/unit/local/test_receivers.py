import json
from pathlib import Path

import pytest
from slack_sdk.models.metadata import Metadata

from deploy.local.receivers.record import addresses_in, read_console, read_log
from deploy.local.receivers.slack import Workspace, arguments_of

pytestmark = pytest.mark.unit

URL = "http://127.0.0.1:8001/news/1?a=1&b=2"


def test_message_is_kept_with_its_key_and_opens_as_a_page(tmp_path: Path) -> None:
    text = f"*JD Health* <script> signs <{URL.replace('&', '&amp;')}|the article>"
    metadata = Metadata("luming_alert", {"delivery_key": "t1/1/s/slack:#deals"}).to_dict()
    block = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
    message = {"channel": "#deals", "text": "x", "blocks": [block], "metadata": metadata}
    assert Workspace(tmp_path, now=lambda: 1.5).call("chat.postMessage", message)["ts"] == "1.500000"
    [kept] = read_log(tmp_path)
    assert (kept.delivery_key, kept.channel, kept.urls) == ("t1/1/s/slack:#deals", "slack:#deals", (URL,))
    page = (tmp_path / "001-deals.html").read_text("utf-8")
    assert f'<a href="{URL.replace("&", "&amp;")}">the article</a>' in page
    assert "<script>" not in page


def test_two_messages_of_one_moment_have_their_own_names(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path, now=lambda: 1.5)
    names = [workspace.call("chat.postMessage", {"channel": "#a", "text": "x"})["ts"] for _ in range(2)]
    assert names == ["1.500000", "1.500001"]


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("chat.postMessage", {"channel": "#a"}, "no_text"),
        ("chat.postMessage", {"text": "x"}, "channel_not_found"),
        ("chat.delete", {}, "unknown_method"),
    ],
)
def test_refusals_have_slack_s_words(tmp_path: Path, method: str, arguments: dict[str, str], error: str) -> None:
    assert Workspace(tmp_path).call(method, arguments) == {"ok": False, "error": error}


def test_form_bodies_carry_json_in_their_fields() -> None:
    body = b"channel=%23deals&text=a&metadata=%7B%22event_type%22%3A%22x%22%7D"
    assert arguments_of("application/x-www-form-urlencoded", body)["metadata"] == {"event_type": "x"}


def test_console_lines_are_read(tmp_path: Path) -> None:
    line = {"delivery_key": "t1/1/all/console", "url": URL, "title": "签约", "delivered": "2026-01-01T00:00:00+00:00"}
    (tmp_path / "console.jsonl").write_text(json.dumps(line) + "\n", "utf-8")
    [told] = read_console(tmp_path / "console.jsonl")
    assert (told.channel, told.delivery_key, told.urls) == ("console", "t1/1/all/console", (URL,))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("见 http://a.cn/1。", ("http://a.cn/1",)),
        ("<http://a.cn/1?x=1&amp;y=2|here>", ("http://a.cn/1?x=1&y=2",)),
        ("http://a.cn/1 http://a.cn/1", ("http://a.cn/1",)),
    ],
)
def test_addresses_in_a_text(text: str, found: tuple[str, ...]) -> None:
    assert addresses_in(text) == found
