"""The figures and names that belong to an event: amount, percentage, counterparty, regulator, document number, date of
effect, each with the words that say so.

A number counts only in a named role (roles.py) in the event's own sentence, or, where that has none, in its paragraph;
an event quoted from the title looks into the first paragraph too.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.classifier.domain.effect import effective_dates, registry_dates
from services.classifier.domain.numbers import Number, amounts, percentages, plain
from services.classifier.domain.parties import counterparties, document_numbers, regulators
from services.classifier.domain.roles import AMOUNT_ROLES, MOST, OTHER_FIGURES, PERCENTAGE_ROLES
from services.classifier.domain.sentences import around
from shared.messages.classified import EventFound, Evidence, Fact, FactKind
from shared.messages.common import Language, Published

NEAR = 2000
"""Characters before and after the quote that are looked at, in a sentence or paragraph of whatever length."""
REACH_CHINESE, REACH_ENGLISH = 16, 48
"""Characters between a number and the word of its role: a clause of either language."""
_REGISTERED = frozenset({"mergers_acquisitions", "investment_financing"})
"""Deals whose day of effect is the change of owners in the companies' registry."""
_BREAK = re.compile(r"[。;!?\n]|[.](?=\s)")
_CONVERTED = re.compile(r"\s?\((?:约|折合|相当于|合|about|or|around|approx\.?|equivalent to)?\s?")
_BREAK_CHINESE = re.compile(r"[。;!?\n,、]")


@dataclass(frozen=True)
class Window:
    """A stretch of one place: where facts of an event are looked for."""

    place: int
    start: int
    original: str
    folded: str


def facts_of(
    event: EventFound,
    places: Sequence[str],
    folded: Sequence[str],
    published: Published | None,
    language: Language,
) -> tuple[Fact, ...]:
    """The facts of one event. `folded` holds the places in folded spelling."""
    windows = list(_windows(event, places, folded))
    home = "CNY" if language in ("zh-Hans", "en") else None
    day = published.at.date() if published is not None and published.precision in ("minute", "day") else None
    most = MOST.get(event.label, 2)
    found = [
        *_nearest(windows, lambda window: _numbers("amount", window, AMOUNT_ROLES, event.label, home), most),
        *_nearest(windows, lambda window: _numbers("percentage", window, PERCENTAGE_ROLES, event.label, home), most),
        *_nearest(windows, lambda window: _parties(window, event), 2),
        *_nearest(windows, _papers, 2),
        *_nearest(windows, lambda window: _effects(window, event.label, day), 1),
    ]
    if event.family == "regulatory_event":
        found.extend(_nearest(windows, _regulators, 3))
    return tuple(found)


def _windows(event: EventFound, places: Sequence[str], folded: Sequence[str]) -> Iterator[Window]:
    """The event's sentence, then its paragraph, then for a title the first paragraph; each as far as NEAR."""
    quote = event.evidence
    place = quote.paragraph
    low, high = max(0, quote.start - NEAR), quote.end + NEAR
    nearby = places[place][low:high]
    sentence = around(nearby, place, quote.start - low, quote.end - low)
    start, end = low + sentence.start, low + sentence.end
    yield Window(place, start, places[place][start:end], folded[place][start:end])
    yield Window(place, low, nearby, folded[place][low:high])
    if place == 0 and len(places) > 1:
        yield Window(1, 0, places[1][:NEAR], folded[1][:NEAR])


def _nearest(windows: Sequence[Window], look: Callable[[Window], Iterable[Fact]], most: int) -> list[Fact]:
    """What the nearest window with anything holds: at most `most`, each value once."""
    for window in windows:
        found: dict[tuple[str, str | None], Fact] = {}
        for fact in look(window):
            found.setdefault((fact.value, fact.unit), fact)
        if found:
            return list(found.values())[:most]
    return []


def _numbers(
    kind: FactKind, window: Window, roles: Mapping[str, re.Pattern[str]], label: str, home: str | None
) -> Iterator[Fact]:
    role = roles.get(label)
    if role is None:
        return
    numbers = list(amounts(window.folded, home) if kind == "amount" else percentages(window.folded))
    for place, number in enumerate(numbers):
        if place and _CONVERTED.fullmatch(window.folded, numbers[place - 1].end, number.start):
            continue  # the same amount in another currency
        span = _role_span(window.folded, number, role)
        if span is not None:
            yield _fact(kind, plain(number.value), number.unit, window, *span)


def _role_span(folded: str, number: Number, role: re.Pattern[str]) -> tuple[int, int] | None:
    """From the role's word to the number or the other way; None where no such word stands in the clause."""
    chinese = "\u4e00" <= folded[max(0, number.start - 1) : number.start] <= "\u9fff" or any(
        "\u4e00" <= character <= "\u9fff" for character in folded[number.start : number.end + 4]
    )
    reach, stop = (REACH_CHINESE, _BREAK_CHINESE) if chinese else (REACH_ENGLISH, _BREAK)
    low = max(0, number.start - reach)
    before = folded[low : number.start]
    low += max((match.end() for match in stop.finditer(before)), default=0)
    words = list(role.finditer(folded, low, number.start))
    others = max((match.start() for match in OTHER_FIGURES.finditer(folded, low, number.start)), default=-1)
    if words and words[-1].start() >= others:
        return words[-1].start(), number.end
    if others >= 0:
        return None
    tail = folded[number.end : number.end + reach]
    high = number.end + min((match.start() for match in stop.finditer(tail)), default=len(tail))
    after = role.search(folded, number.end, high)
    other = OTHER_FIGURES.search(folded, number.end, high)
    if after is None or (other is not None and other.start() <= after.start()):
        return None
    return number.start, after.end()


def _parties(window: Window, event: EventFound) -> Iterator[Fact]:
    for name, start, end in counterparties(event.label, window.original, window.folded):
        yield _fact("counterparty", name, None, window, start, end)


def _papers(window: Window) -> Iterator[Fact]:
    for value, start, end in document_numbers(window.folded):
        yield _fact("document_number", value, None, window, start, end)


def _regulators(window: Window) -> Iterator[Fact]:
    for value, start, end in regulators(window.original, window.folded):
        yield _fact("regulator", value, None, window, start, end)


def _effects(window: Window, label: str, published: date | None) -> Iterator[Fact]:
    registered = registry_dates(window.folded, published) if label in _REGISTERED else ()
    for day, start, end in (*registered, *effective_dates(window.folded, published)):
        yield _fact("effective_date", day.isoformat(), None, window, start, end)


def _fact(kind: FactKind, value: str, unit: str | None, window: Window, start: int, end: int) -> Fact:
    evidence = Evidence(
        quote=window.original[start:end],
        paragraph=window.place,
        start=window.start + start,
        end=window.start + end,
    )
    return Fact(kind=kind, value=value, unit=unit, evidence=evidence)
