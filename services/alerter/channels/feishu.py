"""Feishu (飞书): a group's custom bot, by its webhook, with a signature; rich text (`post`).

https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot: 100 messages a minute and 5 a second for each bot, a
body of at most 20 KB; the signature is the HMAC-SHA256 of nothing under "timestamp\\nsecret", base64, in the body
beside the timestamp in seconds. Codes: 11232 too many, 9499 a body that it cannot read, 19021 the signature, 19022 the
sender's address, 19024 the keyword. In rich text a link is a part of its own and text is text, so that nothing has to
be escaped.
"""

import base64
import hashlib
import hmac
import json
from datetime import datetime
from typing import Any, ClassVar

from pydantic import SecretStr

from services.alerter.channels.base import ChannelSettings
from services.alerter.channels.markup import is_web
from services.alerter.channels.named import Named, SignedTarget, read_target
from services.alerter.domain.content import Alert
from services.alerter.domain.may_receive import MayReceive, Region
from services.alerter.domain.pace import Pace
from services.alerter.domain.presentation import Presented, point_lines, present
from services.alerter.domain.shorten import fitted

MOST = 19_000
"""Bytes of the body without its signature."""
_MENDED = 300.0
"""Seconds between tries while a person mends the bot's settings or the variable."""
_LATER: dict[int, float | None] = {
    11232: 60.0, 99991400: 60.0, 19021: _MENDED, 19022: _MENDED, 19024: _MENDED,
}  # fmt: skip
Part = dict[str, Any]


class Feishu(Named[SignedTarget]):
    """Bots of groups, by name; Lark is the same service outside the mainland."""

    kind: ClassVar[str] = "feishu"
    target_settings: ClassVar[type[ChannelSettings] | None] = SignedTarget
    region: ClassVar[Region] = "mainland"
    may_receive = MayReceive("full")
    pace = Pace(100, 60.0)
    limits: ClassVar[str] = "20 KB"

    def _read(self, name: str) -> SignedTarget:
        return read_target(self.kind, name, SignedTarget)

    def send(self, target: str, alert: Alert, now: datetime) -> str:
        """Post it. The bot names no message, so that the reference is the delivery's key."""
        bot = self._ready(target)
        self._poster.post(bot.url, body(present(alert, now), bot.secret, now)).by_code("code", _LATER)
        return alert.delivery_key


def signature(secret: SecretStr, timestamp: str) -> str:
    """What the bot expects beside the timestamp."""
    key = f"{timestamp}\n{secret.get_secret_value()}".encode()
    return base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()


def body(shown: Presented, secret: SecretStr, now: datetime) -> bytes:
    """The message as JSON, signed."""
    timestamp = str(int(now.timestamp()))
    proof = {"timestamp": timestamp, "sign": signature(secret, timestamp)}
    return _json(proof | fitted(shown, post, lambda made: len(_json(made)) <= MOST))


def _json(plain: Part) -> bytes:
    return json.dumps(plain, ensure_ascii=False).encode()


def post(shown: Presented) -> Part:
    """The alert as rich text: a list of lines, each a list of parts."""
    lines: list[list[Part]] = [[_link(shown.title, shown.url)], [_text(shown.source)]]
    lines += [[_text(line)] for line in shown.lines]
    lines += [[_text(f"{name}: ", "bold"), _text(value)] for name, value in shown.facets]
    lines += [[_text(f"+ {line}", "bold")] for line in shown.news]
    lines += [[_text(f"→ {line}", "bold")] for line in shown.later]
    for line, quote in shown.events:
        lines += [[_text(f"• {line}")]] * (len(shown.events) > 1)
        lines += [[_text(f"“{quote}”", "italic")]] if quote else []
    lines += [[_text(line)] for line in (*shown.summary, *point_lines(shown))]
    if shown.reports:
        lines += [[_text(shown.reports_head)], *([_text("- "), _link(line, url)] for line, url in shown.reports)]
    lines += [[_text(line)] for line in (shown.times, shown.why, shown.key) if line]
    return {"msg_type": "post", "content": {"post": {"zh_cn": {"title": shown.headline, "content": lines}}}}


def _text(text: str, *style: str) -> Part:
    return {"tag": "text", "text": text, "style": list(style)} if style else {"tag": "text", "text": text}


def _link(text: str, url: str) -> Part:
    return {"tag": "a", "text": text, "href": url} if is_web(url) else _text(text)


CHANNEL = Feishu
