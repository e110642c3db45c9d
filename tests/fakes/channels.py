"""Every channel with what it would send, as whoever reads it sees it: for tests that hold for all of them."""

import io
import json
from collections.abc import Callable
from contextlib import redirect_stdout
from email import message_from_bytes, policy
from html import unescape
from typing import Any

import pytest
from pydantic import SecretStr

from services.alerter.channels.apprise import Apprise, _library
from services.alerter.channels.console import Console
from services.alerter.channels.dingtalk import DingTalk
from services.alerter.channels.feishu import Feishu
from services.alerter.channels.http import Answer
from services.alerter.channels.mail_message import compose
from services.alerter.channels.slack_blocks import blocks
from services.alerter.channels.slack_webhook import SlackWebhook
from services.alerter.channels.teams import Teams
from services.alerter.channels.telegram import Telegram, TelegramSettings
from services.alerter.channels.webhook import Webhook
from services.alerter.channels.wecom import WeCom
from services.alerter.domain.content import Alert
from services.alerter.domain.presentation import present
from tests.fakes.classified import SEEN
from tests.fakes.poster import FakePoster, Posted

GOOD = {
    "dingtalk": '{"errcode": 0, "errmsg": "ok"}',
    "feishu": '{"code": 0, "msg": "success", "data": {}}',
    "wecom": '{"errcode": 0, "errmsg": "ok"}',
    "teams": "",
    "slack_webhook": "ok",
    "webhook": "",
    "telegram": '{"ok": true, "result": {"message_id": 7, "chat": {"id": -100}}}',
}
"""What each service answers when it has taken a message."""
SECRET = "a secret of the tests, long enough"
"""The tests' own."""
KINDS: dict[str, Any] = {kind.kind: kind for kind in (DingTalk, Feishu, WeCom, Teams, SlackWebhook, Webhook)}


def set_variables(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """The variables of that channel's target `ops`."""
    monkeypatch.setenv(f"{name.upper()}_OPS_URL", f"https://{name.replace('_', '-')}.example/hook?key=hidden")
    monkeypatch.setenv(f"{name.upper()}_OPS_SECRET", SECRET)


def posting(name: str, answer: Answer | None = None) -> tuple[Any, FakePoster, str]:
    """A channel over a fake wire, the wire, and a target."""
    wire = FakePoster(answer=answer or Answer(200, GOOD[name]))
    if name == "telegram":
        return Telegram(TelegramSettings(telegram_bot_token=SecretStr("1:t")), wire), wire, "-100"
    return KINDS[name](wire), wire, "ops"


def posted(name: str, monkeypatch: pytest.MonkeyPatch, alert: Alert) -> Posted:
    """What that channel posts."""
    set_variables(monkeypatch, name)
    channel, wire, target = posting(name)
    channel.send(target, alert, SEEN)
    (one,) = wire.posted
    return one


def strings_of(plain: Any) -> list[str]:
    """Every string in a JSON value."""
    if isinstance(plain, dict):
        return [text for value in plain.values() for text in strings_of(value)]
    if isinstance(plain, list):
        return [text for value in plain for text in strings_of(value)]
    return [plain] if isinstance(plain, str) else []


def console_text(alert: Alert) -> str:
    """What the console prints."""
    out = io.StringIO()
    with redirect_stdout(out):
        Console(None).send("", alert, SEEN)
    return out.getvalue()


def mail_parts(alert: Alert) -> dict[str, str]:
    """Plain and HTML part of a mail."""
    mail = message_from_bytes(compose(alert, "a@b.example", "c@d.example", "<1@x>", SEEN), policy=policy.default)
    bodies = {kind: mail.get_body((kind,)) for kind in ("plain", "html")}
    return {kind: str(body.get_content()) for kind, body in bodies.items() if body is not None}


def apprise_text(alert: Alert, monkeypatch: pytest.MonkeyPatch) -> str:
    """Title and body that apprise is handed."""
    apprise = _library()
    handed: list[str] = []

    def notify(self: object, body: str, title: str, **more: object) -> bool:
        handed.append(f"{title}\n{body}")
        return True

    monkeypatch.setattr(apprise.Apprise, "notify", notify)
    monkeypatch.setenv("APPRISE_OPS_URL", "json://localhost/")
    Apprise().send("ops", alert, SEEN)
    return handed[0]


def texts(monkeypatch: pytest.MonkeyPatch) -> dict[str, Callable[[Alert], str]]:
    """By channel: all the words that a reader of it sees."""
    seen: dict[str, Callable[[Alert], str]] = {
        "console": console_text,
        "email": lambda alert: mail_parts(alert)["plain"] + unescape(mail_parts(alert)["html"]),
        "slack": lambda alert: "\n".join(strings_of(blocks(present(alert, SEEN)))),
        "apprise": lambda alert: apprise_text(alert, monkeypatch),
    }
    for name in GOOD:
        seen[name] = lambda alert, name=name: unescape(  # type: ignore[misc]  # a default binds it
            "\n".join(strings_of(posted(name, monkeypatch, alert).plain))
        )
    return seen


def as_json(plain: object) -> str:
    """For sizes."""
    return json.dumps(plain, ensure_ascii=False)
