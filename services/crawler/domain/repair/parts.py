"""Selectors within a box: for the link where it is not the first, for the title and the date where they stand apart."""

from collections.abc import Callable, Sequence

from bs4 import Tag

from services.crawler.domain.repair.boxes import Box, Old
from services.crawler.domain.repair.dates import date_in
from services.crawler.domain.repair.page import same_title, spread, usable, words
from services.crawler.domain.repair.selectors import cost, steps

FIRST_LINK = "a[href]"
MOST = 0.9
"""Share of the boxes in which a selector has to find what it is for."""
SHORT = 40
"""Characters of an element that may be a date with its label."""


def link_selector(boxes: Sequence[Box], base: str) -> str | None:
    """Where each box's first link is its article's: the usual one; else one that finds it; None if none does."""

    def finds(box: Box, selector: str) -> bool:
        if box.tag.name == "a" and box.tag.get("href"):
            return True
        return usable(box.tag.select_one(selector), base) == box.address

    own = [f"{step}[href]" if step == "a" else step for step in steps(boxes[0].link)]
    above = [step for parent in boxes[0].link.parents if parent is not boxes[0].tag for step in steps(parent)][:6]
    tried = [FIRST_LINK, *own, *(f"{step} a" for step in above)]
    return _first(boxes, tried, finds)


def title_selector(boxes: Sequence[Box], old: Old) -> str | None:
    """Where the title stands, when the link's own text is not just the title; else None."""
    longest = max(1.5 * spread([len(title) for title in old.titles])[1], 60.0)

    def is_title(box: Box, selector: str) -> bool:
        found = box.tag.select_one(selector)
        text = words(found) if found else ""
        return 4 <= len(text) <= longest and not date_in(text)[6:] and _known(box, text, old)

    if _share(boxes, lambda box: _clean(box, longest, old)) >= MOST:
        return None
    tried = sorted(_inside(boxes), key=lambda step: (not _says_title(step), cost(step)))
    return _first(boxes, tried, is_title)


def date_selector(boxes: Sequence[Box]) -> str | None:
    """Where a date stands, with the least around it; None when the boxes have none."""

    def text_of(box: Box, selector: str) -> str:
        found = box.tag.select_one(selector)
        return words(found) if found else ""

    def is_date(box: Box, selector: str) -> bool:
        text = text_of(box, selector)
        return len(text) <= SHORT and bool(date_in(text))

    fitting = [step for step in _inside(boxes) if _share(boxes, lambda box, step=step: is_date(box, step)) >= MOST]  # type: ignore[misc]  # binds it
    return min(fitting, key=lambda step: (sum(len(text_of(box, step)) for box in boxes), cost(step)), default=None)


def _clean(box: Box, longest: float, old: Old) -> bool:
    text = str(box.link.get("title") or "") or words(box.link)
    return 2 <= len(text) <= longest and not date_in(text)[6:] and _known(box, text, old)


def _known(box: Box, text: str, old: Old) -> bool:
    """Whether the text is the old listing's title, for an article that it had; nothing is known of others."""
    return box.likeness < 3.0 or not old.titles or any(same_title(text, title) for title in old.titles)


def _says_title(step: str) -> bool:
    return step[:2] in ("h1", "h2", "h3", "h4", "h5") or any(word in step.lower() for word in ("tit", "headline"))


def _inside(boxes: Sequence[Box]) -> list[str]:
    """Names of the elements within boxes, the box itself left out."""
    found: dict[str, None] = {}
    for box in (boxes[0], boxes[len(boxes) // 2], boxes[-1]):
        for tag in box.tag.find_all(True):
            if isinstance(tag, Tag):
                found.update(dict.fromkeys(steps(tag)))
    return list(found)


def _first(boxes: Sequence[Box], tried: Sequence[str], holds: Callable[[Box, str], bool]) -> str | None:
    for selector in dict.fromkeys(tried):
        if _share(boxes, lambda box, selector=selector: holds(box, selector)) >= MOST:  # type: ignore[misc]  # binds it
            return selector
    return None


def _share(boxes: Sequence[Box], holds: Callable[[Box], bool]) -> float:
    return sum(holds(box) for box in boxes) / len(boxes)
