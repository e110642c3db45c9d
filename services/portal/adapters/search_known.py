"""What searches of a process know beforehand: the numbers of facets, and how many documents each quarter holds."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Any

from services.portal.domain.windows import Quarter

FACETS_FOR = 60.0
"""Seconds for which the numbers are taken as read. They do not change; one that is not known is looked for at once."""
QUARTERS_FOR = 5.0
"""Seconds for which the quarters are; they only tell how far back a window goes."""
_FACETS = "select field, value, number from search_facets"
_QUARTERS = "select quarter, documents from search_quarters order by quarter desc"
_NEWEST = "select at from search_documents order by at desc limit 1"
Facet = tuple[str, str]
Code = tuple[str, int]
Ask = Callable[[str], Iterable[Sequence[Any]]]
"""Gives the rows of a statement."""


@dataclass(frozen=True, slots=True)
class _Facets:
    read: float
    numbers: Mapping[Facet, int] = field(default_factory=dict)
    values: Mapping[Code, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Times:
    read: float
    quarters: Sequence[Quarter]
    newest: datetime | None


class Known:
    """Shared by the threads of a process: what it holds is replaced as a whole."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._facets: _Facets | None = None
        self._times: _Times | None = None

    def numbers(self, ask: Ask, wanted: Iterable[Facet]) -> dict[Facet, int]:
        """The numbers of facets; one that no document has is left out."""
        asked = list(wanted)
        known = self._known(ask, lambda held: all(one in held.numbers for one in asked)).numbers if asked else {}
        return {one: known[one] for one in asked if one in known}

    def values(self, ask: Ask, wanted: Iterable[Code]) -> dict[Code, str]:
        """The values behind numbers."""
        asked = list(wanted)
        known = self._known(ask, lambda held: all(one in held.values for one in asked)).values if asked else {}
        return {one: known[one] for one in asked if one in known}

    def quarters(self, ask: Ask) -> tuple[Sequence[Quarter], datetime | None]:
        """The quarters that hold documents, the newest first, and the time of the newest document."""
        held = self._times
        if held is None or not held.quarters or self._clock() - held.read > QUARTERS_FOR:
            quarters = tuple(Quarter(*row) for row in ask(_QUARTERS))
            newest = [row[0] for row in ask(_NEWEST)]
            held = self._times = _Times(self._clock(), quarters, newest[0] if newest else None)
        return held.quarters, held.newest

    def _known(self, ask: Ask, enough: Callable[[_Facets], bool]) -> _Facets:
        held = self._facets
        if held is None or self._clock() - held.read > FACETS_FOR or not enough(held):
            rows = [(row[0], row[1], row[2]) for row in ask(_FACETS)]
            numbers = {(name, value): number for name, value, number in rows}
            values = {(name, number): value for name, value, number in rows}
            held = self._facets = _Facets(self._clock(), numbers, values)
        return held
