"""Serving the application over HTTP until asked to stop."""

import asyncio
import os
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

from shared.errors import ConfigError

LONGEST_HEAD = 256 * 1024
"""Bytes of a request's head: 10,000 Chinese characters in an address have 90,000, and are to be answered in words."""
SPOKEN_WITHIN = 30.0
"""Seconds in which a whole request has to arrive, head and body: whoever sends a byte now and then is cut off."""
GOING = 5
"""Seconds that requests under way have when the process is asked to stop."""


def listen(host: str, port: int) -> socket.socket:
    """The socket of the pages. Raises ConfigError when that address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        wrong = f"{host}:{port} cannot be listened on: {error.strerror or error}"
        raise ConfigError("environment variables PORTAL_HOST, PORTAL_PORT", None, wrong, "a free port, or 0") from error
    return listener


class Impatient(H11Protocol):
    """A connection that is closed when no whole request has arrived in time, which uvicorn itself never does."""

    spoken_within = SPOKEN_WITHIN

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._since = self.loop.time()
        self._timer: asyncio.TimerHandle | None = None
        self._closing = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait."""
        super().connection_made(transport)  # type: ignore[arg-type]  # asyncio gives one that reads and writes
        self._wait(self.spoken_within)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing more is waited for."""
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """The next request may begin now."""
        self._since = self.loop.time()
        super().on_response_complete()

    def _wait(self, seconds: float) -> None:
        self._timer = self.loop.call_later(seconds, self._look)

    def _look(self) -> None:
        if self.transport.is_closing():  # a reader that takes nothing would keep it half-closed for ever
            if self._closing:
                self.transport.abort()
            else:
                self._closing = True
                self._wait(self.spoken_within)
            return
        waited = self.loop.time() - self._since
        if self.cycle is not None and not self.cycle.response_complete and not self.cycle.more_body:
            self._wait(self.spoken_within)  # it has spoken, and is being answered
        elif waited < self.spoken_within:
            self._wait(self.spoken_within - waited)
        else:
            self.transport.abort()


def announce(link: str, file: Path | None) -> None:
    """Print the link that signs in; write it to `file` as well, which its owner alone may read.

    Raises ConfigError when the file cannot be written.
    """
    sys.stdout.write(f"open {link} (once, within 30 minutes)\n")
    sys.stdout.flush()
    if file is None:
        return
    draft = file.with_name(f"{file.name}.part")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as opened:
            opened.write(f"{link}\n")
        draft.replace(file)
    except OSError as error:
        wrong, right = f"{file} cannot be written: {error.strerror or error}", "a file in a folder that exists"
        raise ConfigError("environment variable PORTAL_LINK_FILE", None, wrong, right) from error


def serve(app: FastAPI, listener: socket.socket, stop: threading.Event, ready: Callable[[], None]) -> None:
    """Serve in a thread of its own until `stop` is set; `ready` is called when requests are taken."""
    config = uvicorn.Config(
        app,
        http=Impatient,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,  # addresses hold what people look for, and the one-time link
        server_header=False,
        proxy_headers=False,
        h11_max_incomplete_event_size=LONGEST_HEAD,
        timeout_graceful_shutdown=GOING,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), name="pages", daemon=True)
    thread.start()
    while thread.is_alive() and not server.started:
        stop.wait(0.02)
    ready()
    while thread.is_alive() and not stop.wait(0.5):
        pass
    server.should_exit = True
    thread.join(GOING + 5)
    listener.close()
