"""A connection that tells quickly whether it was closed from the other side.

The pool asks every connection that is open about it before each request. httpcore's own stream looks its socket up
anew each time, through a property that asks the kernel for the peer: with 16 connections that was a third of what a
request cost the processor.
"""

import select
import ssl
import sys
import time
import typing
from importlib.util import find_spec

import httpcore

if find_spec("sniffio") is None:
    # httpcore tries to import it for every lock and event that it makes, and Python remembers no failed import: each
    # try looks through all of sys.path. This lets it fail at once.
    sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]  # what the import system itself writes there

FRESH = 0.1
"""Seconds for which a connection that was open counts as open: each look at a socket lets other threads go first."""


class Stream(httpcore.AsyncNetworkStream):
    """Hands all on to the stream it is made of, but the question whether there is something to read."""

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream
        self._socket = stream.get_extra_info("socket")
        self._open_at = 0.0
        self._poll = select.poll()
        if self._socket is not None and self._socket.fileno() >= 0:
            self._poll.register(self._socket.fileno(), select.POLLIN)

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Up to so many bytes; empty at the end. Seconds."""
        return await self._stream.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """All of it. Seconds."""
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        """End it."""
        await self._stream.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        """The same connection, encrypted. Seconds."""
        return Stream(await self._stream.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> typing.Any:
        """What is known of the connection by name."""
        if info == "is_readable":
            return self._readable()
        return self._stream.get_extra_info(info)

    def _readable(self) -> bool:
        """Whether something came unasked, which is the end of a connection that is idle."""
        if self._socket is None or self._socket.fileno() < 0:
            return True
        now = time.monotonic()
        if now - self._open_at < FRESH:
            return False
        readable = bool(self._poll.poll(0))
        self._open_at = 0.0 if readable else now
        return readable
