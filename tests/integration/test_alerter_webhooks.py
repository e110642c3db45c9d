"""Channels over real HTTP: signatures as a receiver sees them, answers that come late, half or never."""

import json
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from pydantic import SecretStr

from services.alerter.application.sample import try_channel
from services.alerter.channels.http import Poster
from services.alerter.channels.telegram import Telegram, TelegramSettings
from services.alerter.channels.webhook import verified
from shared.errors import PermanentError, TransientError, UnknownOutcome
from tests.fakes.alerts import alert
from tests.fakes.channels import GOOD, KINDS, SECRET
from tests.fakes.classified import SEEN
from tests.integration.chat_server import Act, ChatServer, chatting, cut, drip, endless, hang_up, never, raw

pytestmark = pytest.mark.integration

SOON = 0.6
"""Seconds to wait for an answer that never comes whole."""


def channel_to(
    name: str, server: ChatServer, monkeypatch: pytest.MonkeyPatch, seconds: float = 30.0
) -> tuple[Any, str]:
    """The channel, which waits so many seconds for an answer, and its target at this server."""
    base = f"http://127.0.0.1:{server.port}"
    if name == "telegram":
        settings = TelegramSettings(telegram_bot_token=SecretStr("1:t"), telegram_api_url=SecretStr(base))
        return Telegram(settings, Poster(seconds)), "-100"
    monkeypatch.setenv(f"{name.upper()}_OPS_URL", f"{base}/hook?key=hidden")
    monkeypatch.setenv(f"{name.upper()}_OPS_SECRET", SECRET)
    return KINDS[name](Poster(seconds)), "ops"


def send(name: str, monkeypatch: pytest.MonkeyPatch, *acts: Act, seconds: float = 30.0) -> tuple[str, ChatServer]:
    """What the channel says of one send, and the server."""
    with chatting(*acts) as server:
        channel, target = channel_to(name, server, monkeypatch, seconds)
        return channel.send(target, alert(), SEEN), server


@pytest.mark.parametrize("name", sorted(GOOD))
def test_a_message_is_taken(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    reference, server = send(name, monkeypatch, raw(GOOD[name].encode()))
    assert reference
    ((path, headers, body),) = server.asked
    assert headers["content-type"] == "application/json; charset=utf-8"
    assert "蚂蚁集团" in json.dumps(body, ensure_ascii=False)
    assert path.startswith("/bot1:t/sendMessage" if name == "telegram" else "/hook?key=hidden")


def test_a_receiver_of_ones_own_can_verify_the_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    _, server = send("webhook", monkeypatch, raw(b"", 204))
    ((_, headers, _),) = server.asked
    stamp, given = headers["x-luming-timestamp"], headers["x-luming-signature"]
    assert verified(SECRET, stamp, given, server.bodies[0], SEEN.timestamp())
    assert not verified(SECRET, stamp, given, server.bodies[0][:-1], SEEN.timestamp())


@pytest.mark.parametrize(
    ("act", "kind", "after"),
    [
        (raw(b"slow down", 429, Retry_After="30"), TransientError, 30.0),
        (raw(b"oh", 500), TransientError, None),
        (raw(b"no_service", 404), PermanentError, None),
        (raw(b"", 307, Location="http://127.0.0.1:9/"), PermanentError, None),
        (cut, UnknownOutcome, None),
        (hang_up, UnknownOutcome, None),
    ],
)
@pytest.mark.parametrize("name", ["dingtalk", "slack_webhook"])
def test_answers_are_typed(
    name: str, act: Act, kind: type[Exception], after: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(kind) as caught:
        send(name, monkeypatch, act)
    assert type(caught.value) is kind
    assert getattr(caught.value, "retry_after", None) == after
    assert "hidden" not in str(caught.value)


def test_a_time_out_after_the_message_was_taken_is_an_unknown_outcome(monkeypatch: pytest.MonkeyPatch) -> None:
    stop = threading.Event()
    with chatting(never(stop)) as server:
        channel, target = channel_to("teams", server, monkeypatch, SOON)
        with pytest.raises(UnknownOutcome, match="the answer was lost: ReadTimeout"):
            channel.send(target, alert(), SEEN)
        assert len(server.asked) == 1
        stop.set()


def test_an_answer_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    stop = threading.Event()
    with pytest.raises(UnknownOutcome, match="did not end in time"):
        send("dingtalk", monkeypatch, drip(stop, head=False), seconds=SOON)
    stop.set()
    with pytest.raises(UnknownOutcome):  # what was read of it is no JSON
        send("dingtalk", monkeypatch, endless)


def test_where_nobody_listens_nothing_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    with chatting(raw(b"")) as server:
        pass
    channel, target = channel_to("wecom", server, monkeypatch)
    with pytest.raises(TransientError) as caught:
        channel.send(target, alert(), SEEN)
    assert type(caught.value) is TransientError


def test_a_sample_says_what_came_back(monkeypatch: pytest.MonkeyPatch) -> None:
    with chatting(raw(b"ok"), raw(b"no_service", 404), raw(b"", 500), hang_up) as server:
        channel, target = channel_to("slack_webhook", server, monkeypatch)
        said = [try_channel(channel, target, lambda: datetime.now(UTC)) for _ in range(4)]
    assert [taken for taken, _ in said] == [True, False, False, False]
    words = ("taken after", "refused: HTTP 404: no_service", "not now", "the answer was lost")
    assert [word for word, (_, line) in zip(words, said, strict=True) if word not in line] == []
    assert "TEST" in str(server.asked[0][2])


def test_a_head_that_comes_byte_by_byte_is_given_up_at_the_deadline() -> None:
    def dripping(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Header: ")
        while not server.stop.wait(0.05):
            handler.wfile.write(b"x")
            handler.wfile.flush()

    with chatting(dripping) as server:
        began = time.monotonic()
        with pytest.raises(UnknownOutcome):
            Poster(SOON).post(SecretStr(server.base), b"{}")
        assert time.monotonic() - began < 10
