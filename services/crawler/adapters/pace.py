"""Pace by host: one request after another, at the asked distance, and none while the host asked to be left alone."""

import asyncio
import time

from services.crawler.application.ports import NotItsTurn

LONG = 1.0
"""Seconds: pages of a host that must wait longer are not taken from the queue meanwhile."""
PATIENCE = 15.0
"""Seconds that a request may wait for its turn; it holds a place in the queue's concurrency meanwhile."""
LONGEST = 3_600.0
"""Seconds: a longer Retry-After is taken as this and then asked about again."""
MANY = 5_000
"""Hosts remembered; those whose time is over are forgotten past this."""


class Pace:
    """When each host may be asked next, in this process."""

    def __init__(self) -> None:
        self._next: dict[str, float] = {}

    async def turn(self, host: str, pace: float) -> None:
        """Wait until it is this request's turn; the one after it comes `pace` seconds later.

        Raises NotItsTurn when that is later than a request can wait for.
        """
        now = time.monotonic()
        at = max(now, self._next.get(host, now))
        if at - now > PATIENCE:
            raise NotItsTurn(f"{host} is not to be asked for another {at - now:.0f} s", at - now)
        self._next[host] = at + pace
        if len(self._next) > MANY:
            self._next = {name: when for name, when in self._next.items() if when > now}
        if at > now:
            await asyncio.sleep(at - now)

    def leave_alone(self, host: str, seconds: float) -> None:
        """The host asked for `seconds` of peace."""
        until = time.monotonic() + min(seconds, LONGEST)
        self._next[host] = max(until, self._next.get(host, 0.0))

    def busy(self) -> list[str]:
        """Hosts whose next turn is more than a moment away."""
        soon = time.monotonic() + LONG
        return [host for host, at in self._next.items() if at > soon]
