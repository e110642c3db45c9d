"""Connecting: the address that a name stands for is looked at after it was resolved, and that very one is dialled.

So a name that answers differently a moment later, a number in odd spelling and a redirect all meet the same check.
"""

import asyncio
import socket
import typing
from collections.abc import Iterable

import httpcore
import httpx

from services.crawler.domain.addresses import forbidden
from shared.errors import PermanentError


class ForbiddenAddress(PermanentError):
    """The name stands for an address that no request may go to."""


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Dials addresses of the public internet only; this machine's too when `loopback_allowed`."""

    def __init__(self, loopback_allowed: bool) -> None:
        self._loopback_allowed = loopback_allowed
        self._dialer = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[typing.Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Resolve, look, dial the addresses in turn. Raises ForbiddenAddress when none of them is allowed."""
        try:
            async with asyncio.timeout(timeout):
                addresses = await self._resolved(host, port)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(f"nobody says where {host} is") from error
        allowed = [address for address in addresses if not forbidden(address, self._loopback_allowed)]
        if not allowed:
            raise ForbiddenAddress(f"refused: {forbidden(addresses[0], self._loopback_allowed)}")
        for address in allowed[:-1]:
            try:
                return await self._dialer.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue  # the next address of the same name is asked; the last one's error is raised below
        return await self._dialer.connect_tcp(allowed[-1], port, timeout, local_address, socket_options)

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[typing.Any] | None = None
    ) -> httpcore.AsyncNetworkStream:
        """Never."""
        raise ForbiddenAddress("refused: a unix socket")

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)

    async def _resolved(self, host: str, port: int) -> list[str]:
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host} is not known: {error}") from error
        return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class GuardedTransport(httpx.AsyncHTTPTransport):
    """httpx's transport over the guarded dialer."""

    def __init__(self, loopback_allowed: bool, connections: int) -> None:
        super().__init__(trust_env=False)
        # httpx has no argument for the network backend; the pool it makes is replaced by one that has.
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False),
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=30.0,
            network_backend=GuardedBackend(loopback_allowed),
        )
