"""Finding a page's list of articles without a selector: the repeated boxes that each hold one article's link."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bs4 import Tag

from services.crawler.domain.repair.dates import date_in
from services.crawler.domain.repair.page import Page, Picked, place, same_title, shape, usable, words

LEAST = 3
"""Boxes without which nothing repeats."""
ASIDE = frozenset({"nav", "header", "footer", "aside"})
"""Elements whose lists are seldom the page's own."""
TITLE = 8
"""Characters of a link that may be a headline, and no button."""
NEAR = 3
"""Elements around a box whose classes tell its list from others."""
ENOUGH = 0.5
"""Likeness to the old articles that a list needs on average."""


@dataclass(frozen=True)
class Box:
    """An element that holds the link of one article and no other's."""

    tag: Tag
    link: Tag
    address: str
    likeness: float
    """3: an article the old listing had; 2: an address of the old shape; less: only looks like an article."""


@dataclass(frozen=True)
class Old:
    """What is known of the articles of the last good listing."""

    places: frozenset[str]
    shapes: frozenset[str]
    titles: tuple[str, ...]
    hosts: frozenset[str]

    @classmethod
    def of(cls, items: Sequence[Picked]) -> "Old":
        """From what the old selectors gave."""
        return cls(
            frozenset(place(item.address) for item in items),
            frozenset(shape(item.address) for item in items),
            tuple(item.title for item in items if item.title),
            frozenset(shape(item.address).split("/", 1)[0] for item in items),
        )

    def likeness(self, address: str, text: str) -> float:
        """How much a link is like those of the old listing."""
        if place(address) in self.places or any(same_title(text, title) for title in self.titles):
            return 3.0
        if shape(address) in self.shapes:
            return 2.0
        own = shape(address).split("/", 1)[0] in self.hosts
        return 0.5 if own and len(text) >= TITLE else 0.0


def lists(page: Page, old: Old) -> list[list[Box]]:
    """The page's lists, the likeliest first; each box once, in the page's order."""
    groups: dict[tuple[object, ...], list[Box]] = defaultdict(list)
    for box in _boxes(page, old):
        groups[_path(box.tag)].append(box)
    likely = [group for group in groups.values() if _believed(group)]
    return sorted(likely, key=lambda group: -_weight(group))


def _boxes(page: Page, old: Old) -> list[Box]:
    links: dict[str, list[tuple[Tag, float]]] = defaultdict(list)
    for link in page.soup.select("a[href]", limit=5_000):
        address = usable(link, page.address)
        if address is not None and place(address) != place(page.address):
            likeness = old.likeness(address, words(link) or str(link.get("title") or ""))
            if likeness > 0:
                links[address].append((link, likeness))
    holders = _holders([(address, link) for address, found in links.items() for link, _ in found])
    boxes: dict[int, Box] = {}
    for address, found in links.items():
        for link, likeness in found:
            tag = _highest(link, address, holders)
            known = boxes.get(id(tag))
            if known is None or likeness > known.likeness:
                boxes[id(tag)] = Box(tag, link, address, likeness)
    return list(boxes.values())


def _holders(links: Sequence[tuple[str, Tag]]) -> dict[int, set[str]]:
    """For each element the articles linked within it."""
    holders: dict[int, set[str]] = defaultdict(set)
    for address, link in links:
        for tag in (link, *link.parents):
            holders[id(tag)].add(address)
    return holders


def _highest(link: Tag, address: str, holders: dict[int, set[str]]) -> Tag:
    """The largest element around the link that holds no other article."""
    tag = link
    for parent in link.parents:
        if parent.name in ("body", "html", "[document]") or holders[id(parent)] != {address}:
            break
        tag = parent
    return tag


def _path(tag: Tag) -> tuple[object, ...]:
    """Where an element stands: elements of one list share it, those of a list beside it do not."""
    parents = list(tag.parents)
    near = [(parent.name, *sorted(parent.get_attribute_list("class"))) for parent in parents[:NEAR]]
    return (*near, *(parent.name for parent in parents[NEAR:]), tag.name, id(tag.parent) if tag.name == "a" else 0)


def _believed(group: Sequence[Box]) -> bool:
    """Whether these may be the articles: known ones or their shape among them, or dates beside each."""
    if len(group) < LEAST:
        return False
    alike = sum(box.likeness >= 2.0 for box in group) / len(group)
    dated = sum(bool(date_in(words(box.tag))) for box in group) / len(group)
    return alike >= ENOUGH or (dated >= 0.8 and sum(box.likeness for box in group) / len(group) >= ENOUGH)


def _weight(group: Sequence[Box]) -> float:
    aside = any(parent.name in ASIDE for parent in group[0].tag.parents)
    dated = sum(bool(date_in(words(box.tag))) for box in group) / len(group)
    return sum(box.likeness for box in group) * (1.0 + dated) * (0.3 if aside else 1.0)
