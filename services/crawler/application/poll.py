"""Polling one source: ask, read, put what it lists into the queue, and judge how the source stands."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, tzinfo

from services.crawler.application.conclude import conclude
from services.crawler.application.history import History, history_of
from services.crawler.application.ports import Fetcher, Queue
from services.crawler.application.reading import Reading
from services.crawler.application.telemetry import Telemetry
from services.crawler.application.values import Conclusion, LeasedSource, NewPage
from services.crawler.domain.health import after_failure, health_of
from services.crawler.domain.schedule import Interval, pause_after
from services.crawler.domain.source import Source
from services.crawler.domain.text import plain
from shared.errors import LumingError, PermanentError, TransientError
from shared.hiding import NOTHING, Hidden
from shared.runtime.logs import get_logger

log = get_logger(__name__)


@dataclass(frozen=True)
class Polled:
    """A source as the step needs it."""

    name: str
    source: Source
    interval: float
    """Seconds between polls, usually."""
    pace: float
    fastest: float | None = None
    slowest: float | None = None
    """Bounds within which the interval follows the source's rhythm; the usual ones where they are None."""
    zone: tzinfo = UTC
    """Of its rhythm: hours of the day and weekdays are those of its newsroom."""
    keep: bool = False
    """Whether its listing is kept, so that its selectors can be mended."""
    render: bool = False
    """Whether its listing is empty without JavaScript."""
    until: date | None = None
    """The last day (UTC) on which its terms let it be read; None without such a bound."""
    hidden: Hidden = NOTHING
    """Secrets of its addresses, which neither the log nor the database gets to see."""

    @property
    def bounds(self) -> Interval:
        """The interval with its bounds."""
        return Interval.of(self.interval, self.fastest, self.slowest)

    def permitted(self, now: datetime) -> None:
        """Raises PermanentError when the leave to read the source has run out while the crawler was running."""
        if self.until is not None and now.date() > self.until:
            raise PermanentError(f"its permission held until {self.until}: renew it in the sources file")


@dataclass(frozen=True)
class Poll:
    """Polls sources. Never raises what a source or its host did wrong: that is recorded with the source."""

    fetcher: Fetcher
    queue: Queue
    telemetry: Telemetry
    since: datetime | None = None
    """How far sources that have a history are read back, once."""

    async def __call__(self, polled: Polled, leased: LeasedSource) -> bool:
        """Poll once; true when something new came. Raises the database's errors."""
        began = time.monotonic()
        reading = Reading(
            name=polled.name,
            source=polled.source,
            pace=polled.pace,
            fetcher=self.fetcher,
            state=dict(leased.state),
            render=polled.render,
            keep=polled.keep,
            hidden=polled.hidden,
        )
        try:
            polled.permitted(datetime.now(UTC))
            await reading.present(datetime.now(UTC))
        except LumingError as error:
            await self._failed(polled, leased, error, reading)
            return False
        except Exception as error:  # noqa: BLE001  # a plug-in's own fault must not stop the others; it is recorded
            await self._failed(polled, leased, PermanentError(f"{type(error).__name__}: {error}"), reading)
            return False
        history = await self._read_back(polled, reading)
        new, changed = await self._ended(polled, leased, reading, time.monotonic() - began, history)
        return bool(new or changed)

    async def broke(self, polled: Polled, leased: LeasedSource, error: Exception) -> None:
        """Record a poll that ended in an error nobody expected. Raises the database's errors."""
        await self._failed(polled, leased, PermanentError(f"{type(error).__name__}: {error}"), None)

    async def _read_back(self, polled: Polled, reading: Reading) -> History | None:
        """Read a part of the past, if one was asked for; what is wrong with it leaves the present alone."""
        if self.since is None:
            return None
        try:
            history = history_of(polled.name, polled.source, reading.state, self.since, datetime.now(UTC))
            if history is None:
                return None
            await reading.past(history)
        except Exception as error:
            log.exception("history broke", source=polled.name)
            reading.faults.append(("history", PermanentError(f"{type(error).__name__}: {error}")))
            return None
        return history

    async def _ended(
        self, polled: Polled, leased: LeasedSource, reading: Reading, spent: float, history: History | None
    ) -> tuple[int, int]:
        now, bounds = datetime.now(UTC), polled.bounds
        goes_on = history is not None and not history.done

        def judge(news: Sequence[NewPage], completeness: Mapping[str, object]) -> Conclusion:
            found = conclude(leased, reading.listed, news, completeness, bounds, polled.zone, now, reading.parts)
            next_in = bounds.fastest if goes_on else found.next_in
            return replace(found, next_in=max(0.0, next_in - spent))

        state, pages = reading.end(), list(reading.pages.values())
        new, changed = await asyncio.to_thread(
            self.queue.polled, leased, pages, state, judge, reading.fault, reading.kept
        )
        self.telemetry.polled(polled.name, len(pages), new, spent, reading.dropped)
        if leased.failures:
            log.info("source answers again", source=polled.name, failures=leased.failures)
        if new or changed:
            log.info("source lists", source=polled.name, items=len(pages), new=new, changed=changed)
        if history is not None:
            self._told(polled, history)
        return new, changed

    def _told(self, polled: Polled, history: History) -> None:
        """Say how far reading back has come."""
        oldest = history.oldest.isoformat() if history.oldest else None
        self.telemetry.read_back(polled.name, history.requests, history.items, len(history.waiting))
        log.info(
            "history is read back" if history.done else "history goes on with the next poll",
            source=polled.name,
            since=history.since.isoformat(),
            oldest=oldest,
            requests=history.requests,
            items=history.items,
            waiting=len(history.waiting),
        )

    async def _failed(self, polled: Polled, leased: LeasedSource, error: LumingError, reading: Reading | None) -> None:
        failures = leased.failures + 1
        passing = isinstance(error, TransientError)
        retry_after = error.retry_after if isinstance(error, TransientError) else None
        next_in = pause_after(polled.interval, failures, retry_after)
        said = polled.hidden(str(error))
        reason = plain(said)[:1000]
        health = after_failure(health_of(leased.health), reason, passing, failures, datetime.now(UTC)).as_json()
        self.telemetry.poll_failed(polled.name)
        log.warning("source failed", source=polled.name, reason=said, failures=failures, next_in=next_in)
        kept = reading.kept if reading is not None else None
        await asyncio.to_thread(self.queue.poll_failed, leased, reason, next_in, health, kept)
