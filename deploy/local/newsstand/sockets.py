"""The newsstand's sockets: an Answer becomes bytes on the wire, and a line in the access log."""

import json
import sys
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from deploy.local.newsstand.answers import Answer
from deploy.local.newsstand.site import Site

HOST = "127.0.0.1"
PATIENCE = 300.0
"""Seconds after which a connection that was never answered is given up, so that threads do not pile up."""


class AccessLog:
    """One JSON line a request, flushed at once; without a file nothing is written."""

    def __init__(self, path: Path | None) -> None:
        self._file = path.open("a", encoding="utf-8") if path is not None else None
        self._lock = threading.Lock()

    def write(self, **entry: Any) -> None:
        """Append one request."""
        if self._file is None:
            return
        with self._lock:
            self._file.write(json.dumps({"at": datetime.now(UTC).isoformat(), **entry}, ensure_ascii=False) + "\n")
            self._file.flush()


class OutletServer(ThreadingHTTPServer):
    """One outlet's port."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, name: str, port: int, log: AccessLog, stopping: threading.Event) -> None:
        self.name = name
        self.log = log
        self.stopping = stopping
        self.site: Site | None = None
        super().__init__((HOST, port), Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is its own business; anything else goes to stderr."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """Turns an Answer into bytes on the wire."""

    protocol_version = "HTTP/1.1"
    server_version = "newsstand"
    sys_version = ""
    timeout = PATIENCE
    wbufsize = -1  # header and body in one write: two small ones wait for each other's acknowledgement
    disable_nagle_algorithm = True
    server: OutletServer

    def do_GET(self) -> None:
        """Answer a GET."""
        self._serve(with_body=True)

    def do_HEAD(self) -> None:
        """Answer a HEAD."""
        self._serve(with_body=False)

    def log_message(self, format: str, *args: Any) -> None:
        """Silence the default line on stderr: the access log has it."""

    def _serve(self, with_body: bool) -> None:
        began = time.monotonic()
        if self.server.site is None:
            raise RuntimeError("the server runs before its site is set")
        asked = {name.lower(): value for name, value in self.headers.items()}
        answer = self.server.site.answer(self.path, asked, datetime.now(UTC))
        sent = 0
        try:
            sent = self._silence() if answer.silent else self._send(answer, with_body)
        except ConnectionError:
            self.close_connection = True  # the client had enough, as it should of a page without end
        finally:
            self.server.log.write(
                outlet=self.server.name,
                method=self.command,
                path=self.path,
                status=answer.status,
                bytes=sent,
                user_agent=self.headers.get("User-Agent"),
                seconds=round(time.monotonic() - began, 4),
            )

    def _silence(self) -> int:
        self.server.stopping.wait(PATIENCE)
        self.close_connection = True
        return 0

    def _send(self, answer: Answer, with_body: bool) -> int:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.endless is None:
            if answer.status != 304:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if with_body:
                self.wfile.write(answer.body)
            self.wfile.flush()
            return len(answer.body)
        self.send_header("Connection", "close")
        self.end_headers()
        sent = 0
        for chunk in answer.endless if with_body else ():
            self.wfile.write(chunk)
            sent += len(chunk)
        self.close_connection = True
        return sent
