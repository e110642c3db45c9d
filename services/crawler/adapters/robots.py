"""robots.txt of each host, asked for once a day and kept in this process."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

from services.crawler.adapters.dialer import ForbiddenAddress
from services.crawler.domain.robots import MAX_BYTES, Robots, read_robots
from shared.errors import LumingError
from shared.runtime.logs import get_logger

log = get_logger(__name__)

MANY = 5_000
"""Hosts remembered."""

Ask = Callable[[str, int], Awaitable[tuple[int, bytes]]]
"""(address, most bytes) to (status, body), redirects followed; raises LumingError."""


class RobotsCache:
    """The rules of the hosts that were asked for."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._kept: dict[str, tuple[float, Robots]] = {}
        self._asking: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        """Locks of those who ask right now; each ends with the last who waits for it."""

    def kept(self, address: str) -> Robots | None:
        """The rules as far as they are known without asking."""
        parts = urlsplit(address)
        until, robots = self._kept.get(f"{parts.scheme}://{parts.netloc}", (0.0, None))
        return robots if time.monotonic() < until else None

    async def of(self, address: str) -> Robots:
        """The rules of the address's host; concurrent askers wait for one answer.

        Raises ForbiddenAddress when the host is one that no request may go to.
        """
        parts = urlsplit(address)
        site = f"{parts.scheme}://{parts.netloc}"
        asking = self._asking.setdefault(site, asyncio.Lock())
        async with asking:
            until, robots = self._kept.get(site, (0.0, Robots()))
            if time.monotonic() < until:
                return robots
            robots = await self._asked(site)
            if len(self._kept) >= MANY:
                self._kept.clear()
            self._kept[site] = (time.monotonic() + robots.kept, robots)
            return robots

    async def _asked(self, site: str) -> Robots:
        try:
            status, body = await self._ask(f"{site}/robots.txt", MAX_BYTES)
            robots = await asyncio.to_thread(read_robots, status, body)  # 500 kB of rules take half a second
        except ForbiddenAddress:
            raise
        except LumingError as error:
            robots = Robots(unreachable=str(error))
        if robots.unreachable:
            log.warning("robots.txt unreachable: nothing is fetched there for now", site=site, why=robots.unreachable)
        return robots
