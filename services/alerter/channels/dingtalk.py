"""DingTalk: a group's custom robot, by its webhook, with a signature; Markdown.

https://open.dingtalk.com/document/group/custom-robot-access: the signature is the HMAC-SHA256 of "timestamp\\nsecret"
under the secret, base64, in the address beside the timestamp in milliseconds, which may be off by an hour; a robot
takes 20 messages a minute, and is shut for ten minutes when it gets more (errcode 130101); 310000 says that signature,
keyword or sender's address do not suit the robot's security settings.
"""

import base64
import hashlib
import hmac
import json
from datetime import datetime
from typing import ClassVar
from urllib.parse import quote_plus

from pydantic import SecretStr

from services.alerter.channels.base import ChannelSettings
from services.alerter.channels.markup import Dialect, harmless
from services.alerter.channels.named import Named, SignedTarget, read_target
from services.alerter.domain.content import Alert
from services.alerter.domain.may_receive import MayReceive, Region
from services.alerter.domain.pace import Pace
from services.alerter.domain.presentation import Presented, present
from services.alerter.domain.shorten import cut, fitted

MOST = 18_000
"""Bytes of the Markdown; above 20,000 the robot refuses it as too long (errcode 460101)."""
_TITLE = 60
"""Characters of the line that a phone shows before the message is opened."""
_MENDED = 300.0
"""Seconds between tries while a person mends the robot's settings or the variable."""
_LATER: dict[int, float | None] = {-1: None, 130101: 600.0, 410100: 600.0, 310000: _MENDED}
"""Codes after which it may be tried again: busy, too fast (twice, of two generations of robots), security settings."""
_DIALECT = Dialect(between="\n\n")


class DingTalk(Named[SignedTarget]):
    """Robots of groups, by name."""

    kind: ClassVar[str] = "dingtalk"
    target_settings: ClassVar[type[ChannelSettings] | None] = SignedTarget
    region: ClassVar[Region] = "mainland"
    may_receive = MayReceive("full")
    pace = Pace(20, 60.0)
    limits: ClassVar[str] = "20,000 bytes"

    def _read(self, name: str) -> SignedTarget:
        return read_target(self.kind, name, SignedTarget)

    def send(self, target: str, alert: Alert, now: datetime) -> str:
        """Post it. DingTalk names no message, so that the reference is the delivery's key."""
        robot = self._ready(target)
        answer = self._poster.post(signed(robot.url, robot.secret, now), body(present(alert, now)))
        answer.by_code("errcode", _LATER)
        return alert.delivery_key


def signed(url: SecretStr, secret: SecretStr, now: datetime) -> SecretStr:
    """The webhook's address with timestamp and signature."""
    timestamp, key = str(round(now.timestamp() * 1000)), secret.get_secret_value()
    code = hmac.new(key.encode(), f"{timestamp}\n{key}".encode(), hashlib.sha256).digest()
    joint = "&" if "?" in url.get_secret_value() else "?"
    sign = quote_plus(base64.b64encode(code))
    return SecretStr(f"{url.get_secret_value()}{joint}timestamp={timestamp}&sign={sign}")


def body(shown: Presented) -> bytes:
    """The message as JSON."""
    text = fitted(shown, _DIALECT.page, lambda made: len(made.encode()) <= MOST)
    message = {"title": cut(harmless(shown.headline), _TITLE), "text": text}
    return json.dumps({"msgtype": "markdown", "markdown": message}, ensure_ascii=False).encode()


CHANNEL = DingTalk
