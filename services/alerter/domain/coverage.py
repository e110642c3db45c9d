"""Whether a company was quiet because nothing happened, or because sources were silent. Pure.

What is known of the sources is a record of their states, each row with the time at which the alerter wrote it: a
period is judged by what was written before its end, so that it reads the same whenever it is built again.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from pydantic import AwareDatetime

from services.alerter.domain.digest_period import Period
from shared.messages.common import Frozen

NOT_POLLED = "not_polled"
"""The alerter's own state of a source: its next poll is long overdue, so that the crawler itself is away."""
SILENT = frozenset({"quiet_suspicious", "failing", "broken", NOT_POLLED})
"""States (services/crawler/domain/health.py) in which a source may hide news. `incomplete` still lists articles."""
UNPROVEN = "unproven"
LEAST = timedelta(hours=3)
"""A shorter failure is made up for by the next poll, which lists what was missed."""


class Standing(Frozen):
    """A source's state as it was recorded."""

    source: str
    state: str
    reason: str = ""
    since: AwareDatetime
    """When it came into the state, by the crawler's judgement; of a silence when its newest article came."""
    seen: AwareDatetime
    """When it was recorded."""


class SilentSource(Frozen):
    """A source that was silent in a period, for LEAST or longer."""

    source: str
    since: AwareDatetime
    until: AwareDatetime | None = None
    """None: it still was at the end."""
    reason: str = ""


class Coverage(Frozen):
    """What was heard of one company in a period; `entity` is empty for a subscription that names none."""

    entity: str = ""
    events: int = 0
    """Threads of it that the subscription wants."""
    articles: int = 0
    """Articles that named it."""
    sources: int = 0
    """Sources that have told of it so far."""
    silent: tuple[SilentSource, ...] = ()
    """Those of them that were silent."""
    others: tuple[str, ...] = ()
    """Silent sources that have not told of it so far, and might have."""

    @property
    def sure(self) -> bool:
        """A quiet period means that nothing happened."""
        return bool(self.sources) and not self.silent


def silences(record: Iterable[Standing], period: Period) -> tuple[SilentSource, ...]:
    """The sources that were silent in the period, by name."""
    by_source: dict[str, list[Standing]] = {}
    for standing in sorted(record, key=lambda one: (one.source, one.seen)):
        by_source.setdefault(standing.source, []).append(standing)
    found = (_longest(_known(rows, period), period) for rows in by_source.values())
    return tuple(silent for silent in found if silent is not None)


def _known(rows: Sequence[Standing], period: Period) -> Sequence[Standing]:
    """What was recorded before the end; of a source that nobody recorded then, its first state, if it held already."""
    before = [row for row in rows if row.seen < period.end]
    return before or [row for row in rows[:1] if row.since < period.end]


def _longest(rows: Sequence[Standing], period: Period) -> SilentSource | None:
    """The longest silence of one source within the period."""
    starts = [row.since if number == 0 else row.seen for number, row in enumerate(rows)]
    ends: list[datetime | None] = [*starts[1:], *([None] if rows else [])]
    longest: tuple[timedelta, SilentSource] | None = None
    for row, start, end in _merged(rows, starts, ends):
        within = min(end or period.end, period.end) - max(start, period.start)
        if within >= min(LEAST, period.end - period.start) and (longest is None or within >= longest[0]):
            longest = within, SilentSource(source=row.source, since=min(row.since, start), until=end, reason=row.reason)
    return longest[1] if longest else None


def _merged(
    rows: Sequence[Standing], starts: Sequence[datetime], ends: Sequence[datetime | None]
) -> list[tuple[Standing, datetime, datetime | None]]:
    """Silent states one after the other are one silence, told with its last reason and its first beginning."""
    found: list[tuple[Standing, datetime, datetime | None]] = []
    silent_before = False
    for row, start, end in zip(rows, starts, ends, strict=True):
        silent = row.state in SILENT
        if silent and silent_before:
            first, began, _ = found[-1]
            found[-1] = (row.model_copy(update={"since": min(first.since, row.since)}), began, end)
        elif silent:
            found.append((row, start, end))
        silent_before = silent
    return found


def coverage_of(
    entities: Sequence[str],
    events: Mapping[str, int],
    articles: Mapping[str, int],
    tellers: Mapping[str, frozenset[str]],
    silent: Sequence[SilentSource],
) -> tuple[Coverage, ...]:
    """A line for each of `entities`, or one for all sources where a subscription names none.

    `events`, `articles` and `tellers` (sources that have told of it so far) go by entity; "" stands for all.
    """
    return tuple(
        Coverage(
            entity=entity,
            events=events.get(entity, 0),
            articles=articles.get(entity, 0),
            sources=len(tellers.get(entity, frozenset())),
            silent=tuple(one for one in silent if one.source in tellers.get(entity, frozenset())),
            others=tuple(one.source for one in silent if one.source not in tellers.get(entity, frozenset())),
        )
        for entity in entities or ("",)
    )
