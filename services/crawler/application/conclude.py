"""What follows from a poll for its source: rhythm, health, and when to ask again. Pure; told what was new."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from types import MappingProxyType

from pydantic import ValidationError

from services.crawler.application.values import Conclusion, LeasedSource, NewPage
from services.crawler.domain.cadence import Rhythm, learned, rhythm_of
from services.crawler.domain.completeness import shares_of
from services.crawler.domain.health import Signs, after_poll, health_of
from services.crawler.domain.schedule import Interval, poll_pause
from shared.messages.common import Published

TRUSTED = timedelta(days=7)
"""An article listed for the first time that is dated farther back tells of today, not of its date."""
FIRST = timedelta(days=28)
"""Of the first listing, articles dated within this before the newest one teach the rhythm; older ones are pinned."""


def conclude(
    leased: LeasedSource,
    listed: Sequence[NewPage] | None,
    news: Sequence[NewPage],
    completeness: Mapping[str, object],
    interval: Interval,
    zone: tzinfo,
    now: datetime,
    parts: Mapping[str, bool | None] = MappingProxyType({}),
) -> Conclusion:
    """Judge a poll that was read at `now`.

    `listed`: what it listed, None when the host said that nothing has changed; `news`: what of it nobody had seen;
    `parts`: how its questions that list fared, as `Signs` has them.
    """
    rhythm, last_new = rhythm_of(leased.rhythm), leased.last_new
    current = [page for page in listed or () if not page.history]
    new = [page for page in news if not page.history]
    if last_new is None and current:
        times = [time for page in current if (time := _dated(page, now))]
        last_new = max([at for at, _ in times], default=now)
        exact = [at for at, is_exact in times if is_exact and at > last_new - FIRST]
        rhythm = learned(rhythm, exact, now, zone)
    elif new:
        rhythm = learned(rhythm, [_when(page, now) for page in new], now, zone)
        last_new = now
    signs = Signs(
        listed=None if listed is None else len(current),
        last_new=last_new,
        rhythm=rhythm,
        zone=zone,
        usual=interval.usual,
        shares=shares_of(completeness),
        new=[{"title": bool(page.hints.get("title")), "date": "published" in page.hints} for page in new],
        parts=parts,
    )
    health = after_poll(health_of(leased.health), signs, now)
    next_in = poll_pause(interval, rhythm, now, zone)
    return Conclusion(next_in, _kept(rhythm), health.as_json(), last_new, signs.listed)


def _kept(rhythm: Rhythm) -> dict[str, object]:
    return rhythm.as_json() if rhythm.until else {}


def _when(page: NewPage, now: datetime) -> datetime:
    dated = _dated(page, now)
    return dated[0] if dated and dated[1] and dated[0] > now - TRUSTED else now


def _dated(page: NewPage, now: datetime) -> tuple[datetime, bool] | None:
    """When the listing says that it was published, not after `now`, and whether it tells the hour.

    A time of exactly midnight is how many sites write a day.
    """
    try:
        published = Published.model_validate(page.hints["published"]) if "published" in page.hints else None
    except ValidationError:
        return None
    if published is None or published.precision in ("month", "year"):
        return None
    exact = published.precision == "minute" and (published.at.hour, published.at.minute) != (0, 0)
    at = published.at if exact else published.at + timedelta(days=1)
    return min(at.astimezone(UTC), now), exact
