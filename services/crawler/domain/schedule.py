"""When a source is polled and a page is looked at again, in seconds from now."""

LONGEST_BACKOFF = 3_600.0
"""Seconds: a source that fails is still asked once an hour, so that its return is noticed."""
LONGEST_RETRY = 900.0
"""Seconds before a page that failed is looked at again."""


def pause_after(interval: float, failures: int, retry_after: float | None = None) -> float:
    """Seconds from a poll to the next: doubled with each failure in a row, never less than the other side asked."""
    backed_off = min(interval * 2.0 ** min(failures, 20), max(LONGEST_BACKOFF, interval))
    return max(backed_off, min(retry_after or 0.0, 86_400.0))


def retry_pause(base: float, attempts: int, retry_after: float | None = None) -> float:
    """Seconds before a page's next look, after its `attempts`-th failed."""
    backed_off = min(base * 2.0 ** min(attempts - 1, 20), max(LONGEST_RETRY, base))
    return max(backed_off, min(retry_after or 0.0, 86_400.0))


def unreached_pause(base: float, unreached: float, retry_after: float | None = None) -> float:
    """Seconds before a page is tried whose host has not been reached for `unreached` seconds: about twice as late."""
    return max(base, min(unreached, LONGEST_RETRY), min(retry_after or 0.0, 86_400.0))
