"""WeCom (企业微信): a group's robot, by its webhook; Markdown.

https://developer.work.weixin.qq.com/document/path/91770: Markdown of at most 4,096 bytes in UTF-8, 20 messages a minute
for each robot. Codes (…/path/90313): 45009 too many calls, 45033 too many at once, -1 busy; 93000 a webhook that is
none.
"""

import json
from datetime import datetime
from typing import ClassVar

from services.alerter.channels.base import ChannelSettings
from services.alerter.channels.markup import Dialect
from services.alerter.channels.named import Named, WebhookTarget, read_target
from services.alerter.domain.content import Alert
from services.alerter.domain.may_receive import MayReceive, Region
from services.alerter.domain.pace import Pace
from services.alerter.domain.presentation import Presented, present
from services.alerter.domain.shorten import fitted

MOST = 4_096
"""Bytes of the Markdown."""
_LATER: dict[int, float | None] = {-1: None, 45009: 60.0, 45033: None}
"""Codes after which it may be tried again; what is counted by the minute is blocked for one."""
_DIALECT = Dialect(between="\n", quiet='<font color="comment">{}</font>')


class WeCom(Named[WebhookTarget]):
    """Robots of groups, by name."""

    kind: ClassVar[str] = "wecom"
    target_settings: ClassVar[type[ChannelSettings] | None] = WebhookTarget
    region: ClassVar[Region] = "mainland"
    may_receive = MayReceive("full")
    pace = Pace(20, 60.0)
    limits: ClassVar[str] = "4,096 bytes"

    def _read(self, name: str) -> WebhookTarget:
        return read_target(self.kind, name, WebhookTarget)

    def send(self, target: str, alert: Alert, now: datetime) -> str:
        """Post it. WeCom names no message, so that the reference is the delivery's key."""
        answer = self._poster.post(self._ready(target).url, body(present(alert, now)))
        answer.by_code("errcode", _LATER)
        return alert.delivery_key


def body(shown: Presented) -> bytes:
    """The message as JSON."""
    text = fitted(shown, _DIALECT.page, lambda made: len(made.encode()) <= MOST)
    return json.dumps({"msgtype": "markdown", "markdown": {"content": text}}, ensure_ascii=False).encode()


CHANNEL = WeCom
