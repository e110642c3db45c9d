"""Slack by an incoming webhook: the same message as the bot's, without threads, to the one channel of the webhook.

https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks: the answer is the word `ok`; refusals are
words too, with a status of 4xx, such as 404 `no_service` (the webhook was removed) and 403 `invalid_token`. One message
a second (https://docs.slack.dev/apis/web-api/rate-limits); more is answered by 429 with Retry-After.
"""

import json
from datetime import datetime
from typing import ClassVar

from services.alerter.channels.base import ChannelSettings
from services.alerter.channels.named import Named, WebhookTarget, read_target
from services.alerter.channels.slack_blocks import LIMITS, MAY_RECEIVE, blocks, fallback
from services.alerter.domain.content import Alert
from services.alerter.domain.may_receive import Region
from services.alerter.domain.pace import Pace
from services.alerter.domain.presentation import present


class SlackWebhook(Named[WebhookTarget]):
    """Webhooks of channels, by name."""

    kind: ClassVar[str] = "slack_webhook"
    target_settings: ClassVar[type[ChannelSettings] | None] = WebhookTarget
    region: ClassVar[Region] = "global"
    may_receive = MAY_RECEIVE
    pace = Pace(1, 1.0)
    limits: ClassVar[str] = LIMITS

    def _read(self, name: str) -> WebhookTarget:
        return read_target(self.kind, name, WebhookTarget)

    def send(self, target: str, alert: Alert, now: datetime) -> str:
        """Post it. A webhook names no message, so that the reference is the delivery's key."""
        shown = present(alert, now)
        message = {"text": fallback(shown), "blocks": blocks(shown), "unfurl_links": False, "unfurl_media": False}
        self._poster.post(self._ready(target).url, json.dumps(message, ensure_ascii=False).encode()).checked()
        return alert.delivery_key


CHANNEL = SlackWebhook
