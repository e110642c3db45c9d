"""A Slack that notes when each message came and answers as late as Slack does; it keeps nothing else."""

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from deploy.local.receivers.slack import arguments_of, channel_id, refuse
from deploy.local.receivers.web import Request, make_server

ANSWERS_IN = 0.05
"""Seconds from a call to its answer. Slack's own answers take some tens to some hundreds of milliseconds; without any
a single sender would look as quick as several."""
_STORY = re.compile(r"项目\((\d+)\)")
"""How a made-up story is numbered in its title (bench/crash/documents.py)."""


@dataclass
class Slack:
    """Arrivals by the number of the made-up story that a message shows."""

    port: int = 0
    arrived: dict[str, list[float]] = field(default_factory=dict)
    """Moments in seconds since 1970, one for each time that the message came."""
    channels: dict[str, list[float]] = field(default_factory=dict)
    """The same by channel."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, request: Request) -> dict[str, Any]:
        """Take over one call."""
        now = time.time()
        if not request.path.endswith("/chat.postMessage"):
            return refuse("unknown_method")
        asked = arguments_of(request.content_type, request.body)
        shown = _STORY.search(json.dumps(asked.get("blocks") or asked.get("text"), ensure_ascii=False))
        channel = str(asked.get("channel", "")).lstrip("#")
        with self._lock:
            self.arrived.setdefault(shown[1] if shown else "", []).append(now)
            self.channels.setdefault(channel, []).append(now)
        time.sleep(ANSWERS_IN)
        return {"ok": True, "channel": channel_id(channel), "ts": f"{now:.6f}", "message": {"text": asked.get("text")}}

    def environment(self) -> dict[str, str]:
        """What the alerter needs to be told to reach it."""
        return {"SLACK_BOT_TOKEN": "xoxb-bench", "SLACK_API_URL": f"http://127.0.0.1:{self.port}/api/"}


@contextmanager
def slack() -> Iterator[Slack]:
    """It serves until the block ends."""
    made = Slack()
    server = make_server(0, made.answer)
    made.port = int(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def pace_of(moments: list[float]) -> int:
    """The most messages that one channel got within any second."""
    ordered = sorted(moments)
    return max((sum(1 for other in ordered if one <= other < one + 1.0) for one in ordered), default=0)
