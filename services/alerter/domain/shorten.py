"""Makes an alert fit into what a service takes: what a reader misses least goes first.

The order: key points, reports or a digest's lines beyond the first, long texts, the summary, at last all but the
headline, the title and the link. A text that is cut ends in `…`, and lines that go are counted.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

from services.alerter.domain.presentation import Presented
from shared.rights import CUT

T = TypeVar("T")
_LONGEST_ADDRESS = 1_000
"""Characters of an address that is still sent where room is scarce: browsers and proxies are sure of 2,000."""
_CAPS = (2_000, 1_000, 600, 300, 150, 80)
"""Characters of one text, tried one after the other."""
_REPORTS = (200, 100, 60, 40, 25, 12, 5, 3)
"""Reports of the thread or lines of a digest, tried likewise."""


def fitted(shown: Presented, render: Callable[[Presented], T], fits: Callable[[T], bool]) -> T:
    """The first rendering that fits, from the whole alert down to its headline and link."""
    made = render(shown)
    for shorter in _shorter(shown):
        if fits(made):
            return made
        made = render(shorter)
    return made


def _shorter(shown: Presented) -> Iterator[Presented]:
    yield (less := _capped(shown, _CAPS[0]))
    yield (less := replace(less, points=()))
    for most in _REPORTS:
        if len(shown.reports) > most:
            more = (f"{CUT} +{len(shown.reports) - most}", "")
            yield (less := replace(less, reports=(*less.reports[:most], more)))
    for cap in _CAPS[1:]:
        yield _capped(less, cap)
    less = replace(_capped(less, _CAPS[-1]), summary=(), reports=())
    yield less
    yield replace(less, events=less.events[:3], lines=less.lines[:2], news=less.news[:3], later=less.later[:3])
    yield replace(less, events=less.events[:1], lines=(), news=less.news[:1], later=(), facets=())


def _capped(shown: Presented, most: int) -> Presented:
    """Every text at most so long; an address is whole or not there."""
    return replace(
        shown,
        headline=cut(shown.headline, most),
        title=cut(shown.title, most),
        url=shown.url if len(shown.url) <= max(most, _LONGEST_ADDRESS) else "",
        source=cut(shown.source, most),
        facets=tuple((name, cut(value, most)) for name, value in shown.facets),
        news=tuple(cut(line, most) for line in shown.news),
        events=tuple((cut(line, most), cut(quote, most)) for line, quote in shown.events),
        summary=tuple(cut(line, most) for line in shown.summary),
        lines=tuple(cut(line, most) for line in shown.lines),
        points=tuple((name, tuple(cut(line, most) for line in lines)) for name, lines in shown.points),
        later=tuple(cut(line, most) for line in shown.later),
        reports=tuple((cut(line, most), url if len(url) <= _LONGEST_ADDRESS else "") for line, url in shown.reports),
        why=cut(shown.why, max(most, 150)),
        key=cut(shown.key, max(most, 200)),
    )


def cut(text: str, most: int) -> str:
    """At most `most` characters, the last of them `…` where something went."""
    return text if len(text) <= most else f"{text[: most - 1]}{CUT}"
