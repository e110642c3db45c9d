"""Polling one source: ask, read, put what it lists into the queue."""

import asyncio
import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from services.crawler.application.ports import Fetcher, Queue, Telemetry
from services.crawler.application.values import LeasedSource, NewPage
from services.crawler.domain.canonical import host_of
from services.crawler.domain.dates import believable
from services.crawler.domain.schedule import pause_after
from services.crawler.domain.source import MAX_LISTED, MAX_REQUESTS, Listed, Request, Source, SourcePage
from services.crawler.domain.text import one_line, plain
from shared.errors import LumingError, PermanentError, TransientError
from shared.runtime.logs import get_logger

log = get_logger(__name__)

VALIDATORS = "validators"
"""Key of the source's state under which the crawler keeps ETag and Last-Modified by address."""


@dataclass(frozen=True)
class Polled:
    """A source as the step needs it."""

    name: str
    source: Source
    interval: float
    pace: float


@dataclass(frozen=True)
class Poll:
    """Polls sources. Never raises what a source or its host did wrong: that is recorded with the source."""

    fetcher: Fetcher
    queue: Queue
    telemetry: Telemetry

    async def __call__(self, polled: Polled, leased: LeasedSource) -> bool:
        """Poll once; true when something new came. Raises the database's errors."""
        began = time.monotonic()
        try:
            pages, state, fault = await self._read(polled, leased)
        except LumingError as error:
            await self._failed(polled, leased, error)
            return False
        except Exception as error:  # noqa: BLE001  # a plug-in's own fault must not stop the others; it is recorded
            await self._failed(polled, leased, PermanentError(f"{type(error).__name__}: {error}"))
            return False
        spent = time.monotonic() - began
        next_in = max(0.0, pause_after(polled.interval, 0) - spent)
        listed = len(pages)
        new, changed = await asyncio.to_thread(self.queue.polled, leased, pages, state, next_in, fault)
        self.telemetry.polled(polled.name, listed, new, spent)
        if leased.failures:
            log.info("source answers again", source=polled.name, failures=leased.failures)
        if new or changed:
            log.info("source lists", source=polled.name, items=listed, new=new, changed=changed)
        return bool(new or changed)

    async def broke(self, polled: Polled, leased: LeasedSource, error: Exception) -> None:
        """Record a poll that ended in an error nobody expected. Raises the database's errors."""
        await self._failed(polled, leased, PermanentError(f"{type(error).__name__}: {error}"))

    async def _failed(self, polled: Polled, leased: LeasedSource, error: LumingError) -> None:
        failures = leased.failures + 1
        retry_after = error.retry_after if isinstance(error, TransientError) else None
        next_in = pause_after(polled.interval, failures, retry_after)
        self.telemetry.poll_failed(polled.name)
        log.warning("source failed", source=polled.name, reason=str(error), failures=failures, next_in=next_in)
        await asyncio.to_thread(self.queue.poll_failed, leased, plain(str(error))[:1000], next_in)

    async def _read(self, polled: Polled, leased: LeasedSource) -> tuple[list[NewPage], dict[str, object], str]:
        """Pages for the queue, the source's new state, and what failed in part (empty: nothing)."""
        now = datetime.now(UTC)
        state = dict(leased.state)
        kept = state.get(VALIDATORS)
        validators: dict[str, object] = dict(kept) if isinstance(kept, Mapping) else {}
        asked, items, dropped = 0, dict[str, NewPage](), 0
        faults: list[tuple[str, LumingError]] = []
        waiting = list(polled.source.start(state, now))
        while waiting and asked < MAX_REQUESTS:
            request, asked = waiting.pop(0), asked + 1
            try:
                answer = await self.fetcher.fetch(request, polled.pace, _validators(validators, request))
                if answer.unmodified:
                    continue
                page = SourcePage(request, answer.address, answer.body, datetime.now(UTC), answer.charset)
                parsed = await asyncio.to_thread(polled.source.parse, page)
            except LumingError as error:
                # What the first answer led to may fail alone: one dead child of an index does not silence the others.
                if asked == 1:
                    raise
                log.warning("part of a source failed", source=polled.name, address=request.address, error=str(error))
                faults.append((request.address, error))
                continue
            waiting += parsed.requests
            state.update(parsed.state)
            dropped += parsed.dropped + max(0, len(parsed.items) - MAX_LISTED)
            items |= {item.address: new_page(item, page.fetched) for item in parsed.items[:MAX_LISTED]}
            validators.pop(request.address, None)
            if request.conditional and not parsed.requests:
                # An answer that leads further must come whole each time: `not modified` says nothing of its children.
                validators[request.address] = dict(answer.validators)
        if faults and len(faults) == asked - 1 and not items:
            raise faults[0][1]
        if dropped:
            log.info("items left out", source=polled.name, count=dropped)
        state[VALIDATORS] = dict(list(validators.items())[-MAX_REQUESTS:])
        return list(items.values()), state, "; ".join(plain(f"{address}: {error}") for address, error in faults)[:1000]


def new_page(item: Listed, now: datetime) -> NewPage:
    """The queue's row for a listed item; without a believable date it is ordered by `now`."""
    published = believable(item.published, now)
    title = one_line(item.title)
    said = "\x1f".join((title, item.published.at.isoformat() if item.published else "", item.marker))
    hints: dict[str, object] = {"title": title}
    if published:
        hints["published"] = published.model_dump(mode="json")
    if item.author:
        hints["author"] = one_line(item.author, 100)
    if item.outlet:
        hints["outlet"] = one_line(item.outlet, 100)
    marker = hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:16]
    ordered_by = min(published.at.astimezone(UTC), now) if published else now
    return NewPage(item.address, host_of(item.address), marker, hints, ordered_by)


def _validators(kept: Mapping[str, object], request: Request) -> dict[str, str] | None:
    found = kept.get(request.address)
    if not request.conditional or not isinstance(found, Mapping):
        return None
    return {str(name): str(value) for name, value in found.items()}
