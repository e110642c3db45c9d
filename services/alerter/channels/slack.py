"""Slack by bot token: chat.postMessage with blocks, and the delivery's key in the message's metadata.

https://docs.slack.dev/reference/methods/chat.postMessage names the errors; a message whose answer was lost is looked
up in conversations.history, and in its thread, by its metadata. Needs the scopes chat:write, channels:read and
channels:history, and for private channels groups:read and groups:history.
"""

import http.client
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Self
from urllib.error import URLError

from pydantic import Field, SecretStr
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from services.alerter.channels.base import ChannelSettings, from_environment
from services.alerter.channels.slack_blocks import LIMITS, MAY_RECEIVE, blocks, fallback
from services.alerter.domain.content import Alert
from services.alerter.domain.may_receive import Region
from services.alerter.domain.presentation import present
from shared.errors import LumingError, PermanentError, TransientError, UnknownOutcome
from shared.runtime.veil import hide

METADATA = "luming_alert"
_TIMEOUT = 6
"""Seconds for one call."""
_AGAIN = frozenset({"ratelimited", "rate_limited", "service_unavailable", "request_timeout", "team_added_to_org",
                    "not_authed", "invalid_auth", "token_expired", "token_revoked", "account_inactive",
                    "access_denied", "org_login_required"})  # fmt: skip
"""Slack did nothing and may do it later; a wrong token is mended by a person within the day that is tried."""
_UNSURE = frozenset({"fatal_error", "internal_error"})
"""Slack says of these that part of the call may have taken effect."""
_NO_THREAD = ("thread_not_found", "message_not_found", "invalid_thread_ts", "cannot_reply_to_message")
_LOOK_BACK = 120.0
"""Seconds before the first send from which on messages are looked through: clocks differ a little."""
_PAGES = 20
"""Pages looked through at most: of history 200 messages each, of a workspace's channels 1,000."""
_BOTH = "public_channel,private_channel"
"""What conversations.list shows: by itself public channels alone. Of private ones it shows those with the bot in them,
and no other can have got a message of it."""


class SlackSettings(ChannelSettings):
    """Settings of the Slack channel."""

    slack_bot_token: SecretStr = Field(description="the bot's token (xoxb-…), from the app's page OAuth & Permissions")
    slack_api_url: str = Field(
        default="https://slack.com/api/", description="the Web API's address; another one for a compatible receiver"
    )


class Slack:
    """A bot in one workspace."""

    kind: ClassVar[str] = "slack"
    settings: ClassVar[type[ChannelSettings]] = SlackSettings
    target_settings: ClassVar[type[ChannelSettings] | None] = None
    region: ClassVar[Region] = "global"
    may_receive = MAY_RECEIVE
    pace = None
    """Slack lets bursts pass and answers 429 with Retry-After when it is too much."""
    limits: ClassVar[str] = LIMITS
    can_look_up = True
    can_refresh = True
    at_once: ClassVar[int] = 8
    """Calls on the wire at a time: at Slack's 50 to 150 ms a call, enough for fifty alerts a second."""

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

    def check_ready(self, target: str) -> None:
        """The token is all it needs."""

    def send(self, target: str, alert: Alert, now: datetime) -> str:
        """Post it, in the thread of the story's first message where there is one, and shown in the channel too."""
        asked = {"channel": target, "unfurl_links": False, "unfurl_media": False, **_message(alert, now)}
        channel, _, first = (alert.first_message or "").rpartition("/")
        threaded = {**asked, "channel": channel, "thread_ts": first, "reply_broadcast": True} if channel else asked
        try:
            answer = self._call("chat.postMessage", threaded)
        except PermanentError as error:
            if threaded is asked or not any(name in str(error) for name in _NO_THREAD):
                raise
            answer = self._call("chat.postMessage", asked)  # somebody deleted or locked the first message
        self._channels[target] = answer["channel"]
        return f"{answer['channel']}/{answer['ts']}"

    def refresh(self, target: str, reference: str, alert: Alert, now: datetime) -> None:
        """Change the message to what is known now; its key stays."""
        channel, _, stamp = reference.rpartition("/")
        self._call("chat.update", {"channel": channel, "ts": stamp, **_message(alert, now)})

    def look_up(self, target: str, alert: Alert) -> str | None:
        """Search the channel's newest messages for the key. Raises PermanentError where it may not see them all."""
        channel = self._channel_id(target)
        if channel is None:
            return None  # all that the bot can post to are listed, and this one is not among them
        decided = alert.times.decided or alert.times.first_seen
        asked: dict[str, Any] = {
            "channel": channel,
            "oldest": f"{decided.timestamp() - _LOOK_BACK:.6f}",
            "include_all_metadata": True,
            "limit": 200,
        }
        found = self._search("conversations.history", channel, alert, asked)
        if found is None and alert.first_message:
            thread = {**asked, "ts": alert.first_message.rpartition("/")[2]}
            found = self._search("conversations.replies", channel, alert, thread)
        return found

    def _search(self, method: str, channel: str, alert: Alert, asked: dict[str, Any]) -> str | None:
        for _ in range(_PAGES):
            answer = self._call(method, asked)
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
        """None for one that is not there. Raises PermanentError where it may be there without being seen."""
        if not target.startswith("#"):
            return target
        if target not in self._channels:
            try:
                whole, missing = self._list(_BOTH), f"its first {_PAGES} pages of channels do not hold it"
            except PermanentError as error:
                if "missing_scope" not in str(error):
                    raise
                self._list("public_channel")
                whole, missing = False, "it may be private, and the scope groups:read is missing"
            if target not in self._channels and not whole:
                raise PermanentError(f"Slack does not show {target}: {missing}")
        return self._channels.get(target)

    def _list(self, types: str) -> bool:
        """Learn the identifiers of the channels of these types; whether all of them were shown."""
        asked: dict[str, Any] = {"limit": 1000, "exclude_archived": True, "types": types}
        for _ in range(_PAGES):
            answer = self._call("conversations.list", asked)
            self._channels |= {f"#{channel['name']}": channel["id"] for channel in answer["channels"]}
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return True
            asked["cursor"] = cursor
        return False

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


def _message(alert: Alert, now: datetime) -> dict[str, Any]:
    """What a message says, posted or changed."""
    shown = present(alert, now)
    payload = {"delivery_key": alert.delivery_key}
    return {
        "text": fallback(shown),
        "blocks": blocks(shown),
        "metadata": {"event_type": METADATA, "event_payload": payload},
    }


def typed(error: SlackApiError) -> LumingError:
    """The project's error for Slack's answer `ok: false`, or for one that is no answer of Slack's."""
    response = error.response
    data = response.data if hasattr(response, "data") else response
    name = str(data.get("error", "")) if isinstance(data, dict) else ""
    status = int(getattr(response, "status_code", 0) or 0)
    said = hide(f"Slack: {name or 'no JSON'} (HTTP {status})")
    if status == 429 or name in ("ratelimited", "rate_limited"):
        return TransientError(said, _seconds(getattr(response, "headers", None) or {}))
    if name in _AGAIN:
        return TransientError(said)
    if name in _UNSURE or status >= 500:
        return UnknownOutcome(said)
    return PermanentError(said)


def wire_error(error: Exception, method: str, seconds: float) -> LumingError:
    """The project's error for a call without an answer: refused for certain, or lost on the way."""
    said = hide(f"{method}: {type(error).__name__}: {error} after {seconds:.1f} s")
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


CHANNEL = Slack
