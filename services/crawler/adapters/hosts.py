"""Turns by host, shared by all crawlers of one database, in the database's time.

A turn costs one statement before the request and one after it. A host with a pace of 0 (a test's, a benchmark's) is
kept in this process alone: no statement.
"""

import asyncio
import time
import uuid
from collections.abc import Callable, Mapping

from sqlalchemy import Engine, Row, text

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

LOST = 90.0
"""Seconds after which a request of a process that died counts no longer; longer than any request may take."""
LOOK_AGAIN = 0.5
"""Seconds between two tries while the host has as many requests under way as it may."""
AWAY = 5.0
"""Seconds after which a request is tried again whose turn the database could not tell."""

_TAKE = text(
    "insert into hosts as known (host, next_turn, under_way, reason, refusals, doubt) values (:host, "
    "now() + make_interval(secs => :pace), "
    "jsonb_build_object(cast(:token as text), extract(epoch from now()) + :lost), '', 0, '') "
    "on conflict (host) do update set next_turn = greatest(known.next_turn, now()) + make_interval(secs => "
    "case when known.refusals > 0 then greatest(cast(:pace as float), :probe) else :pace end), "
    "under_way = (select coalesce(jsonb_object_agg(way.key, way.value), jsonb_build_object()) "
    "from jsonb_each(known.under_way) as way where cast(way.value as float) > extract(epoch from now())) "
    "|| excluded.under_way "
    "where known.next_turn <= now() + make_interval(secs => :patience) "
    "and (known.open_until is null or known.open_until <= now()) "
    "and (select count(*) from jsonb_each(known.under_way) as way "
    "where cast(way.value as float) > extract(epoch from now())) < :most "
    "returning greatest(0, extract(epoch from next_turn - now()) - "
    "case when refusals > 0 then greatest(cast(:pace as float), :probe) else :pace end) as wait, refusals, doubt"
)
_WHY = text(
    "select extract(epoch from next_turn - now()) as turn, extract(epoch from open_until - now()) as closed, reason "
    "from hosts where host = :host"
)
_DONE = text("update hosts set under_way = under_way - cast(:token as text) where host = :host")
_CHANGED = text(
    "update hosts set under_way = under_way - cast(:token as text), refusals = :refusals, doubt = :doubt, "
    "reason = :reason, "
    "open_until = case when :pause > 0 then greatest(open_until, now() + make_interval(secs => :pause)) "
    "when :cleared then null else open_until end, "
    "next_turn = case when :cleared then now() + make_interval(secs => :pace) else next_turn end where host = :host"
)
_REST = text(
    "update hosts set next_turn = greatest(next_turn, now()) + make_interval(secs => :seconds) where host = :host"
)


class SharedHosts:
    """The turns of all crawlers of one database. `refused` is told host, reason and seconds of each pause."""

    def __init__(self, engine: Engine, refused: Callable[[str, str, float], None] | None = None) -> None:
        self._engine = engine
        self._refused = refused or said
        self._own = Pace(refused)
        self._seen: dict[str, float] = {}

    async def take(self, host: str, pace: float) -> Turn:
        """Wait for a turn; see Hosts. Raises NotItsTurn too while the database is away."""
        if pace <= 0:
            return await self._own.take(host, pace)
        token, end = uuid.uuid4().hex, time.monotonic() + PATIENCE
        values = {"host": host, "pace": pace, "token": token, "lost": LOST, "probe": PROBE, "patience": PATIENCE}
        while True:
            row = await self._row(_TAKE, {**values, "most": AT_ONCE})
            if row is not None:
                wait = float(row.wait)
                self._see(host, wait + pace)
                turn = Turn(host, pace, Standing(row.refusals, row.doubt), token)
                if wait > 0:
                    await asyncio.sleep(wait)
                return turn
            await self._why_not(host, end)

    async def done(self, turn: Turn, change: Change | None) -> None:
        """Give the turn back; see Hosts. While the database is away the turn runs out by itself."""
        if not turn.token:
            await self._own.done(turn, change)
            return
        values: dict[str, object] = {"host": turn.host, "token": turn.token}
        if change is None:
            await self._row(_DONE, values)
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
        await self._row(_CHANGED, values)

    async def rest(self, host: str, seconds: float) -> None:
        """The next turn comes later."""
        self._see(host, seconds)
        await self._row(_REST, {"host": host, "seconds": seconds})

    def busy(self) -> list[str]:
        """Hosts whose next turn is more than a moment away, as far as this process has seen."""
        soon = time.monotonic() + LONG
        return [*self._own.busy(), *(host for host, at in self._seen.items() if at > soon)]

    async def _why_not(self, host: str, end: float) -> None:
        """Wait a moment where only too many requests are under way; else raise what keeps the request back."""
        row = await self._row(_WHY, {"host": host})
        if row is None:
            return
        if row.closed is not None and row.closed > 0:
            self._see(host, float(row.closed))
            raise left_alone(host, row.reason, float(row.closed))
        if row.turn > PATIENCE:
            self._see(host, float(row.turn))
            raise not_yet(host, float(row.turn))
        if time.monotonic() > end:
            self._see(host, PATIENCE)
            raise NotItsTurn(f"{AT_ONCE} requests are under way at {host}", PATIENCE)
        await asyncio.sleep(LOOK_AGAIN)

    def _see(self, host: str, seconds: float) -> None:
        now = time.monotonic()
        if len(self._seen) >= MANY:
            self._seen = {name: at for name, at in self._seen.items() if at > now}
        self._seen[host] = now + seconds

    async def _row(self, statement: object, values: Mapping[str, object]) -> Row[tuple[object, ...]] | None:
        try:
            return await asyncio.to_thread(self._asked, statement, values)
        except LumingError as error:
            raise NotItsTurn(f"nobody says whose turn it is: {error}", AWAY) from error

    def _asked(self, statement: object, values: Mapping[str, object]) -> Row[tuple[object, ...]] | None:
        with transaction(self._engine) as connection:
            result = connection.execute(statement, values)  # type: ignore[call-overload]  # one of the texts above
            return result.one_or_none() if result.returns_rows else None
