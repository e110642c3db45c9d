"""/metrics, /healthz and /readyz on one small server.

Healthy: the process makes progress. Ready: each of its named conditions (broker, database, …) holds.
"""

import json
import socket
import socketserver
import threading
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from prometheus_client import CollectorRegistry, make_wsgi_app

from shared.errors import ConfigError

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

    def conditions(self) -> dict[str, str]:
        """Every condition, with what is missing of it; empty where it holds."""
        with self._lock:
            return dict(self._ready)

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

    def server_bind(self) -> None:
        """Bind without asking the DNS for our own name, as the standard server does: that can take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]  # type: ignore[assignment]  # typeshed allows bytes
        self.setup_environ()


class _Server6(_Server):
    address_family = socket.AF_INET6


class _Quiet(WSGIRequestHandler):
    timeout = 10  # seconds that a client may stay silent

    def log_message(self, format: str, *args: Any) -> None:
        """Probes every few seconds are no news."""


def _answer(start: StartResponse, missing: dict[str, str]) -> list[bytes]:
    status = "503 Service Unavailable" if missing else "200 OK"
    start(status, [("Content-Type", "application/json")])
    return [json.dumps({"ok": not missing, "missing": missing}, ensure_ascii=False).encode()]


def serve_health(health: Health, host: str, port: int, registry: CollectorRegistry) -> tuple[WSGIServer, int]:
    """Serve in a daemon thread; gives the server and the port it took (`port` 0: a free one).

    Raises ConfigError naming HTTP_HOST and HTTP_PORT when that address cannot be had.
    """
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

    try:
        server = (_Server6 if ":" in host else _Server)((host, port), _Quiet)
    except OSError as error:
        wrong = f"{host}:{port} cannot be listened on: {error.strerror or error}"
        raise ConfigError("environment variables HTTP_HOST, HTTP_PORT", None, wrong, "a free port, or 0") from error
    server.set_app(app)
    threading.Thread(target=server.serve_forever, args=(0.1,), name="health", daemon=True).start()
    return server, server.server_port
