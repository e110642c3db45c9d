"""How a source stands, and why: a silence that its rhythm does not explain, a listing that lost its articles, pages
that lost a field. Judged from what is known of it at the end of each poll; `now` is an argument, times are UTC.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from math import inf
from typing import Any, Literal, get_args

from services.crawler.domain.cadence import Rhythm, believable, expected, expected_gap, news_needed
from services.crawler.domain.completeness import FIELDS, Field, Shares, as_json, dropped, looked, shares_of

State = Literal["unproven", "healthy", "quiet_suspicious", "incomplete", "failing", "broken"]
STATES: tuple[State, ...] = get_args(State)

CHANCE = 1e-3
"""A silence or a run of empty listings that is less likely than this is not believed."""
FLOOR = timedelta(hours=6)
"""No silence is suspected before: newsrooms hold meetings and sites take nights off."""
POLLS = 5
"""Nor before so many usual intervals have passed."""
YOUNG = 250.0
"""Hours watched, forgotten ones not counted, below which weekends are not known: nearly two weeks."""
YOUNG_FLOOR = timedelta(days=7)
"""A silence that is believed of such a source in any case."""
LONGER = 1.5
"""Nor unless it is longer, by the news to be expected, than every remembered silence that ended, holidays included."""
EMPTY_RUN = 2
"""Listings without an article in a row before they are suspected."""
FORGET = 0.99
"""What a listing counts after each further one, when empty ones are told from usual ones."""
LITTLE = 3.0
"""Hours with news below which a rhythm says nothing about silence."""
NEVER = timedelta(days=30)
"""After these without anything new, a source without a rhythm counts as unproven again."""
AWAY = timedelta(hours=24)
"""A source that fails in ways that may pass for longer than this needs a person."""

LOST = 3
"""Polls in a row at which a question fails for good before it counts as lost: a site being rebuilt gets some time."""


@dataclass(frozen=True, slots=True)
class Health:
    """The judgement, and what the next one needs."""

    state: State = "unproven"
    reason: str = "not read yet"
    since: datetime | None = None
    """When it came into this state."""
    listings: float = 0.0
    """Listings read, the recent ones counting more, and how many of them were empty."""
    empty: float = 0.0
    empty_run: int = 0
    """Empty listings in a row up to now; they are not counted in `empty` before the run ends."""
    failing_since: datetime | None = None
    gap: float | None = None
    """Seconds after the newest article within which the next was to be expected."""
    believed_until: datetime | None = None
    """Up to when a silence that lasts is believed."""
    listing: Mapping[str, Any] = field(default_factory=dict)
    """Which share of the articles came with a title and a date in the listing, as JSON."""
    failed: Mapping[str, int] = field(default_factory=dict)
    """Polls in a row at which a question failed for good, by its place; those that were answered are not named."""

    @property
    def lost(self) -> int:
        """Questions that failed for good at several polls in a row."""
        return sum(times >= LOST for times in self.failed.values())

    def as_json(self) -> dict[str, Any]:
        """For the database."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return {name: one.isoformat() if isinstance(one, datetime) else one for name, one in values.items()}


def health_of(kept: Mapping[str, Any]) -> Health:
    """What `as_json` made; a new one for anything else."""
    try:
        values = {name: kept[name] for name in Health.__slots__ if name != "failed"}
        failed = kept.get("failed", {})  # younger than the others: a row may be without
        values["failed"] = {str(place): int(times) for place, times in failed.items()}
        for name in ("since", "failing_since", "believed_until"):
            values[name] = datetime.fromisoformat(values[name]) if values[name] else None
        return Health(**values) if values["state"] in STATES else Health()
    except (AttributeError, KeyError, TypeError, ValueError):
        return Health()


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known at the end of a good poll."""

    listed: int | None
    """Articles that the poll listed; None when the host said that nothing has changed."""
    last_new: datetime | None
    rhythm: Rhythm
    zone: tzinfo
    usual: float
    """Seconds between its polls."""
    shares: Mapping[Field, Shares]
    """Of its pages."""
    new: Sequence[Mapping[Field, bool]] = ()
    """Which fields the listing gave of each new article."""
    parts: Mapping[str, bool | None] = field(default_factory=dict)
    """Whether each question that lists was answered, by its place: False when it failed for good, None when it failed
    in a way that may pass."""


def after_poll(before: Health, signs: Signs, now: datetime) -> Health:
    """The health after a poll that was read."""
    health = _counted(before, signs.listed)
    listing = shares_of(health.listing)
    for had in signs.new:
        listing = looked(listing, had)
    health = replace(health, failing_since=None, listing=as_json(listing), **_bounds(signs))
    health = replace(health, failed=_failed(before.failed, signs.parts))
    lost = _lost(health, len(signs.parts))
    if signs.last_new is None and lost:
        return _in(health, "incomplete", lost, now)
    if signs.last_new is None:
        words = f"has listed no article in {health.listings + health.empty_run:.0f} polls"
        return _in(health, "unproven", words if signs.listed == 0 else "has listed no article yet", now)
    if health.empty_run >= EMPTY_RUN and (chance := _empty_chance(health)) < CHANCE:
        words = (
            f"lists nothing for {health.empty_run} polls, where {health.empty:.0f} of {health.listings:.0f} did before"
        )
        return _in(health, "quiet_suspicious", f"{words} (chance {chance:.1g})", now)
    if health.believed_until is not None and now > health.believed_until:
        return _in(health, "quiet_suspicious", _silence(signs, signs.last_new, now), now)
    if lack := lost or dropped(signs.shares) or dropped(listing, "listed articles", FIELDS):
        return _in(health, "incomplete", lack, now)
    if signs.rhythm.known < LITTLE:
        if now - signs.last_new > NEVER:
            return _in(
                health, "unproven", f"nothing new for {in_words(now - signs.last_new)}, and no rhythm known", now
            )
        return _in(health, "healthy", "answers; too little is known to judge its silences", now)
    return _in(health, "healthy", "publishes as it does", now)


def after_failure(before: Health, reason: str, passing: bool, failures: int, now: datetime) -> Health:
    """The health after a poll that failed; `passing`: for a reason that may pass by itself. `failures` in a row."""
    since = before.failing_since or now
    health = replace(before, failing_since=since)
    times = f"; {failures} polls in a row" if failures > 1 else ""
    if not passing:
        return _in(health, "broken", f"{reason}{times}", now)
    if now - since > AWAY:
        return _in(health, "broken", f"fails for {in_words(now - since)}: {reason}{times}", now)
    return _in(health, "failing", f"{reason}{times}", now)


def in_words(span: timedelta) -> str:
    """A span as people say it, in its largest fitting unit."""
    seconds = span.total_seconds()
    for size, name in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {name}"
    return f"{seconds:.0f} s"


def _in(health: Health, state: State, reason: str, now: datetime) -> Health:
    since = health.since if health.state == state and health.since else now
    return replace(health, state=state, reason=reason, since=since)


def _counted(health: Health, listed: int | None) -> Health:
    if listed is None:
        return health
    if listed == 0:
        return replace(health, empty_run=health.empty_run + 1)
    run, kept = health.empty_run, FORGET ** (health.empty_run + 1)
    return replace(health, listings=health.listings * kept + run + 1, empty=health.empty * kept + run, empty_run=0)


def _failed(before: Mapping[str, int], parts: Mapping[str, bool | None]) -> dict[str, int]:
    """How often in a row each question has failed for good; a failure that may pass says nothing either way."""
    times = {place: before.get(place, 0) + (answered is False) for place, answered in parts.items() if not answered}
    return {place: min(count, 1_000_000) for place, count in times.items() if count}


def _lost(health: Health, asked: int) -> str:
    """Which share of the questions is lost, in words; empty when none is."""
    if not health.lost:
        return ""
    polls = min(times for times in health.failed.values() if times >= LOST)
    return f"{health.lost} of {asked} questions failed for good at the last {polls} polls"


def _empty_chance(health: Health) -> float:
    """The chance of so many empty listings in a row, had nothing changed; from few listings nothing follows."""
    return ((health.empty + 1.0) / (health.listings + 2.0)) ** health.empty_run


def _bounds(signs: Signs) -> dict[str, Any]:
    if signs.last_new is None or signs.rhythm.known < LITTLE:
        return {"gap": None, "believed_until": None}
    gap = expected_gap(signs.rhythm, signs.last_new, signs.zone)
    needed = max(news_needed(signs.rhythm, CHANCE), LONGER * signs.rhythm.longest)
    seconds = expected_gap(signs.rhythm, signs.last_new, signs.zone, needed)
    if seconds == inf:
        return {"gap": None, "believed_until": None}
    floor = YOUNG_FLOOR if sum(signs.rhythm.watched) < YOUNG else FLOOR
    seconds = min(max(seconds, floor.total_seconds(), POLLS * signs.usual), 10 * 365 * 86_400.0)
    return {"gap": gap, "believed_until": signs.last_new + timedelta(seconds=seconds)}


def _silence(signs: Signs, last_new: datetime, now: datetime) -> str:
    news = expected(signs.rhythm, last_new, now, signs.zone)
    listed = f"; it lists {signs.listed} known articles" if signs.listed else ""
    chance = believable(signs.rhythm, news)
    return (
        f"nothing new for {in_words(now - last_new)}, where {news:.0f} hours with news were to be expected "
        f"(chance {chance:.1g}){listed}"
    )
