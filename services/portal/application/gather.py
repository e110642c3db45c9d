"""Gathering candidates from the newest window on: count, facets, the newest, and what only a title or entity finds."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from services.portal.application.ports import SearchReader
from services.portal.domain.page import Count
from services.portal.domain.plan import Plan
from services.portal.domain.windows import Quarter, Window, windows

Place = tuple[datetime, str]
"""Time and id of a document."""


@dataclass
class Gathered:
    """What a search has to choose from."""

    total: Count
    newest: list[Place]
    """The newest verified hits, the newest first, at most plan.most."""
    places: list[Place]
    """Those and older ones that the title or an entity speaks for."""
    facets: dict[str, Counter[int]] = field(default_factory=dict)

    @property
    def horizon(self) -> datetime | None:
        """The time of the oldest of the newest hits, where there are more hits; None where all are among them."""
        return None if self.complete or not self.newest else self.newest[-1][0]

    @property
    def complete(self) -> bool:
        """Whether every hit is among the candidates."""
        return self.total.exact and len(self.newest) >= self.total.value


def gather(reader: SearchReader, plan: Plan, ranked: bool = True) -> Gathered:
    """Candidates of a plan; `ranked`: those of all times too that only matter where the best stand first."""
    quarters = reader.quarters()
    looked_at = _spans(quarters, plan)
    found = _counted(reader, plan, looked_at)
    if ranked and not found.complete:
        older = dict.fromkeys(found.newest)
        if plan.title:
            older |= dict.fromkeys(_newest(reader.titled, plan, looked_at))
        if plan.entities:
            older |= dict.fromkeys(_newest(reader.about, plan, looked_at))
        found.places = list(older)
    return found


def beyond(
    reader: SearchReader, plan: Plan, after: Place | None, wanted: int, without: Collection[Place]
) -> list[Place]:
    """The newest hits older than `after`, leaving out some; at most `wanted`."""
    if wanted <= 0:
        return []
    kept: list[Place] = []
    # Asked for with room for those that are left out, so that one round is enough.
    most = wanted + len(without)
    paged = replace(plan, after=after, most=most, exact=max(most, plan.exact))
    for window in _spans(reader.quarters(), plan):
        if after is not None and window.since > after[0]:
            continue
        kept += [place for place in reader.matches(paged, window).newest if place not in without]
        if len(kept) >= wanted:
            break
    return kept[:wanted]


def _spans(quarters: Sequence[Quarter], plan: Plan) -> list[Window]:
    return windows(quarters, plan.since, plan.until)


def _counted(reader: SearchReader, plan: Plan, spans: Sequence[Window]) -> Gathered:
    """Count, facets and the newest, window after window until enough are counted."""
    newest: list[Place] = []
    facets: dict[str, Counter[int]] = {}
    found, guessed, seen = 0, 0.0, 0
    exact = True
    for number, window in enumerate(spans):
        matches = reader.matches(plan, window)
        newest += list(matches.newest)[: plan.most - len(newest)]
        for name, counts in matches.facets.items():
            facets.setdefault(name, Counter()).update(counts)
        found += matches.found
        seen += window.documents
        complete = matches.looked >= matches.matched
        guessed += matches.found if complete else matches.found * matches.matched / max(1, matches.looked)
        exact = exact and complete
        if found >= plan.exact and number + 1 < len(spans):
            exact = False
            left = sum(each.documents for each in spans[number + 1 :])
            guessed += guessed / max(1, seen) * left
            break
    total = Count(found, exact=True) if exact and found <= plan.exact else Count(_rounded(guessed), exact=False)
    return Gathered(total, newest, list(newest), facets)


def _newest(look: Callable[[Plan, Window], list[Place]], plan: Plan, spans: Sequence[Window]) -> list[Place]:
    kept: list[Place] = []
    for window in spans:
        kept += look(plan, window)[: plan.most - len(kept)]
        if len(kept) >= plan.most:
            break
    return kept


def _rounded(guessed: float) -> int:
    """Two digits that mean something."""
    whole = round(guessed)
    step = int(10 ** max(0, len(str(whole)) - 2))
    return whole // step * step
