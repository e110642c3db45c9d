"""How channels sign, and what they make of the answers that the services give."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pydantic import SecretStr

from services.alerter.channels.apprise import Apprise, failed
from services.alerter.channels.http import Answer, retry_after
from services.alerter.channels.telegram import Telegram
from services.alerter.channels.webhook import signature, verified
from shared.errors import ConfigError, PermanentError, TransientError, UnknownOutcome
from tests.fakes.alerts import alert
from tests.fakes.channels import GOOD, KINDS, SECRET, posted, posting, set_variables
from tests.fakes.classified import SEEN

pytestmark = pytest.mark.contract

TIMES = (
    Answer(429, "slow down", 30.0),
    Answer(500, "oh"),
    Answer(502, "<html>bad gateway"),
    Answer(503, "<html>busy</html>"),
    Answer(408, ""),
)
GONE = (
    Answer(404, "no_service"),
    Answer(403, "invalid_token"),
    Answer(410, "channel_is_archived"),
    Answer(302, "moved"),
)
CODES = [
    ("dingtalk", {"errcode": 130101, "errmsg": "send too fast"}, TransientError, 600.0),
    ("dingtalk", {"errcode": 310000, "errmsg": "sign not match"}, TransientError, 300.0),
    ("dingtalk", {"errcode": -1, "errmsg": "system busy"}, TransientError, None),
    ("dingtalk", {"errcode": 300001, "errmsg": "token is not exist"}, PermanentError, None),
    ("dingtalk", {"errcode": 460101, "errmsg": "message too long"}, PermanentError, None),
    ("feishu", {"code": 11232, "msg": "frequency limited"}, TransientError, 60.0),
    ("feishu", {"code": 19021, "msg": "sign match fail or timestamp is not within one hour"}, TransientError, 300.0),
    ("feishu", {"code": 9499, "msg": "Bad Request"}, PermanentError, None),
    ("feishu", {"code": 19001, "msg": "param invalid: incoming webhook access token invalid"}, PermanentError, None),
    ("wecom", {"errcode": 45009, "errmsg": "api freq out of limit"}, TransientError, 60.0),
    ("wecom", {"errcode": 93000, "errmsg": "invalid webhook url"}, PermanentError, None),
    ("wecom", {"errcode": 40058, "errmsg": "content exceed max length"}, PermanentError, None),
]


@pytest.mark.parametrize("name", sorted(GOOD))
def test_a_good_answer_gives_a_reference(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    set_variables(monkeypatch, name)
    channel, wire, target = posting(name)
    assert channel.send(target, alert(), SEEN) == ("-100/7" if name == "telegram" else alert().delivery_key)
    assert len(wire.posted) == 1


@pytest.mark.parametrize("name", sorted(GOOD))
def test_too_many_and_trouble_over_there_are_tried_again(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    set_variables(monkeypatch, name)
    for answer in TIMES[: 3 if name == "telegram" else 4]:
        channel, _, target = posting(name, answer)
        with pytest.raises(TransientError) as caught:
            channel.send(target, alert(), SEEN)
        assert type(caught.value) is TransientError
        assert caught.value.retry_after == answer.retry_after


@pytest.mark.parametrize("name", sorted(GOOD))
def test_what_a_gateway_says_may_have_been_taken_behind_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    set_variables(monkeypatch, name)
    for answer in (Answer(504, "<html>"), Answer(504, "", 30.0), Answer(504, "", 300.0)):
        channel, _, target = posting(name, answer)
        with pytest.raises(UnknownOutcome, match=f"{answer.status}") as caught:
            channel.send(target, alert(), SEEN)
        assert caught.value.retry_after == max(60.0, answer.retry_after or 0.0)


@pytest.mark.parametrize("name", sorted(GOOD))
def test_a_webhook_that_is_gone_ends_it_with_its_words(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    set_variables(monkeypatch, name)
    for answer in GONE:
        channel, _, target = posting(name, answer)
        with pytest.raises(PermanentError, match=answer.text):
            channel.send(target, alert(), SEEN)


@pytest.mark.parametrize(("name", "plain", "kind", "after"), CODES)
def test_codes_inside_a_200_are_read(
    name: str, plain: dict[str, object], kind: type[Exception], after: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_variables(monkeypatch, name)
    channel, _, target = posting(name, Answer(200, json.dumps(plain)))
    with pytest.raises(kind, match=str(next(iter(plain.values())))) as caught:
        channel.send(target, alert(), SEEN)
    assert type(caught.value) is kind
    assert getattr(caught.value, "retry_after", None) == after


@pytest.mark.parametrize("name", ["dingtalk", "feishu", "wecom", "telegram"])
def test_a_200_that_says_nothing_is_an_unknown_outcome(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    set_variables(monkeypatch, name)
    for text in ("<html>", "", "[]", '{"errcode": "0", "code": true}'):
        channel, _, target = posting(name, Answer(200, text))
        with pytest.raises(UnknownOutcome):
            channel.send(target, alert(), SEEN)


def test_dingtalk_is_signed_as_it_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    query = parse_qs(urlsplit(posted("dingtalk", monkeypatch, alert()).url).query)
    stamp = query["timestamp"][0]
    right = hmac.new(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), hashlib.sha256).digest()
    assert stamp == str(int(SEEN.timestamp() * 1000))
    assert base64.b64decode(query["sign"][0]) == right
    assert query["key"] == ["hidden"]


def test_feishu_is_signed_as_it_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = posted("feishu", monkeypatch, alert()).plain
    right = hmac.new(f"{plain['timestamp']}\n{SECRET}".encode(), b"", hashlib.sha256).digest()
    assert plain["timestamp"] == str(int(SEEN.timestamp()))
    assert base64.b64decode(plain["sign"]) == right


def test_our_own_webhook_is_signed_as_it_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    one = posted("webhook", monkeypatch, alert())
    stamp, given = one.headers["X-Luming-Timestamp"], one.headers["X-Luming-Signature"]
    assert verified(SECRET, stamp, given, one.body, SEEN.timestamp() + 299)
    assert not verified(SECRET, stamp, given, one.body, SEEN.timestamp() + 301)
    assert not verified(SECRET, stamp, given, one.body + b" ", SEEN.timestamp())
    assert not verified("another secret", stamp, given, one.body, SEEN.timestamp())
    assert not verified(SECRET, "²", signature(SECRET, "²", one.body), one.body, SEEN.timestamp())
    assert not verified(SECRET, stamp, "v1=ä", one.body, SEEN.timestamp())
    assert one.headers["X-Luming-Delivery"] == alert().delivery_key
    assert (one.plain["version"], one.plain["delivery_key"]) == (1, alert().delivery_key)


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_missing_variable_is_named_and_no_secret_told(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    channel, _, _ = posting(name)
    with pytest.raises(ConfigError, match=f"{name.upper()}_OPS_URL: is not set"):
        channel.check_ready("ops")
    with pytest.raises(TransientError, match=f"{name.upper()}_OPS_URL"):
        channel.send("ops", alert(), SEEN)
    for wrong in ("http://hidden.example/x", "hidden", "https://", "ftp://hidden.example", "https://[hidden"):
        monkeypatch.setenv(f"{name.upper()}_OPS_URL", wrong)
        with pytest.raises(ConfigError) as caught:
            channel.check_ready("ops")
        assert "hidden" not in f"{caught.value}{caught.value!r}{caught.value.__cause__}"
    set_variables(monkeypatch, name)
    channel.check_ready("ops")


def test_telegram_says_how_long_to_wait_and_answers_the_first_message() -> None:
    text = '{"ok": false, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 34}}'
    channel, _, target = posting("telegram", Answer(429, text))
    with pytest.raises(TransientError) as caught:
        channel.send(target, alert(), SEEN)
    assert caught.value.retry_after == 34.0
    channel, wire, target = posting("telegram")
    channel.send(target, alert(first_message="-100/5"), SEEN)
    assert wire.posted[0].plain["reply_parameters"]["message_id"] == 5
    assert isinstance(channel, Telegram)
    channel.refresh(target, "-100/5", alert(), SEEN)
    assert wire.posted[1].url.endswith("/editMessageText")
    wire.answer = Answer(400, '{"ok": false, "description": "Bad Request: message is not modified"}')
    channel.refresh(target, "-100/5", alert(), SEEN)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Failed to send Discord notification: Unauthorized., error=401.", PermanentError),
        ("Failed to send X notification: Too many, error=429.", TransientError),
        ("Failed to send X notification: error=500.", TransientError),
        ("Failed to send X notification: error=504.", UnknownOutcome),
        ("A Connection error occurred sending X notification.", UnknownOutcome),
        ("", TransientError),
    ],
)
def test_apprises_words_are_typed(said: str, kind: type[Exception]) -> None:
    assert type(failed(said)) is kind


def test_apprise_knows_an_address_that_it_does_not_understand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APPRISE_OPS_URL", "nothing://hidden")
    with pytest.raises(ConfigError, match="APPRISE_OPS_URL: is no address that apprise understands"):
        Apprise().check_ready("ops")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("7", 7.0), ("-1", 0.0), ("soon", None), ("Sun, 22 Nov 2026 08:00:30 GMT", 30.0), ("", None), ("nan", None)],
)
def test_retry_after_is_read_as_a_number_or_a_date(value: str, seconds: float | None) -> None:
    now = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
    assert retry_after(httpx.Headers({"Retry-After": value}), now) == seconds
    assert retry_after(httpx.Headers({"x-ogw-ratelimit-reset": "52"})) == 52.0


def test_secrets_do_not_show_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    set_variables(monkeypatch, "dingtalk")
    channel, _, _ = posting("dingtalk")
    settings = channel._target("ops")
    assert isinstance(settings.url, SecretStr)
    assert "hidden" not in repr(settings)
