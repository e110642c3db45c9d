"""/metrics, /healthz and /readyz on one small server.

Healthy: the process makes progress. Ready: each of its named conditions (broker, database, …) holds.
"""

import json
import threading
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CollectorRegistry, make_wsgi_app

StartResponse = Callable[..., Any]


class Health:
    """The conditions of one process, set by whoever sees them change."""

    def __init__(self, conditions: Iterable[str]) -> None:
        self._lock = threading.Lock()
        self._ready: dict[str, str] = dict.fromkeys(conditions, "not yet")
        self._ill: str = ""

    def ready(self, condition: str) -> None:
        """The condition holds."""
        with self._lock:
            self._ready[condition] = ""

    def unready(self, condition: str, why: str) -> None:
        """The condition does not hold, and why."""
        with self._lock:
            self._ready[condition] = why or "unknown"

    def ill(self, why: str) -> None:
        """The process makes no progress and should be restarted from outside; an empty `why` takes it back."""
        with self._lock:
            self._ill = why

    def readiness(self) -> dict[str, str]:
        """What is missing, by condition; empty when ready."""
        with self._lock:
            return {name: why for name, why in self._ready.items() if why}

    def illness(self) -> str:
        """Why the process is not healthy; empty when it is."""
        with self._lock:
            return self._ill


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Probes every few seconds are no news."""


def _answer(start: StartResponse, missing: dict[str, str]) -> list[bytes]:
    status = "503 Service Unavailable" if missing else "200 OK"
    start(status, [("Content-Type", "application/json")])
    return [json.dumps({"ok": not missing, "missing": missing}).encode()]


def serve_health(health: Health, host: str, port: int, registry: CollectorRegistry) -> tuple[WSGIServer, int]:
    """Serve in a daemon thread; gives the server and the port it took (`port` 0: a free one)."""
    metrics = make_wsgi_app(registry)

    def app(environ: dict[str, Any], start: StartResponse) -> Any:
        path = environ.get("PATH_INFO", "/")
        if path == "/healthz":
            illness = health.illness()
            return _answer(start, {"progress": illness} if illness else {})
        if path == "/readyz":
            return _answer(start, health.readiness())
        if path == "/metrics":
            return metrics(environ, start)
        start("404 Not Found", [("Content-Type", "text/plain")])
        return [b"/metrics, /healthz and /readyz are here\n"]

    server = make_server(host, port, app, server_class=_Server, handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server, server.server_port
