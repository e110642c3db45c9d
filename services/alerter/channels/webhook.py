"""A webhook of one's own: the alert as JSON, signed.

    POST the address in WEBHOOK_<NAME>_URL
    Content-Type: application/json; charset=utf-8
    X-Luming-Timestamp: seconds since 1970, as digits
    X-Luming-Signature: v1=<hex>
    X-Luming-Delivery: the delivery's key, percent-encoded: the same in every repeat

The signature is the HMAC-SHA256, under the secret in WEBHOOK_<NAME>_SECRET, of the timestamp, a full stop and the body
as it came. A receiver computes it over the raw bytes, compares the two in constant time, refuses a timestamp that is
more than five minutes off (a repeat is signed anew), takes each X-Luming-Delivery once, and answers 2xx when it has the
alert. `verified` below does that and may be copied.
"""

import hashlib
import hmac
import json
from datetime import datetime
from typing import ClassVar
from urllib.parse import quote

from pydantic import Field, SecretStr

from services.alerter.channels.base import ChannelSettings
from services.alerter.channels.named import Named, WebhookTarget, read_target
from services.alerter.domain.content import Alert
from services.alerter.domain.may_receive import MayReceive, Region
from services.alerter.domain.presentation import plain_text, present

LATE = 300.0
"""Seconds by which a timestamp may be off: clocks differ, and what is older may have been recorded by somebody."""


class OwnTarget(WebhookTarget):
    """Variables of one target."""

    secret: SecretStr = Field(
        min_length=16, description="the secret that bodies are signed with, 16 characters or more"
    )


class Webhook(Named[OwnTarget]):
    """Receivers of the house, by name."""

    kind: ClassVar[str] = "webhook"
    target_settings: ClassVar[type[ChannelSettings] | None] = OwnTarget
    region: ClassVar[Region] = "own"
    may_receive = MayReceive("full")
    pace = None
    limits: ClassVar[str] = "none"

    def _read(self, name: str) -> OwnTarget:
        return read_target(self.kind, name, OwnTarget)

    def send(self, target: str, alert: Alert, now: datetime) -> str:
        """Post it; the delivery's key."""
        own = self._ready(target)
        content = body(alert, now)
        timestamp = str(int(now.timestamp()))
        headers = {
            "X-Luming-Timestamp": timestamp,
            "X-Luming-Signature": signature(own.secret.get_secret_value(), timestamp, content),
            "X-Luming-Delivery": quote(alert.delivery_key, safe="/:@#"),
        }
        self._poster.post(own.url, content, headers).checked()
        return alert.delivery_key


def body(alert: Alert, now: datetime) -> bytes:
    """The alert with all its parts, and under `text` as a person would read it. `version` grows when a part changes."""
    plain = alert.model_dump(mode="json", exclude_none=True, exclude={"first_message"})
    plain["times"]["delivered"] = now.isoformat()
    return json.dumps({"version": 1, "text": plain_text(present(alert, now)), **plain}, ensure_ascii=False).encode()


def signature(secret: str, timestamp: str, content: bytes) -> str:
    """The value of X-Luming-Signature."""
    return "v1=" + hmac.new(secret.encode(), timestamp.encode() + b"." + content, hashlib.sha256).hexdigest()


def verified(secret: str, timestamp: str, given: str, content: bytes, now: float) -> bool:
    """Whether a request is from whoever has the secret, and new; `now` in seconds since 1970."""
    fresh = timestamp.isascii() and timestamp.isdigit() and abs(now - int(timestamp)) <= LATE
    return fresh and hmac.compare_digest(signature(secret, timestamp, content).encode(), given.encode())


CHANNEL = Webhook
