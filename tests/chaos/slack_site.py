"""A Slack of this machine over HTTP that takes messages and does what it is told with its answers."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from deploy.local.receivers.slack import Workspace
from services.alerter.channels.slack import Slack
from tests.integration.crawler_site import Site, serve

Act = Callable[[BaseHTTPRequestHandler], bool]
"""What is done instead of taking a message; false when it is taken all the same."""


class SlackSite:
    """The workspace, and what was posted to it."""

    def __init__(self, folder: Path, site: Site) -> None:
        self.workspace = Workspace(folder)
        self.site = site
        self.folder = folder
        self.calls: list[str] = []
        self.posted: list[str] = []
        """Delivery keys of the messages that were taken, in their order."""
        self.instead: Act = lambda handler: False
        self.lose_answers = False
        self._lock = threading.Lock()
        for method in ("chat.postMessage", "chat.update", "conversations.list", "conversations.history",
                       "conversations.replies", "auth.test"):  # fmt: skip
            site.pages[f"/api/{method}"] = self._page(method)

    def channel(self) -> Slack:
        """The real adapter, to this workspace."""
        return Slack("xoxb-test", self.site.url("/api/"))

    def _page(self, method: str) -> Callable[[BaseHTTPRequestHandler], None]:
        def page(handler: BaseHTTPRequestHandler) -> None:
            arguments: dict[str, Any] = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])) or b"{}")
            with self._lock:
                self.calls.append(method)
            if method == "chat.postMessage" and self.instead(handler):
                return
            with self._lock:
                told = self.workspace.call(method, arguments)
                if method == "chat.postMessage" and told["ok"]:
                    self.posted.append(arguments["metadata"]["event_payload"]["delivery_key"])
            if method == "chat.postMessage" and self.lose_answers:
                cut(handler)
                return
            reply(handler, 200, told)

        return page


def reply(handler: BaseHTTPRequestHandler, status: int, body: object, **headers: str) -> bool:
    """A whole answer; true, as an act that did something."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    handler.send_response(status)
    for name, value in {"Content-Type": "application/json", "Content-Length": str(len(raw)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(raw)
    return True


def cut(handler: BaseHTTPRequestHandler) -> bool:
    """The connection ends before an answer."""
    handler.connection.shutdown(socket.SHUT_RDWR)
    return True


def saying(status: int, body: object, **headers: str) -> Act:
    """That answer to every message."""
    return lambda handler: reply(handler, status, body, **headers)


@contextmanager
def slack_site(folder: Path) -> Iterator[SlackSite]:
    """It, on a free port until the block ends."""
    with serve() as site:
        yield SlackSite(folder, site)
