"""A small HTTP server for JSON answers, on 127.0.0.1, that ends cleanly on SIGTERM."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from shared.runtime.stop import stop_on_signals

MOST = 5_000_000
"""Bytes of the largest body that is read."""


@dataclass(frozen=True)
class Request:
    """What an answer depends on."""

    path: str
    query: dict[str, str]
    authorization: str
    content_type: str
    body: bytes


def make_server(port: int, answer: Callable[[Request], dict[str, Any]]) -> ThreadingHTTPServer:
    """A server that is not running yet; `port` 0 takes a free one."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            """Answer a call with JSON."""
            length = int(self.headers.get("Content-Length") or 0)
            if length > MOST:
                self.send_error(413)
                return
            parts = urlsplit(self.path)
            request = Request(
                path=parts.path,
                query=dict(parse_qsl(parts.query)),
                authorization=self.headers.get("Authorization", ""),
                content_type=self.headers.get("Content-Type", ""),
                body=self.rfile.read(length),
            )
            body = json.dumps(answer(request), ensure_ascii=False).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            """As Slack: a method may be called either way."""
            self.do_POST()

        def log_message(self, format: str, *args: Any) -> None:
            """The record of what was received is the log."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    return server


def serve(port: int, answer: Callable[[Request], dict[str, Any]]) -> None:
    """Serve until asked to stop."""
    stop = stop_on_signals()
    server = make_server(port, answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    stop.wait()
    server.shutdown()
    server.server_close()
