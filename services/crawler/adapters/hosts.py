"""Turns by host, shared by all crawlers of one database, in the database's time.

A turn costs one statement before the request and one after it, and one every five seconds while it goes on. A host with
a pace of 0 (a test's, a benchmark's) is kept in this process alone: no statement.
"""

import asyncio
import time
import uuid
from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import Engine, Row

from services.crawler.adapters import host_statements as statements
from services.crawler.adapters.database import transaction
from services.crawler.adapters.pace import (
    AT_ONCE,
    LONG,
    MANY,
    PATIENCE,
    PROBE,
    Pace,
    Turn,
    left_alone,
    not_yet,
    said,
)
from services.crawler.application.ports import NotItsTurn
from services.crawler.domain.breaker import Change, Standing
from shared.errors import LumingError
from shared.runtime.logs import get_logger

log = get_logger(__name__)

LOST = 20.0
"""Seconds after which a request of a process that died counts no longer: as long as a lease, so that the others have
its hosts too within the 30 seconds in which they have its work."""
RENEW = 5.0
"""Seconds between two renewals of what is under way: two may fail."""
LOOK_AGAIN = 0.5
"""Seconds between two tries while the host has as many requests under way as it may."""
AWAY = 5.0
"""Seconds after which a request is tried again whose turn the database could not tell."""
OLD = 7 * 86_400.0
"""Seconds after its last turn and pause for which a host is remembered: the longest pause is a day."""
FORGET = 3_600.0
"""Seconds between two looks for hosts that are to be forgotten."""

_Row = Row[tuple[object, ...]]


class SharedHosts:
    """The turns of all crawlers of one database. `refused` is told host, reason and seconds of each pause."""

    def __init__(self, engine: Engine, refused: Callable[[str, str, float], None] | None = None) -> None:
        self._engine = engine
        self._refused = refused or said
        self._own = Pace(refused)
        self._seen: dict[str, float] = {}
        self._held: dict[str, tuple[str, float]] = {}
        self._renewing: asyncio.Task[None] | None = None
        self._forget_at = 0.0

    async def take(self, host: str, pace: float) -> Turn:
        """Wait for a turn; see Hosts. Raises NotItsTurn too while the database is away."""
        if pace <= 0:
            return await self._own.take(host, pace)
        await self._forget()
        token, end = uuid.uuid4().hex, time.monotonic() + PATIENCE
        values = {"host": host, "pace": pace, "token": token, "lost": LOST, "probe": PROBE, "patience": PATIENCE}
        while True:
            asked = asyncio.ensure_future(self._row(statements.TAKE, {**values, "most": AT_ONCE}))
            try:
                row = await asyncio.shield(asked)
                if row is not None:
                    gap = max(pace, PROBE) if row.refusals else pace
                    wait = max(0.0, float(row.next_in) - gap)
                    self._hold(host, token)
                    self._see(host, wait + pace)
                    if wait > 0:
                        await asyncio.sleep(wait)
                    return Turn(host, pace, Standing(row.refusals, row.doubt), token)
            except asyncio.CancelledError:
                await asyncio.shield(asyncio.ensure_future(self._withdraw(asked, host, token, pace)))
                raise
            await self._why_not(host, end)

    async def beside(self, host: str, pace: float) -> Turn:
        """Leave for parts of a page; see Hosts."""
        if pace <= 0:
            return await self._own.beside(host, pace)
        row, token = await self._row(statements.STANDING, {"host": host}), uuid.uuid4().hex
        if row is None:
            return Turn(host, pace, token=token)
        if row.closed is not None and row.closed > 0:
            self._see(host, float(row.closed))
            raise left_alone(host, row.reason, float(row.closed))
        return Turn(host, pace, Standing(row.refusals, row.doubt), token)

    async def done(self, turn: Turn, change: Change | None) -> None:
        """Give the turn back; see Hosts. While the database is away the turn runs out by itself."""
        if not turn.token:
            await self._own.done(turn, change)
            return
        held = self._held.pop(turn.token, None)
        values: dict[str, object] = {"host": turn.host, "token": turn.token}
        if change is None:
            if held:
                await self._row(statements.DONE, values)
            return
        cleared = change.pause <= 0 and turn.standing.refusals > 0
        values |= {
            "refusals": change.standing.refusals,
            "doubt": change.standing.doubt,
            "reason": change.reason,
            "pause": change.pause,
            "cleared": cleared,
            "pace": turn.pace,
        }
        if change.pause > 0:
            self._see(turn.host, change.pause)
            self._refused(turn.host, change.reason, change.pause)
        await self._row(statements.CHANGED, values)

    async def rest(self, host: str, seconds: float) -> None:
        """The next turn comes later."""
        self._see(host, seconds)
        await self._row(statements.REST, {"host": host, "seconds": seconds})

    def busy(self) -> list[str]:
        """Hosts whose next turn is more than a moment away, as far as this process has seen."""
        soon = time.monotonic() + LONG
        return [*self._own.busy(), *(host for host, at in self._seen.items() if at > soon)]

    async def _why_not(self, host: str, end: float) -> None:
        """Wait a moment where only too many requests are under way; else raise what keeps the request back."""
        row = await self._row(statements.WHY, {"host": host})
        if row is None:
            return
        if row.closed is not None and row.closed > 0:
            self._see(host, float(row.closed))
            raise left_alone(host, row.reason, float(row.closed))
        if row.turn > PATIENCE:
            self._see(host, float(row.turn))
            raise not_yet(host, float(row.turn))
        # A place that was not renewed for so long is a dead process's: it is waited for, since it is free at once.
        if time.monotonic() > end and row.lost is not None and row.lost > RENEW:
            self._see(host, PATIENCE)
            raise NotItsTurn(f"{AT_ONCE} requests are under way at {host}", PATIENCE)
        await asyncio.sleep(LOOK_AGAIN)

    async def _withdraw(self, asked: "asyncio.Future[_Row | None]", host: str, token: str, pace: float) -> None:
        """Give back what was taken for a request that is not made."""
        try:
            row = await asked
            self._held.pop(token, None)
            if row is not None:
                gap = max(pace, PROBE) if row.refusals else pace
                values = {"host": host, "token": token, "turn": row.next_turn, "gap": gap}
                await self._row(statements.WITHDRAWN, values)
        except NotItsTurn as error:
            log.warning("a turn was not given back and runs out by itself", host=host, why=str(error))

    def _hold(self, host: str, token: str) -> None:
        """Renew this place until it is given back."""
        self._held[token] = (host, time.monotonic())
        if self._renewing is None or self._renewing.done():
            self._renewing = asyncio.create_task(self._renew())

    async def _renew(self) -> None:
        while self._held:
            await asyncio.sleep(RENEW)
            old = time.monotonic() - RENEW / 2
            # All processes go by the hosts' names, so that two of them never wait for each other's rows.
            places = sorted((host, token) for token, (host, since) in self._held.items() if since < old)
            if not places:
                continue
            try:
                values = [{"host": host, "token": token, "lost": LOST} for host, token in places]
                await asyncio.to_thread(self._renewed, values)
            except LumingError as error:
                log.warning("requests under way were not renewed yet", requests=len(places), why=str(error))

    def _renewed(self, values: Sequence[Mapping[str, object]]) -> None:
        with transaction(self._engine) as connection:
            connection.execute(statements.RENEW, values)

    async def _forget(self) -> None:
        """Once in a while: drop the rows of hosts that nobody has asked for long."""
        now = time.monotonic()
        if now >= self._forget_at:
            self._forget_at = now + FORGET
            await self._row(statements.FORGET, {"old": OLD})

    def _see(self, host: str, seconds: float) -> None:
        now = time.monotonic()
        if len(self._seen) >= MANY:
            self._seen = {name: at for name, at in self._seen.items() if at > now}
        self._seen[host] = now + seconds

    async def _row(self, statement: object, values: Mapping[str, object]) -> _Row | None:
        try:
            return await asyncio.to_thread(self._asked, statement, values)
        except LumingError as error:
            raise NotItsTurn(f"nobody says whose turn it is: {error}", AWAY) from error

    def _asked(self, statement: object, values: Mapping[str, object]) -> _Row | None:
        with transaction(self._engine) as connection:
            result = connection.execute(statement, values)  # type: ignore[call-overload]  # one of the statements
            return result.one_or_none() if result.returns_rows else None
