"""Connecting: the address that a name stands for is looked at after it was resolved, and that very one is dialled.

So a name that answers differently a moment later, a number in odd spelling and a redirect all meet the same check.
"""

import asyncio
import socket
import typing
from collections.abc import Iterable

import httpcore

from services.crawler.adapters.stream import Stream
from services.crawler.domain.addresses import Opened, forbidden, forbidden_port
from shared.errors import PermanentError


class ForbiddenAddress(PermanentError):
    """The name stands for an address that no request may go to."""


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Dials addresses of the public internet only, and what `opened` names."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
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
        allowed = await checked(host, port, self._opened, timeout)
        for address in allowed[:-1]:
            try:
                return Stream(await self._dialer.connect_tcp(address, port, timeout, local_address, socket_options))
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue  # the next address of the same name is asked; the last one's error is raised below
        return Stream(await self._dialer.connect_tcp(allowed[-1], port, timeout, local_address, socket_options))

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[typing.Any] | None = None
    ) -> httpcore.AsyncNetworkStream:
        """Never."""
        raise ForbiddenAddress("refused: a unix socket")

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


async def checked(host: str, port: int, opened: Opened, timeout: float | None) -> list[str]:
    """The addresses of a name that a request may go to, at least one.

    Raises ForbiddenAddress when there is none, httpcore's ConnectError or ConnectTimeout when nobody knows the name.
    """
    named = opened.names(host, port)
    if not named and (why := forbidden_port(port)):
        raise ForbiddenAddress(f"refused: {why}")
    try:
        async with asyncio.timeout(timeout):
            addresses = await _resolved(host, port)
    except TimeoutError as error:
        raise httpcore.ConnectTimeout(f"nobody says where {host} is") from error
    allowed = [address for address in addresses if named or not forbidden(address, opened)]
    if not allowed:
        raise ForbiddenAddress(f"refused: {forbidden(addresses[0], opened)}")
    return allowed


async def _resolved(host: str, port: int) -> list[str]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"{host} is not known: {error}") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
