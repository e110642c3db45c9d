"""A page of results for the terminal, as the web page shows it: title, outlet, time, and what the article says."""

from collections.abc import Iterator
from datetime import datetime, tzinfo

from services.portal.domain.mark import Span
from services.portal.domain.page import Result, SearchPage

_GROUPS = {
    "deal": "Deal",
    "move": "Move",
    "money": "Money",
    "rule": "Rule",
    "penalty": "Penalty or case",
    "people": "People",
    "background": "Background",
}
_FORMS = {"minute": "%Y-%m-%d %H:%M", "seen": "%Y-%m-%d %H:%M", "day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}
VALUES = 6
"""Values of a facet on one line."""


def printed(page: SearchPage, zone: tzinfo, marked: bool = False) -> Iterator[str]:
    """The page line by line; `zone` is the reader's, `marked` sets hits in bold by terminal codes."""
    found = "document" if page.total.value == 1 and page.total.exact else "documents"
    kind = "threads" if page.query.threads else found
    yield f"{page.total} {kind}" + (f", the {page.sort} first" if page.sort == "newest" else "")
    yield from (f"note: {note}" for note in page.query.notes)
    for number, result in enumerate(page.results, 1):
        yield ""
        yield from _result(number, result, zone, marked)
    if page.gone:
        yield f"\n{page.gone} left out: pruned since they were indexed"
    facets = [
        f"{field}: " + ", ".join(f"{one.value} {one.count:,}" for one in values[:VALUES])
        for field, values in page.facets.items()
        if values
    ]
    if facets:
        yield ""
        yield from facets
    if page.cursor:
        yield f"\nmore: --cursor {page.cursor}"


def _result(number: int, result: Result, zone: tzinfo, marked: bool) -> Iterator[str]:
    title = _bold(result.title, result.title_marks, marked)
    yield f"{number}. {title} · {result.outlet} · {when(result.at, result.precision, zone)}"
    for points in result.summary:
        told = [
            _bold(point.text, point.marks, marked) + " " + "".join(f"[{each}]" for each in point.citations)
            for point in points.points
        ]
        yield f"   {_GROUPS[points.group]} – {' … '.join(told)}"
    if not result.summary:
        for passage in result.passages:
            place = f"[{passage.paragraph}]" + (
                f" of revision {passage.revision}" if passage.revision != result.revision else ""
            )
            yield f"   {_bold(passage.text, passage.marks, marked)} {place}"
    if result.events:
        yield "   " + ", ".join(f"{event.label}/{event.status} [{event.paragraph}]" for event in result.events)
    if result.thread is not None and result.thread.reports > 1:
        yield f"   thread of {result.thread.reports} reports: {result.thread.thread_id}"
    yield f"   {result.url} · {result.document_id}"


def when(at: datetime, precision: str, zone: tzinfo) -> str:
    """A time by the reader's clock, no finer than it is known; a day is the page's own and is not moved."""
    if precision in ("minute", "seen"):
        return at.astimezone(zone).strftime(_FORMS[precision])
    return at.strftime(_FORMS[precision])


def _bold(text: str, places: tuple[Span, ...], marked: bool) -> str:
    """Control characters of a title would steer the terminal: they are shown as blanks."""
    clean = "".join(each if each.isprintable() else " " for each in text)
    if not marked:
        return clean
    shown, last = "", 0
    for start, end in places:
        shown += clean[last:start] + "\x1b[1m" + clean[start:end] + "\x1b[0m"
        last = end
    return shown + clean[last:]
