"""A digest: what of a period a channel of a subscription is told together. Pure: a period always reads the same.

Its threads stand under the company that acts and the label, a line each; what was alerted at once is counted, and
listed only where the plan asks for it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime

from services.alerter.domain.content import Alert
from services.alerter.domain.coverage import Coverage
from services.alerter.domain.digest_period import Period, Span
from services.alerter.domain.digest_plan import DigestPlan
from shared.messages.common import Frozen, Language

NOBODY = ""
"""Stands for the company where no watched one acts."""
Way = Literal["digest", "at_once", "suppressed"]


@dataclass(frozen=True)
class Row:
    """A delivery of the period, as the ledger holds it."""

    id: int
    alert: Alert
    way: Way
    """digest: it waited for one, whether that was sent since or not; at_once: it went, or is to go, by itself."""
    reason: str
    decided: datetime
    entities: tuple[str, ...]
    """Who acts, by identifier."""
    listed: bool = True
    """False: another digest tells it (of the day, beside one of the week)."""


class ThreadLine(Frozen):
    """One thread in a line."""

    thread_id: str
    title: str
    url: str
    outlet: str
    language: Language
    importance: int
    lines: tuple[str, ...]
    """What happened, a line an event, in the article's language and, where it is known, in the other."""
    citations: tuple[int, ...] = ()
    """Paragraphs of the article that say so."""
    news: tuple[str, ...] = ()
    reports: int = 1
    reasons: tuple[str, ...] = ()
    """Why it waited for the digest."""
    told: AwareDatetime | None = None
    """When it was alerted at once; None for what is told here first."""
    deliveries: tuple[int, ...] = ()
    """Numbers of the deliveries that end as told in the digest."""


class LabelGroup(Frozen):
    """The threads of a company under one label, the weightiest first."""

    label: str
    threads: tuple[ThreadLine, ...]


class CompanyGroup(Frozen):
    """The threads that stand under one company."""

    entity: str
    labels: tuple[LabelGroup, ...]

    @property
    def count(self) -> int:
        """Of its threads."""
        return sum(len(group.threads) for group in self.labels)


class Cell(Frozen):
    """How many threads of the period tell of the label at the company, however they were told."""

    entity: str
    label: str
    count: int


class Digest(Frozen):
    """What one channel is told."""

    subscription: str
    channel: str
    period: str
    span: Span
    start: AwareDatetime
    end: AwareDatetime
    timezone: str
    language: Language
    companies: tuple[CompanyGroup, ...] = ()
    at_once: int = 0
    """Threads that were alerted at once, listed or not."""
    elsewhere: int = 0
    """Threads that another digest of the subscription lists."""
    suppressed: int = 0
    """Threads of which every alert was stopped by a silence or by inhibition."""
    cells: tuple[Cell, ...] = ()
    coverage: tuple[Coverage, ...] = ()

    @property
    def count(self) -> int:
        """Threads that it lists."""
        return sum(company.count for company in self.companies)

    @property
    def deliveries(self) -> tuple[int, ...]:
        """The deliveries that are told in it."""
        threads = (thread for company in self.companies for group in company.labels for thread in group.threads)
        return tuple(sorted(number for thread in threads for number in thread.deliveries))


def digest_of(
    whose: tuple[str, str, str],
    period: Period,
    plan: DigestPlan,
    rows: Iterable[Row],
    order: Sequence[str],
    wanted: Sequence[str],
    coverage: Sequence[Coverage],
) -> Digest:
    """The digest of a period for (subscription, channel, timezone).

    `order` is that of the watched companies; of several that act the first that is `wanted` has the thread.
    """
    subscription, channel, timezone = whose
    threads: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda row: row.id):
        threads.setdefault(row.alert.thread_id, []).append(row)
    companies: dict[str, dict[str, list[ThreadLine]]] = {}
    for same in threads.values():
        if _listed(same, plan):
            place = _company(same, order, wanted)
            label = next((label for row in reversed(same) for label in row.alert.labels), "")
            companies.setdefault(place, {}).setdefault(label, []).append(_line(same))
    ways = [_way(same) for same in threads.values()]
    return Digest(
        subscription=subscription,
        channel=channel,
        period=period.name,
        span=period.span,
        start=period.start,
        end=period.end,
        timezone=timezone,
        language=plan.language,
        companies=tuple(
            CompanyGroup(entity=entity, labels=_groups(companies[entity]))
            for entity in sorted(companies, key=lambda entity: _rank(entity, order))
        ),
        at_once=ways.count("at_once"),
        elsewhere=sum(_way(same) == "digest" and not _listed(same, plan) for same in threads.values()),
        suppressed=ways.count("suppressed"),
        cells=_cells([same for same in threads.values() if _way(same) != "suppressed"], order),
        coverage=tuple(coverage),
    )


def threads_by_company(rows: Iterable[Row]) -> Mapping[str, int]:
    """How many threads tell of each company; under "" how many there are at all. What was silenced happened, too."""
    found = {(entity, row.alert.thread_id) for row in rows for entity in (*row.entities, NOBODY)}
    return Counter(entity for entity, _ in found)


def _way(same: Sequence[Row]) -> Way:
    """How the thread was told: by itself where any of its alerts was."""
    ways = {row.way for row in same}
    return "at_once" if "at_once" in ways else "digest" if "digest" in ways else "suppressed"


def _listed(same: Sequence[Row], plan: DigestPlan) -> bool:
    waits = any(row.way == "digest" and row.listed for row in same)
    return waits or (plan.include_told and _way(same) != "suppressed")


def _company(same: Sequence[Row], order: Sequence[str], wanted: Sequence[str]) -> str:
    acting = {entity for row in same for entity in row.entities}
    ranked = sorted(acting & set(order), key=lambda entity: (entity not in wanted, _rank(entity, order)))
    return ranked[0] if ranked else NOBODY


def _rank(entity: str, order: Sequence[str]) -> int:
    return order.index(entity) if entity in order else len(order)


def _groups(labels: Mapping[str, Sequence[ThreadLine]]) -> tuple[LabelGroup, ...]:
    """The label with most threads first."""
    ranked = sorted(labels, key=lambda label: (-len(labels[label]), label))
    return tuple(
        LabelGroup(
            label=label, threads=tuple(sorted(labels[label], key=lambda line: (-line.importance, line.thread_id)))
        )
        for label in ranked
    )


def _line(same: Sequence[Row]) -> ThreadLine:
    """The newest alert speaks for the thread; what was new stands beside it."""
    waiting = [row for row in same if row.way == "digest" and row.listed]
    spoken = [row for row in same if row.way != "suppressed"]
    alert = spoken[-1].alert
    cited = {number for line in alert.lines for number in line.citations}
    cited |= {event.paragraph for event in alert.happened}
    return ThreadLine(
        thread_id=alert.thread_id,
        title=alert.title,
        url=alert.url,
        outlet=alert.outlet,
        language=alert.language,
        importance=max(row.alert.importance for row in spoken),
        lines=(*(event.line for event in alert.happened), *(line.text for line in alert.lines)),
        citations=tuple(sorted(cited - {0})),
        news=tuple(dict.fromkeys(news for row in spoken for news in row.alert.news)),
        reports=len(alert.reports) + alert.more_reports or 1,
        reasons=tuple(dict.fromkeys(row.reason for row in waiting if row.reason)),
        told=None if waiting else next(row.decided for row in spoken if row.way == "at_once"),
        deliveries=tuple(row.id for row in waiting),
    )


def _cells(threads: Sequence[Sequence[Row]], order: Sequence[str]) -> tuple[Cell, ...]:
    counts: Counter[tuple[str, str]] = Counter()
    for same in threads:
        acting = {entity for row in same for entity in row.entities if entity in order} or {NOBODY}
        labels = {label for row in same for label in row.alert.labels}
        counts.update((entity, label) for entity in acting for label in labels)
    ranked = sorted(counts, key=lambda cell: (_rank(cell[0], order), cell[1]))
    return tuple(Cell(entity=entity, label=label, count=counts[entity, label]) for entity, label in ranked)
