"""Slack by bot token: chat.postMessage with blocks, and the delivery's key in the message's metadata.

https://docs.slack.dev/reference/methods/chat.postMessage names the errors; a message whose answer was lost is looked
up in conversations.history by its metadata. Needs the scopes chat:write, channels:read and channels:history.
"""

import http.client
import re
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Self
from urllib.error import URLError

from pydantic import Field, SecretStr
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from services.alerter.channels.base import ChannelSettings, from_environment
from services.alerter.domain.content import Alert
from services.alerter.domain.presentation import Presented, point_lines, present
from shared.errors import LumingError, PermanentError, TransientError, UnknownOutcome

METADATA = "luming_alert"
_TIMEOUT = 6
"""Seconds for one call."""
_UNFINISHED = re.compile(r"&[a-z]{0,4}\Z")
_SECTION = 2900
"""Characters of one section; Slack takes 3,000 (docs.slack.dev/reference/block-kit/blocks/section-block)."""
_AGAIN = frozenset({"ratelimited", "rate_limited", "service_unavailable", "request_timeout", "team_added_to_org",
                    "not_authed", "invalid_auth", "token_expired", "token_revoked", "account_inactive",
                    "access_denied", "org_login_required"})  # fmt: skip
"""Slack did nothing and may do it later; a wrong token is mended by a person within the day that is tried."""
_UNSURE = frozenset({"fatal_error", "internal_error"})
"""Slack says of these that part of the call may have taken effect."""
_LOOK_BACK = 120.0
"""Seconds before the first send from which on messages are looked through: clocks differ a little."""
_PAGES = 20
"""Pages of history looked through at most, 200 messages each."""


class SlackSettings(ChannelSettings):
    """Settings of the Slack channel."""

    slack_bot_token: SecretStr = Field(description="the bot's token (xoxb-…), from the app's page OAuth & Permissions")
    slack_api_url: str = Field(
        default="https://slack.com/api/", description="the Web API's address; another one for a compatible receiver"
    )


def escape(text: str) -> str:
    """Text that Slack shows as it stands: no mention, no link comes out of it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class Slack:
    """A bot in one workspace."""

    kind: ClassVar[str] = "slack"
    settings: ClassVar[type[ChannelSettings]] = SlackSettings
    can_look_up = True

    def __init__(self, token: str, api_url: str) -> None:
        # No retry handlers: whether a call may be repeated is decided by the sender, which knows what was on the wire.
        self._client = WebClient(token=token, base_url=api_url, timeout=_TIMEOUT, retry_handlers=[])
        self._channels: dict[str, str] = {}

    @classmethod
    def start(cls) -> Self:
        """From the environment."""
        settings = from_environment(SlackSettings)
        return cls(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)

    @staticmethod
    def check_target(target: str) -> str:
        """`#name` or a channel's id."""
        if target.startswith("#") and len(target) > 1 and " " not in target:
            return ""
        if target[:1] in ("C", "G") and target.isalnum() and target.isupper():
            return ""
        return f'{target!r} is no Slack channel: write "#name" (in quotes) or the channel\'s id'

    def send(self, target: str, alert: Alert, now: datetime) -> str:
        """Post it."""
        shown = present(alert, now)
        answer = self._call(
            "chat.postMessage",
            {
                "channel": target,
                "text": escape(f"{shown.headline} — {shown.title}"),
                "blocks": blocks(shown),
                "metadata": {"event_type": METADATA, "event_payload": {"delivery_key": alert.delivery_key}},
                "unfurl_links": False,
                "unfurl_media": False,
            },
        )
        self._channels[target] = answer["channel"]
        return f"{answer['channel']}/{answer['ts']}"

    def look_up(self, target: str, alert: Alert) -> str | None:
        """Search the channel's newest messages for the key."""
        channel = self._channel_id(target)
        if channel is None:
            return None  # a channel that nobody sees has no message
        decided = alert.times.decided or alert.times.first_seen
        asked: dict[str, Any] = {
            "channel": channel,
            "oldest": f"{decided.timestamp() - _LOOK_BACK:.6f}",
            "include_all_metadata": True,
            "limit": 200,
        }
        for _ in range(_PAGES):
            answer = self._call("conversations.history", asked)
            for message in answer["messages"]:
                payload = (message.get("metadata") or {}).get("event_payload") or {}
                if payload.get("delivery_key") == alert.delivery_key:
                    return f"{channel}/{message['ts']}"
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                break
            asked["cursor"] = cursor
        return None

    def _channel_id(self, target: str) -> str | None:
        if not target.startswith("#"):
            return target
        if target not in self._channels:
            asked: dict[str, Any] = {"limit": 1000, "exclude_archived": True}
            for _ in range(_PAGES):
                answer = self._call("conversations.list", asked)
                self._channels |= {f"#{channel['name']}": channel["id"] for channel in answer["channels"]}
                cursor = (answer.get("response_metadata") or {}).get("next_cursor")
                if not cursor:
                    break
                asked["cursor"] = cursor
        return self._channels.get(target)

    def _call(self, method: str, arguments: dict[str, Any]) -> Mapping[str, Any]:
        began = time.monotonic()
        try:
            answer = self._client.api_call(method, json=arguments).data
        except SlackApiError as error:
            raise typed(error) from error
        except (URLError, OSError, http.client.HTTPException, SlackClientError) as error:
            raise wire_error(error, method, time.monotonic() - began) from error
        if not isinstance(answer, dict):
            raise UnknownOutcome(f"{method}: the answer is no JSON object")
        return answer


def typed(error: SlackApiError) -> LumingError:
    """The project's error for Slack's answer `ok: false`, or for one that is no answer of Slack's."""
    response = error.response
    data = response.data if hasattr(response, "data") else response
    name = str(data.get("error", "")) if isinstance(data, dict) else ""
    status = int(getattr(response, "status_code", 0) or 0)
    said = f"Slack: {name or 'no JSON'} (HTTP {status})"
    if status == 429 or name in ("ratelimited", "rate_limited"):
        return TransientError(said, _seconds(getattr(response, "headers", None) or {}))
    if name in _AGAIN:
        return TransientError(said)
    if name in _UNSURE or status >= 500:
        return UnknownOutcome(said)
    return PermanentError(said)


def wire_error(error: Exception, method: str, seconds: float) -> LumingError:
    """The project's error for a call without an answer: refused for certain, or lost on the way."""
    said = f"{method}: {type(error).__name__}: {error} after {seconds:.1f} s"
    cause = error.reason if isinstance(error, URLError) else error
    cut = isinstance(cause, ConnectionResetError | BrokenPipeError | ConnectionAbortedError)
    if isinstance(error, URLError) and not cut:
        return TransientError(said)  # not connected: refused, no such host, no route
    return UnknownOutcome(said)


def _seconds(headers: Mapping[str, Any]) -> float | None:
    """Retry-After in seconds; None where it is missing or no number."""
    found = {str(name).casefold(): value for name, value in headers.items()}.get("retry-after")
    value = found[0] if isinstance(found, list) and found else found
    try:
        return float(str(value))
    except ValueError:
        return None


def blocks(shown: Presented) -> list[dict[str, Any]]:
    """The alert as Block Kit."""
    parts = [f"*{escape(shown.headline)}*\n{_link(shown.url, shown.title)}\n{escape(shown.source)}"]
    if shown.lines:
        parts.append(escape("\n".join(shown.lines)))
    if shown.news:
        parts.append("\n".join(f":new: {escape(line)}" for line in shown.news))
    parts.append("\n".join(_event(line, quote) for line, quote in shown.events))
    if shown.summary:
        parts.append(escape("\n".join(shown.summary)))
    if shown.points:
        parts.append(escape("\n".join(point_lines(shown))))
    made: list[dict[str, Any]] = [
        {"type": "section", "text": {"type": "mrkdwn", "text": _cut(part)}} for part in parts if part
    ]
    notes = [{"type": "mrkdwn", "text": _cut(escape(note))} for note in (shown.times, shown.why)]
    return [*made, {"type": "context", "elements": notes}]


def _event(line: str, quote: str) -> str:
    return f"• {escape(line)}" + (f"\n>{escape(' '.join(quote.split()))}" if quote else "")


def _link(url: str, title: str) -> str:
    safe = url.replace("&", "&amp;").replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")
    return f"<{safe}|{escape(title).replace('|', '¦')}>"


def _cut(text: str) -> str:
    """At most what a section holds; an entity (`&amp;`) that the cut would leave unfinished goes whole."""
    return text if len(text) <= _SECTION else f"{_UNFINISHED.sub('', text[:_SECTION])}…"


CHANNEL = Slack
