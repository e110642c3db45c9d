"""When a source is polled and a page is looked at again. Time is an argument."""

from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST_BACKOFF = 3_600.0
"""Seconds: a source that fails is still asked once an hour, so that its return is noticed."""
LONGEST_RETRY = 900.0
"""Seconds before a page that failed is looked at again."""


@dataclass(frozen=True)
class Rhythm:
    """Where a source stands: seconds between polls, polls failed in a row, the last poll's start (UTC)."""

    interval: float
    failures: int = 0
    polled: datetime | None = None


def next_poll(rhythm: Rhythm) -> datetime | None:
    """When the source is due; None for one that was never polled: at once."""
    if rhythm.polled is None:
        return None
    return rhythm.polled + timedelta(seconds=pause_after(rhythm.interval, rhythm.failures))


def is_due(rhythm: Rhythm, now: datetime) -> bool:
    """Whether the source is to be polled at `now` (UTC)."""
    due = next_poll(rhythm)
    return due is None or due <= now


def pause_after(interval: float, failures: int, retry_after: float | None = None) -> float:
    """Seconds from a poll to the next: doubled with each failure in a row, never less than the other side asked."""
    backed_off = min(interval * 2.0 ** min(failures, 20), max(LONGEST_BACKOFF, interval))
    return max(backed_off, min(retry_after or 0.0, 86_400.0))


def retry_pause(base: float, attempts: int, retry_after: float | None = None) -> float:
    """Seconds before a page's next look, after its `attempts`-th failed."""
    backed_off = min(base * 2.0 ** min(attempts - 1, 20), max(LONGEST_RETRY, base))
    return max(backed_off, min(retry_after or 0.0, 86_400.0))
