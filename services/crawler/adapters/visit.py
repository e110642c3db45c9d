"""One fetch's turns at the hosts on its way, and what their answers say of them."""

from collections.abc import Callable
from contextlib import AsyncExitStack

from services.crawler.adapters.pace import Hosts, Turn, left_alone
from services.crawler.domain.breaker import Change, Refusal, after
from services.crawler.domain.canonical import host_of
from shared.errors import TransientError

LAST = 1.25
"""Share of a pause after which the page comes back that was refused: those that only waited go before it, so that one
page that is refused by itself does not keep its host closed."""


class Visit:
    """Takes turns, and gives them all back at the end with what was learned."""

    def __init__(self, hosts: Hosts, page: bool, chance: Callable[[], float]) -> None:
        self._hosts = hosts
        self._page = page
        self._chance = chance
        self._turns: dict[str, Turn] = {}
        self._parts: dict[str, Turn] = {}
        self._changes: dict[str, Change | None] = {}

    async def take(self, address: str, pace: float) -> None:
        """Wait for a turn at the address's host; an earlier one there is given back. Raises NotItsTurn, Refused."""
        host = host_of(address)
        await self._give_back(host)
        self._turns[host] = await self._hosts.take(host, pace)

    def welcome(self, address: str) -> None:
        """The host answered as it should."""
        host = host_of(address)
        if host in self._turns:
            self._changes[host] = after(self._turns[host].standing, address, None, 0.5)

    def refused(self, address: str, refusal: Refusal) -> TransientError:
        """The error for a refusal. A check for robots counts against every host that led to it."""
        chance, waits = self._chance(), refusal.retry_after
        for host, turn in self._turns.items():
            if host != host_of(address) and refusal.kind != "no":
                continue
            change = after(turn.standing, address, refusal, chance)
            self._changes[host] = change
            if change is not None and change.pause > 0:
                waits = change.pause * (1.0 if refusal.kind == "busy" else LAST)
        return TransientError(refusal.reason, waits)

    async def beside(self, address: str, pace: float) -> None:
        """A part of a page is asked for, within the page's own turn; its host may be another. Raises Refused."""
        host = host_of(address)
        change = self._changes.get(host)
        if host in self._parts and change is not None and change.pause > 0:
            raise left_alone(host, change.reason, change.pause)
        if host not in self._turns and host not in self._parts:
            self._parts[host] = await self._hosts.beside(host, pace)

    def part_answered(self, address: str, refusal: Refusal | None) -> None:
        """What a part's answer says of its host, where that has no document in this visit: of a host on the page's way
        its documents speak, and what a script asks for there may be closed to anyone. Raises TransientError for a
        refusal."""
        host = host_of(address)
        turn, known = self._parts.get(host), self._changes.get(host)
        if turn is not None and (known is None or known.pause <= 0):
            standing = known.standing if known else turn.standing
            change = after(standing, address, refusal, self._chance())
            self._changes[host] = change or known
        if refusal is not None:
            raise TransientError(refusal.reason, refusal.retry_after)

    async def rest(self, address: str, seconds: float) -> None:
        """Let the host rest for requests made within its turn."""
        if seconds > 0:
            await self._hosts.rest(host_of(address), seconds)

    async def end(self) -> None:
        """Give all turns back, also when one of them cannot be."""
        async with AsyncExitStack() as ending:
            for host in [*self._turns, *self._parts]:
                ending.push_async_callback(self._give_back, host)

    async def _give_back(self, host: str) -> None:
        turn = self._turns.pop(host, None) or self._parts.pop(host, None)
        if turn is not None:
            await self._hosts.done(turn, self._changes.pop(host, None))
