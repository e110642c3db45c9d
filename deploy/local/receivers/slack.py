"""A Slack Web API of this machine: the methods that the alerter calls, answering as Slack does.

    SLACK_BOT_TOKEN=… python -m deploy.local.receivers.slack --port 8765 --folder .luming/demo/slack

Methods (https://docs.slack.dev/reference/methods): auth.test, conversations.list, conversations.history,
conversations.replies, chat.postMessage, chat.update. Every channel exists. As with Slack, `conversations.history`
wants a channel's id, and an error is a 200 with `"ok": false`.
"""

import json
import os
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qsl

import typer

from deploy.local.receivers.record import LOG, Received, Record, addresses_in, read_log
from deploy.local.receivers.render import as_html
from deploy.local.receivers.web import Request, serve

Answer = dict[str, Any]
_CHANGES = ("text", "blocks", "attachments", "metadata")


def refuse(error: str) -> Answer:
    """Slack's way of saying no."""
    return {"ok": False, "error": error}


def arguments_of(content_type: str, body: bytes) -> dict[str, Any]:
    """The arguments of a call, sent as JSON or as a form whose `blocks`, `metadata`, `attachments` are JSON text.

    Raises ValueError when the body is neither.
    """
    if content_type.startswith("application/json"):
        plain = json.loads(body or b"{}")
        if not isinstance(plain, dict):
            raise ValueError("not an object")
        return plain
    arguments: dict[str, Any] = dict(parse_qsl(body.decode()))
    for name in {"blocks", "metadata", "attachments"} & arguments.keys():
        arguments[name] = json.loads(arguments[name])
    return arguments


class Workspace:
    """The channels and messages of one workspace, kept in a folder."""

    def __init__(self, folder: Path, now: Callable[[], float] = time.time) -> None:
        """`now` gives seconds since 1970. What an earlier process kept in `folder` is there again."""
        self._record = Record(folder)
        self._now = now
        self._lock = threading.Lock()
        self._last = 0
        self.updated = 0
        """How often a message was changed."""
        self._messages: list[Answer] = [
            json.loads((folder / kept.file).read_text("utf-8")) for kept in read_log(folder) if kept.file
        ]

    def call(self, method: str, arguments: dict[str, Any]) -> Answer:
        """Slack's answer to a call."""
        known: dict[str, Callable[[dict[str, Any]], Answer]] = {
            "auth.test": lambda _: {
                "ok": True,
                "team": "Newsstand",
                "team_id": "T1",
                "user": "luming",
                "user_id": "U1",
            },
            "conversations.list": self._list,
            "conversations.history": self._history,
            "conversations.replies": self._replies,
            "chat.postMessage": self._post,
            "chat.update": self._update,
        }
        return known[method](arguments) if method in known else refuse("unknown_method")

    def _list(self, arguments: dict[str, Any]) -> Answer:
        names = sorted({message["channel_name"] for message in self._messages})
        channels = [{"id": channel_id(name), "name": name, "is_member": True} for name in names]
        return {"ok": True, "channels": channels, "response_metadata": {"next_cursor": ""}}

    def _history(self, arguments: dict[str, Any]) -> Answer:
        wanted = str(arguments.get("channel", ""))
        oldest = float(arguments.get("oldest") or 0)
        found = [one for one in self._messages if one["channel"] == wanted and float(one["ts"]) > oldest]
        found = [one for one in found if "thread_ts" not in one or one.get("reply_broadcast")]
        if not found and not wanted.startswith("C"):
            return refuse("channel_not_found")
        return self._shown(found, arguments)

    def _replies(self, arguments: dict[str, Any]) -> Answer:
        """A thread: its first message and what answers it."""
        wanted, first = str(arguments.get("channel", "")), str(arguments.get("ts", ""))
        mine = [one for one in self._messages if one["channel"] == wanted]
        found = [one for one in mine if first in (one["ts"], one.get("thread_ts"))]
        return self._shown(found, arguments) if found else refuse("thread_not_found")

    def _shown(self, found: list[Answer], arguments: dict[str, Any]) -> Answer:
        shown = [{name: value for name, value in one.items() if not name.startswith("channel")} for one in found]
        if str(arguments.get("include_all_metadata", "")).lower() not in {"1", "true"}:
            for one in shown:
                one.pop("metadata", None)
        limit = int(arguments.get("limit") or 100)
        return {"ok": True, "messages": shown[::-1][:limit], "has_more": len(shown) > limit}

    def _post(self, arguments: dict[str, Any]) -> Answer:
        asked = str(arguments.get("channel", "")).lstrip("#")
        if not asked:
            return refuse("channel_not_found")
        if not arguments.get("text") and not arguments.get("blocks"):
            return refuse("no_text")
        with self._lock:
            thread = arguments.get("thread_ts")
            if thread and not any((one["channel"], one["ts"]) == (asked, thread) for one in self._messages):
                return refuse("thread_not_found")
            known = next((one["channel_name"] for one in self._messages if one["channel"] == asked), asked)
            message: Answer = {
                "type": "message",
                "channel": channel_id(known),
                "channel_name": known,
                "ts": self._timestamp(),
                **{name: arguments[name] for name in (*_CHANGES, "thread_ts", "reply_broadcast") if name in arguments},
            }
            self._keep(message)
            self._messages.append(message)
        return {
            "ok": True,
            "channel": message["channel"],
            "ts": message["ts"],
            "message": {"text": arguments.get("text")},
        }

    def _update(self, arguments: dict[str, Any]) -> Answer:
        with self._lock:
            for message in self._messages:
                if (message["channel"], message["ts"]) == (arguments.get("channel"), arguments.get("ts")):
                    message.update({name: arguments[name] for name in _CHANGES if name in arguments})
                    self.updated += 1
                    return {"ok": True, "channel": message["channel"], "ts": message["ts"], "text": message.get("text")}
        return refuse("message_not_found")

    def _timestamp(self) -> str:
        """Slack names a message by its time in microseconds, each once a channel."""
        self._last = max(int(self._now() * 1_000_000), self._last + 1)
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def _keep(self, message: Answer) -> None:
        metadata = message.get("metadata") or {}
        payload = metadata.get("event_payload") or {}
        whole = json.dumps(message, ensure_ascii=False, indent=2)
        received = Received(
            received=datetime.fromtimestamp(self._now(), UTC),
            delivery_key=str(payload.get("delivery_key", "")),
            channel=f"slack:#{message['channel_name']}",
            urls=addresses_in(json.dumps(message, ensure_ascii=False)),
            subject=str(message.get("text", ""))[:200],
        )
        contents = {"json": whole.encode(), "html": as_html(message, received).encode()}
        self._record.keep(received, message["channel_name"], contents)


def channel_id(name: str) -> str:
    """A channel's id: fixed by its name, so that it is the same after a restart."""
    return "C" + name.encode().hex().upper()


def main(
    port: Annotated[int, typer.Option(help="Port of 127.0.0.1 to serve on.")],
    folder: Annotated[Path, typer.Option(help=f"Takes the messages and {LOG}.")],
) -> None:
    """Receive what a bot sends to Slack; calls must carry the token that stands in SLACK_BOT_TOKEN."""
    token = os.environ["SLACK_BOT_TOKEN"]
    workspace = Workspace(folder)

    def answer(request: Request) -> Answer:
        if request.authorization != f"Bearer {token}":
            return refuse("invalid_auth" if request.authorization else "not_authed")
        try:
            arguments = {**request.query, **arguments_of(request.content_type, request.body)}
        except ValueError:
            return refuse("invalid_json")
        return workspace.call(request.path.rsplit("/", 1)[-1], arguments)

    serve(port, answer)


if __name__ == "__main__":
    typer.run(main)
