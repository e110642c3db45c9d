"""Microsoft Teams: a workflow ("when a webhook request is received"), with an Adaptive Card.

https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook: 28 KB a
message, and more than four requests in a second are held back with 429. The workflow answers 202 when it has taken the
card, before it is posted. Text stands in runs (`TextRun`), which know no markup, so that nothing has to be escaped
(https://adaptivecards.io/explorer/TextRun.html).
"""

import json
from datetime import datetime
from typing import Any, ClassVar

from services.alerter.channels.base import ChannelSettings
from services.alerter.channels.markup import is_web
from services.alerter.channels.named import Named, WebhookTarget, read_target
from services.alerter.domain.content import Alert
from services.alerter.domain.may_receive import MayReceive, Region
from services.alerter.domain.pace import Pace
from services.alerter.domain.presentation import Presented, point_lines, present
from services.alerter.domain.shorten import fitted

MOST = 24_000
"""Bytes of the body: the service's "about 28 KB" counts what it adds itself."""
Part = dict[str, Any]


class Teams(Named[WebhookTarget]):
    """Workflows of channels or chats, by name."""

    kind: ClassVar[str] = "teams"
    target_settings: ClassVar[type[ChannelSettings] | None] = WebhookTarget
    region: ClassVar[Region] = "global"
    may_receive = MayReceive("full")
    pace = Pace(4, 1.0)
    limits: ClassVar[str] = "28 KB"

    def _read(self, name: str) -> WebhookTarget:
        return read_target(self.kind, name, WebhookTarget)

    def send(self, target: str, alert: Alert, now: datetime) -> str:
        """Post it. A workflow names no message, so that the reference is the delivery's key."""
        self._poster.post(self._ready(target).url, body(present(alert, now))).checked()
        return alert.delivery_key


def body(shown: Presented) -> bytes:
    """The message as JSON."""
    return _json(fitted(shown, message, lambda made: len(_json(made)) <= MOST))


def _json(plain: Part) -> bytes:
    return json.dumps(plain, ensure_ascii=False).encode()


def message(shown: Presented) -> Part:
    """The card in the envelope that a workflow expects."""
    content = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": _body(shown),
    }
    if is_web(shown.url):
        content["actions"] = [{"type": "Action.OpenUrl", "title": "↗", "url": shown.url}]
    kind = "application/vnd.microsoft.card.adaptive"
    return {"type": "message", "attachments": [{"contentType": kind, "contentUrl": None, "content": content}]}


def _body(shown: Presented) -> list[Part]:
    parts = [_runs(_run(shown.headline, weight="Bolder", size="Medium")), _runs(_link(shown.title, shown.url))]
    parts += [_runs(_run(line)) for line in (shown.source, *shown.lines)]
    parts += [_runs(_run(f"{name}: ", weight="Bolder"), _run(value)) for name, value in shown.facets]
    parts += [_runs(_run(f"+ {line}", weight="Bolder", color="Attention")) for line in shown.news]
    parts += [_runs(_run(f"→ {line}", weight="Bolder")) for line in shown.later]
    for line, quote in shown.events:
        parts += [_runs(_run(f"• {line}"))] * (len(shown.events) > 1)
        parts += [_runs(_run(f"“{quote}”", italic=True))] if quote else []
    parts += [_runs(_run(line)) for line in (*shown.summary, *point_lines(shown))]
    if shown.reports:
        parts += [_runs(_run(shown.reports_head, weight="Bolder"))]
        parts += [_runs(_run("- "), _link(line, url)) for line, url in shown.reports]
    return [
        *parts,
        *(_runs(_run(line, isSubtle=True, size="Small")) for line in (shown.times, shown.why, shown.key) if line),
    ]


def _runs(*runs: Part) -> Part:
    return {"type": "RichTextBlock", "inlines": list(runs)}


def _run(text: str, **style: object) -> Part:
    return {"type": "TextRun", "text": text, **style}


def _link(text: str, url: str) -> Part:
    if not is_web(url):
        return _run(text)
    return _run(text, selectAction={"type": "Action.OpenUrl", "url": url})


CHANNEL = Teams
