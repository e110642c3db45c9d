"""Turns by host, in this process: one request after another, at the asked distance, a few at once, and none while the
host refuses or asked to be left alone."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from services.crawler.application.ports import NotItsTurn, Refused
from services.crawler.domain.breaker import CLEAN, Change, Standing
from shared.runtime.logs import get_logger

log = get_logger(__name__)

LONG = 1.0
"""Seconds: pages of a host that must wait longer are not taken from the queue meanwhile."""
PATIENCE = 15.0
"""Seconds that a request may wait for its turn; it holds a place in the queue's concurrency meanwhile."""
AT_ONCE = 2
"""Requests under way at one host, where a pace is kept: a host that is slow gets no more of them."""
PROBE = 60.0
"""Seconds for which others wait for the one request that tries a host again after a pause."""
MANY = 5_000
"""Hosts remembered; those whose time is over are forgotten past this."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Leave to ask a host once; to be given back with what came of it."""

    host: str
    pace: float
    standing: Standing = CLEAN
    token: str = ""


class Hosts(Protocol):
    """When each host may be asked."""

    async def take(self, host: str, pace: float) -> Turn:
        """Wait for a turn; the one after it comes `pace` seconds later. A pace of 0 also means no limit at once.

        Raises NotItsTurn when that is later than a request can wait for, Refused while the host is left alone.
        """
        ...

    async def beside(self, host: str, pace: float) -> Turn:
        """Leave to ask for parts of a page within the page's turn, whose source keeps this pace: no place, no wait.

        Raises Refused while the host is left alone.
        """
        ...

    async def done(self, turn: Turn, change: Change | None) -> None:
        """Give the turn back. `change`: what the answer says of the host, None for nothing new."""
        ...

    async def rest(self, host: str, seconds: float) -> None:
        """The next turn comes so many seconds later: many requests were made in one turn."""
        ...

    def busy(self) -> list[str]:
        """Hosts whose next turn is more than a moment away, as far as this process knows."""
        ...


@dataclass(slots=True)
class _Host:
    next_turn: float = 0.0
    open_until: float = 0.0
    reason: str = ""
    standing: Standing = CLEAN
    free: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))


class Pace:
    """The turns of this process. `refused` is told the reason of each pause."""

    def __init__(self, refused: Callable[[str, str, float], None] | None = None) -> None:
        self._hosts: dict[str, _Host] = {}
        self._refused = refused or said

    async def take(self, host: str, pace: float) -> Turn:
        """Wait for a turn; see Hosts."""
        known = self._known(host)
        if pace > 0:
            try:
                async with asyncio.timeout(PATIENCE):
                    await known.free.acquire()
            except TimeoutError:
                raise NotItsTurn(f"{AT_ONCE} requests are under way at {host}", PATIENCE) from None
        try:
            await self._wait(host, known, pace)
        except BaseException:
            self._free(known, pace)
            raise
        return Turn(host, pace, known.standing)

    async def beside(self, host: str, pace: float) -> Turn:
        """Leave for parts of a page; see Hosts."""
        known = self._known(host)
        left = known.open_until - time.monotonic()
        if left > 0:
            raise left_alone(host, known.reason, left)
        return Turn(host, 0.0, known.standing)

    async def done(self, turn: Turn, change: Change | None) -> None:
        """Give the turn back; see Hosts."""
        known = self._known(turn.host)
        self._free(known, turn.pace)
        if change is None:
            return
        now = time.monotonic()
        known.standing, known.reason = change.standing, change.reason
        if change.pause > 0:
            known.open_until = max(known.open_until, now + change.pause)
            self._refused(turn.host, change.reason, change.pause)
        elif turn.standing.refusals:
            known.open_until, known.next_turn = 0.0, now + turn.pace

    async def rest(self, host: str, seconds: float) -> None:
        """The next turn comes later."""
        known = self._known(host)
        known.next_turn = max(known.next_turn, time.monotonic()) + seconds

    def busy(self) -> list[str]:
        """Hosts whose next turn is more than a moment away."""
        soon = time.monotonic() + LONG
        return [name for name, host in self._hosts.items() if max(host.next_turn, host.open_until) > soon]

    async def _wait(self, host: str, known: _Host, pace: float) -> None:
        now = time.monotonic()
        if known.open_until > now:
            raise left_alone(host, known.reason, known.open_until - now)
        at = max(now, known.next_turn)
        if at - now > PATIENCE:
            raise not_yet(host, at - now)
        mine = known.next_turn = at + (max(pace, PROBE) if known.standing.refusals else pace)
        try:
            if at > now:
                await asyncio.sleep(at - now)
        except asyncio.CancelledError:
            if known.next_turn == mine:  # else others have come after it already
                known.next_turn = at
            raise

    def _known(self, host: str) -> _Host:
        if host not in self._hosts and len(self._hosts) >= MANY:
            now = time.monotonic()
            self._hosts = {
                name: one
                for name, one in self._hosts.items()
                if max(one.next_turn, one.open_until) > now or one.standing.refusals or one.free.locked()
            }
        return self._hosts.setdefault(host, _Host())

    @staticmethod
    def _free(known: _Host, pace: float) -> None:
        if pace > 0:
            known.free.release()


def left_alone(host: str, reason: str, seconds: float) -> Refused:
    """The error for a host that is not asked for now."""
    why = f": it answered {reason}" if reason else ""
    return Refused(f"{host} is not to be asked for another {seconds:.0f} s{why}", seconds)


def not_yet(host: str, seconds: float) -> NotItsTurn:
    """The error for a host that others ask first."""
    return NotItsTurn(f"{host} is not to be asked for another {seconds:.0f} s", seconds)


def said(host: str, reason: str, pause: float) -> None:
    """Log a pause."""
    log.warning("host refuses and is left alone", host=host, reason=reason, seconds=round(pause))
