"""Storing looks together: those that end at about the same time share one transaction.

A transaction costs the processor as much as reading a quarter of a page, for one look or for ten. What fails in company
is stored alone, so that no look stands or falls with another's page.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from services.crawler.application.ports import LeaseLost, Store
from services.crawler.application.settle import settle, settle_together
from services.crawler.application.values import Found, LeasedPage, Verdict
from shared.errors import TransientError
from shared.runtime.logs import get_logger

log = get_logger(__name__)

GATHER = 0.1
"""Seconds for which a look that leaves no article waits for others that are on their way. An article does not wait."""
MOST = 8
"""Looks that are enough for one transaction: half of the usual pages in work, so that the other half can go on."""


@dataclass(frozen=True)
class _Waiting:
    store: Store
    page: LeasedPage
    found: Found | Verdict
    settled: "asyncio.Future[Verdict]"


class Storing:
    """Takes what came of looks and settles it, one transaction after another."""

    def __init__(self) -> None:
        self._coming = 0
        self._waiting: list[_Waiting] = []
        self._enough = asyncio.Event()
        self._working: asyncio.Task[None] | None = None
        self._alone = asyncio.Semaphore(1)

    @contextmanager
    def on_the_way(self) -> Iterator[None]:
        """While the block lasts a look is on its way here, for which others may wait a moment."""
        self._coming += 1
        try:
            yield
        finally:
            self._coming -= 1
            self._look_round()

    async def __call__(self, store: Store, page: LeasedPage, found: Found | Verdict, alone: bool = False) -> Verdict:
        """The verdict, once the database has it. Raises the database's errors, and LeaseLost."""
        if alone:
            async with self._alone:
                return await asyncio.to_thread(settle, store, page, found)
        settled: asyncio.Future[Verdict] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(store, page, found, settled))
        if self._working is None or self._working.done():
            self._enough = asyncio.Event()
            self._working = asyncio.create_task(self._work())
        self._look_round()
        return await settled

    def _look_round(self) -> None:
        """Whether there is something that should not wait, or nothing to wait for."""
        many = len(self._waiting) >= min(MOST, self._coming)
        if self._waiting and (many or any(isinstance(one.found, Found) for one in self._waiting)):
            self._enough.set()

    async def _work(self) -> None:
        while self._waiting:
            try:
                async with asyncio.timeout(GATHER):
                    await self._enough.wait()
            except TimeoutError:
                pass  # what is here goes on without the others
            # Whoever was cancelled meanwhile has given its page back.
            taken = [one for one in self._waiting[:MOST] if not one.settled.done()]
            self._waiting = self._waiting[MOST:]
            self._enough.clear()
            self._look_round()
            if taken:
                await self._settle(taken)

    async def _settle(self, looks: Sequence[_Waiting]) -> None:
        try:
            together = [(one.page, one.found) for one in looks]
            verdicts = await asyncio.to_thread(settle_together, looks[0].store, together)
        except Exception as error:  # noqa: BLE001  # each look gets it, where it is told and recorded
            passing = isinstance(error, TransientError) and not isinstance(error, LeaseLost)
            if len(looks) > 1 and not passing:
                log.info("looks are stored one by one", looks=len(looks), why=str(error))
                for one in looks:
                    await self._settle([one])
                return
            for one in looks:
                _failed(one, error)
        else:
            for one, verdict in zip(looks, verdicts, strict=True):
                if not one.settled.done():
                    one.settled.set_result(verdict)


def _failed(look: _Waiting, error: Exception) -> None:
    if not look.settled.done():
        look.settled.set_exception(error)
