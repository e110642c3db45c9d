"""Mending a listing's selectors: from the last good page it takes which articles the old selectors gave, and on the
present page it looks for the list that holds such articles. Pure; proposes, and changes nothing.
"""

from dataclasses import dataclass

from services.crawler.domain.repair.boxes import LEAST, Box, Old, lists
from services.crawler.domain.repair.dates import date_in
from services.crawler.domain.repair.page import (
    Page,
    Picked,
    Selectors,
    linked,
    picked,
    picked_of,
    place,
    same_title,
    words,
)  # fmt: skip
from services.crawler.domain.repair.parts import date_selector, link_selector, title_selector
from services.crawler.domain.repair.selectors import best, candidates

__all__ = ["Match", "Page", "Picked", "Proposal", "Selectors", "picked", "repair"]

LISTS = 4
"""Lists of the present page that are tried, the likeliest first."""

MOST = 0.5
"""Share from which a list counts as dated, as another list of the last good page, or as the old one for sure."""


@dataclass(frozen=True)
class Match:
    """What the proposed selectors give on one page."""

    items: tuple[Picked, ...]
    known: int
    """Of them, articles that the old selectors gave on the last good page."""
    dated: int
    """Of them, articles with a date."""


@dataclass(frozen=True)
class Proposal:
    """Selectors that fit the present page, and what they were tried on."""

    selectors: Selectors
    present: Match
    good: Match
    """On the last good page: where the page was rebuilt it is empty, and no reason against the selectors."""
    were: int
    """Articles that the old selectors gave on the last good page."""

    @property
    def sure(self) -> bool:
        """Whether most of what it reads on the present page are articles of the last good one."""
        return self.present.known >= MOST * max(1, len(self.present.items))


def repair(good: Page, present: Page, old: Selectors) -> Proposal | None:
    """Propose selectors for the present page; None when nothing on it is like the articles of the last good one.

    A list that the last good page had beside the old one is none, nor is one without any of the old articles that lost
    their dates.
    """
    before = picked(good, old)
    if not before:
        return None
    known = Old.of(before)
    beside = linked(good) - known.places
    likely = [
        boxes for boxes in lists(present, known) if _share([place(box.address) in beside for box in boxes]) < MOST
    ]
    for boxes in likely[:LISTS]:
        selectors = _selectors(present, boxes, known, old)
        if selectors is None or _stood_beside(good, selectors, old):
            continue
        tried = _tried(present, selectors, before)
        if tried.known or not _dated(good, old) or _dated(present, selectors):
            return Proposal(selectors, tried, _tried(good, selectors, before), len(before))
    return None


def _stood_beside(good: Page, selectors: Selectors, old: Selectors) -> bool:
    """Whether the selectors pick another list on the last good page than the old ones did."""
    found, listed = good.soup.select(selectors.items), good.soup.select(old.items)
    within = {id(part) for box in listed for part in (box, *box.descendants)}
    around = {id(parent) for box in listed for parent in box.parents}
    return len(found) >= LEAST and _share([id(tag) in within | around for tag in found]) < MOST


def _dated(page: Page, selectors: Selectors) -> bool:
    """Whether most boxes say a date somewhere."""
    return _share([bool(date_in(words(box))) for box in page.soup.select(selectors.items, limit=1_000)]) >= MOST


def _share(which: list[bool]) -> float:
    return sum(which) / max(1, len(which))


def _selectors(page: Page, boxes: list[Box], known: Old, old: Selectors) -> Selectors | None:
    tags = [box.tag for box in boxes]
    items = best(page.soup, tags, candidates(tags))
    link = link_selector(boxes, page.address)
    if items is None or link is None:
        return None
    kept = Selectors(items, old.link, old.title, old.date, old.include)
    if _as_good(page, boxes, kept, known):  # only the boxes have changed: what stands in them goes on
        return kept
    include = old.include if all(old.include in box.address for box in boxes) else ""
    return Selectors(items, link, title_selector(boxes, known), date_selector(boxes), include)


def _as_good(page: Page, boxes: list[Box], selectors: Selectors, known: Old) -> bool:
    """Whether what the old selectors name within a box still stands in the new ones."""
    found = [picked_of(box.tag, page.address, selectors) for box in boxes]
    enough = 0.9 * len(boxes)
    right = sum(one is not None and one.address == box.address for one, box in zip(found, boxes, strict=True))
    titled = sum(one is not None and len(one.title) > 3 for one in found)
    dated = sum(one is not None and bool(date_in(one.date)) for one in found)
    plain = selectors.title is not None or title_selector(boxes, known) is None
    return min(right, titled) >= enough and plain and (selectors.date is None or dated >= enough)


def _tried(page: Page, selectors: Selectors, before: list[Picked]) -> Match:
    items = picked(page, selectors)
    places, titles = {place(item.address) for item in before}, [item.title for item in before if item.title]
    known = sum(
        place(item.address) in places or any(same_title(item.title, title) for title in titles) for item in items
    )
    return Match(tuple(items), known, sum(bool(date_in(item.date)) for item in items))
