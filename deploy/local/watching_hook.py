"""Where Alertmanager's webhook arrives on this machine: every alert is kept in a file, a JSON line each."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

_MOST = 5_000_000
"""Bytes of one notification; Alertmanager's own are some thousands."""


class Hook:
    """A webhook receiver (Alertmanager's webhook format, version 4)."""

    def __init__(self, file: Path, told: Callable[[dict[str, Any]], None] = lambda alert: None) -> None:
        """`told` is called with each alert as it comes."""
        self._file = file
        self._told = told
        self._lock = threading.Lock()
        self._alerts: list[dict[str, Any]] = []
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                hook.take(self.rfile.read(min(length, _MOST)))
                self.send_response(200)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """The file is the log."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, name="alertmanager-hook", daemon=True).start()

    @property
    def address(self) -> str:
        """What Alertmanager is told."""
        return f"http://127.0.0.1:{self._server.server_port}/"

    def take(self, body: bytes) -> None:
        """Keep the alerts of one notification."""
        for alert in json.loads(body)["alerts"]:
            with self._lock, self._file.open("a", encoding="utf-8") as file:
                self._alerts.append(alert)
                file.write(json.dumps(alert, ensure_ascii=False) + "\n")
            self._told(alert)

    def alerts(self, status: str, **labels: str) -> list[dict[str, Any]]:
        """Those that came with the status (`firing`, `resolved`) and at least these labels."""
        with self._lock:
            return [one for one in self._alerts if one["status"] == status and labels.items() <= one["labels"].items()]

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
