"""An alert's own times, from the publication to its delivery, in a line."""

from datetime import UTC, datetime

from services.alerter.domain.wording import in_language
from shared.messages import Published, Times
from shared.messages.common import Language

_INSTANT = "%Y-%m-%d %H:%M:%S UTC"
_STATIONS = {
    "fetched": ("抓取", "fetched"),
    "classified": ("识别", "classified"),
    "decided": ("判定", "decided"),
}
"""What lies between the first sight and the delivery; each is shown by the seconds since the first sight."""


def times_words(published: Published | None, times: Times, now: datetime, language: Language) -> str:
    """Published, first seen, the stations between, delivered `now`; seconds count from the first sight."""
    seen, told = times.first_seen.astimezone(UTC), now.astimezone(UTC)
    between = [
        f"{in_language(words, language)} +{_seconds(times.first_seen, at)} s"
        for name, words in _STATIONS.items()
        if (at := getattr(times, name)) is not None
    ]
    parts = (
        f"{in_language(('发布', 'published'), language)} {published_words(published, language)}",
        f"{in_language(('发现', 'first seen'), language)} {seen:{_INSTANT}}",
        *between,
        f"{in_language(('送达', 'delivered'), language)} {told:{_INSTANT}}"
        f" ({in_language(('发现后', 'after'), language)} {_seconds(times.first_seen, now)} s)",
    )
    return " · ".join(parts)


def published_words(published: Published | None, language: Language) -> str:
    """As exactly as the page says it, in the page's own timezone."""
    if published is None:
        return in_language(("未标明", "not stated"), language)
    shape = {"minute": "%Y-%m-%d %H:%M %z", "day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}[published.precision]
    return published.at.strftime(shape).strip()


def _seconds(start: datetime, end: datetime) -> str:
    return f"{max(0.0, (end - start).total_seconds()):.1f}"
