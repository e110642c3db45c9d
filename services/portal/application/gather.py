"""Gathering candidates from the newest window on: count, facets, the newest, and what only a title or entity finds.

The first window tells how frequent the words are, and so how far back the next one goes: of a frequent word a few
months hold all that is counted, and of a rare one all the rest is asked for at once.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.portal.application.ports import SearchReader
from services.portal.domain.page import Count
from services.portal.domain.plan import Plan
from services.portal.domain.timeline import Timeline
from services.portal.domain.windows import Matches, Window

SMALLEST = 12_500
"""Documents of the first window."""
MORE = 1.2
"""A window is chosen to hold so many times the hits that are still wanted; it may hold less."""
SAMPLE = 1_000
"""Texts that are verified of a window whose words are likely in more documents than are counted exactly."""
SURE = 40_000
"""Documents in all up to which every text is verified at once: the count is exact anyway."""
MOST_TEXTS = 5
"""Times the exact count: so many texts are verified in all, then the count says "about"."""
Place = tuple[datetime, str]
"""Time and id of a document."""


@dataclass
class Gathered:
    """What a search has to choose from."""

    total: Count
    newest: list[Place]
    """The newest verified hits, the newest first, at most plan.most."""
    places: list[Place]
    """Those, and older ones that the title or an entity speaks for, which are to be verified."""
    facets: dict[str, Counter[int]] = field(default_factory=dict)
    up_to: int = 0
    """The highest number of an indexed document."""

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
    times = reader.timeline(plan.since, plan.until)
    seen = _Seen(plan, times)
    while not seen.enough:
        window = seen.next_window()
        seen.take(window, reader.matches(plan, window, seen.texts, ranked))
    found = seen.gathered()
    if ranked and not found.complete:
        titled, about = seen.titled, seen.about
        older = Window(times.since, seen.until, times.documents((times.since, seen.until)))
        short = (bool(plan.title) and len(titled) < plan.most, bool(plan.entities) and len(about) < plan.most)
        if any(short) and seen.until > times.since:
            more_titled, more_about = reader.older(plan, older, *short)
            titled, about = [*titled, *more_titled], [*about, *more_about]
        found.places = list(dict.fromkeys((*found.newest, *titled, *about)))
    return found


def beyond(
    reader: SearchReader, plan: Plan, after: Place | None, wanted: int, without: Collection[Place]
) -> list[Place]:
    """The newest hits older than `after`, leaving out some; at most `wanted`."""
    kept: list[Place] = []
    times = reader.timeline(plan.since, plan.until)
    until = min(times.until, after[0] + timedelta(microseconds=1)) if after else times.until
    size = float(SMALLEST)
    while len(kept) < wanted and until > times.since:
        window = times.take(until, size)
        # Asked for with room for those that are left out, so that one round is enough.
        found = reader.following(plan, window, after, wanted - len(kept) + len(without))
        kept += [place for place in found if place not in without]
        until, size = window.since, size * 4
    return kept[:wanted]


class _Seen:
    """What the windows up to now held, and whether more are wanted."""

    def __init__(self, plan: Plan, times: Timeline) -> None:
        self._plan = plan
        self._times = times
        self._every = times.documents()
        self._verify = bool(plan.checks or any(one.check for one in plan.excluded))
        self._whole = False
        """Every text is verified, since the count has to be exact."""
        self._often = 0.0
        self._start()

    def _start(self) -> None:
        self.until = self._times.until
        self.newest: list[Place] = []
        self.titled: list[Place] = []
        self.about: list[Place] = []
        self._facets: dict[str, Counter[int]] = {}
        self._documents, self._matched, self._looked, self._found, self._up_to = 0, 0, 0, 0, 0
        self._likely = 0.0
        self._complete = True

    @property
    def enough(self) -> bool:
        """Whether no further window is wanted; where texts were left out that must be counted, all begins anew."""
        few = self._in_all() <= self._plan.exact * MORE
        if not self._complete and not self._whole and (few or len(self.newest) < self._plan.most):
            self._start()
            self._whole = True
            return False
        if self.until <= self._times.since or self._looked >= MOST_TEXTS * self._plan.exact:
            return True
        return self._matched >= self._plan.exact and not (self._verify and few) and len(self.newest) >= self._plan.most

    def next_window(self) -> Window:
        """The one to be looked at now."""
        if not self._often:
            return self._times.take(self.until, SMALLEST)
        missing = self._plan.exact - self._matched
        wanted = 2 * self._plan.exact if self._whole or missing <= 0 else missing * MORE
        return self._times.take(self.until, max(SMALLEST, wanted / self._often))

    @property
    def texts(self) -> int:
        """How many texts of the next window are verified at most."""
        exact = 2 * self._plan.exact
        if self._whole:
            return max(exact, MOST_TEXTS * self._plan.exact - self._looked)
        if not self._verify or self._every <= SURE:
            return exact
        return exact if self._documents and self._in_all() <= self._plan.exact * MORE else SAMPLE

    def take(self, window: Window, matches: Matches) -> None:
        """What a window held."""
        most = self._plan.most
        self.newest += list(matches.newest)[: most - len(self.newest)]
        self.titled += list(matches.titled)[: most - len(self.titled)]
        self.about += list(matches.about)[: most - len(self.about)]
        for name, counts in matches.facets.items():
            self._facets.setdefault(name, Counter()).update(counts)
        self._documents += window.documents
        self._matched += matches.matched
        self._looked += matches.looked if self._verify else 0
        self._often = (self._matched + 1) / max(1, self._documents)
        self._found += matches.found
        self._likely += matches.found if matches.complete else matches.found * matches.matched / max(1, matches.looked)
        self._complete = self._complete and matches.complete
        self._up_to = max(self._up_to, matches.up_to)
        self.until = window.since

    def gathered(self) -> Gathered:
        """What was found in all."""
        ended = self.until <= self._times.since
        exact = ended and self._complete and self._found <= self._plan.exact
        total = Count(self._found, exact=True) if exact else Count(_rounded(self._in_all()), exact=False)
        return Gathered(total, self.newest, list(self.newest), self._facets, self._up_to)

    def _in_all(self) -> float:
        """How many hits there are likely in all times."""
        left = self._times.documents((self._times.since, self.until)) if self.until > self._times.since else 0
        return self._likely * (1 + left / max(1, self._documents))


def _rounded(guessed: float) -> int:
    """Two digits that mean something."""
    whole = round(guessed)
    step = int(10 ** max(0, len(str(whole)) - 2))
    return whole // step * step


__all__: Sequence[str] = ("Gathered", "Place", "beyond", "gather")
