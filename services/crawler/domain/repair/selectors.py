"""Selectors that pick given elements: many are tried, the shortest that is likely to last is taken."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from bs4 import BeautifulSoup, Tag

MOST = 400
"""Selectors tried for one list."""
NEARLY = 0.95
"""Share of the elements that a selector may miss or add at most, as a complement: an advertisement in one box."""
FAULT = 40.0
"""What missing or adding everything costs, beside the length of a selector."""
NAME = re.compile(r"-?[A-Za-z_][A-Za-z0-9_-]*")
"""Class names and ids that need no escape."""
_PARTS = frozenset({"main", "article", "section", "table"})
"""Elements that stand for a part of a page by themselves, without a name."""
_PASSING = frozenset(
    {"active", "first", "last", "odd", "even", "current", "on", "hover", "show", "clearfix", "new", "hot"}
)
"""Classes that tell one box from its neighbours, or nothing."""


def made_by_machine(name: str) -> bool:
    """Whether a class name looks generated (`css-1q2w3e`, `sc-bdVaJa`, `card__x9Kd2`): the next release changes it."""
    tail = re.split(r"[-_]+", name)[-1]
    mixed = bool(
        re.search(r"\d", tail) and re.search(r"[A-Za-z]", tail) and not re.fullmatch(r"[A-Za-z]+\d{1,2}", tail)
    )
    humps = len(re.findall(r"[a-z][A-Z]|[A-Z]{2,}[a-z]", tail)) >= 2
    prefixed = bool(re.match(r"(css|sc|jsx|jss|svelte|_)-?", name)) and "-" in name
    return len(tail) >= 4 and (mixed or humps or (prefixed and tail != name and not tail.islower()))


def steps(tag: Tag) -> list[str]:
    """Ways to name one element, the plainest first."""
    names = [name for name in tag.get_attribute_list("class") if isinstance(name, str) and NAME.fullmatch(name)]
    lasting = [name for name in names if not made_by_machine(name) and name.lower() not in _PASSING]
    found = [f"{tag.name}.{name}" for name in lasting[:4]]
    identity = tag.get("id")
    if isinstance(identity, str) and NAME.fullmatch(identity) and not re.search(r"\d{2,}", identity):
        found.insert(0, f"#{identity}")
    for name in names:
        stem = re.match(r"([A-Za-z][A-Za-z0-9_-]{2,}?(?:__|_|--))[A-Za-z0-9]+$", name)
        if stem and made_by_machine(name):
            found.append(f'{tag.name}[class*="{stem[1]}"]')
    return [*found, tag.name]


def around(tag: Tag, levels: int = 6) -> list[Tag]:
    """The elements that hold this one, the nearest first, up to the body."""
    holders = [parent for parent in islice(tag.parents, levels) if parent.name not in ("[document]", "html", "body")]
    return [parent for parent in holders if isinstance(parent, Tag)]


def candidates(boxes: Sequence[Tag]) -> Iterator[str]:
    """Selectors that may pick these elements: by themselves, below a parent, below one farther up."""
    first = boxes[len(boxes) // 2]
    shared = [step for step in steps(first) if all(step in steps(box) for box in boxes)] or [first.name]
    yield from shared
    parents = around(first)
    for parent_step in steps(parents[0]) if parents else ():
        for own in shared:
            yield f"{parent_step} > {own}"
    chain = ""
    for depth, parent in enumerate(parents):
        chain = f"{parent.name} > {chain}" if depth else f"{parent.name} > "
        for named in [step for step in steps(parent) if step != parent.name or step in _PARTS]:
            below = chain.split(" > ", 1)[1]
            for own in shared:
                yield f"{named} > {below}{own}"
                yield f"{named} {own}"


def best(soup: BeautifulSoup, wanted: Sequence[Tag], tried: Iterable[str]) -> str | None:
    """The cheapest selector that picks just these elements; next best one that misses or adds one in twenty.

    Never a tag alone; tags without any name only where they pick just these.
    """
    chosen: tuple[float, str] | None = None
    for selector in sorted(islice(dict.fromkeys(tried), MOST), key=cost):
        if re.fullmatch(r"[a-z0-9]+", selector):
            continue
        found = soup.select(selector)
        right = len({id(tag) for tag in found} & {id(tag) for tag in wanted})
        if right == len(found) == len(wanted):
            return selector if chosen is None or cost(selector) < chosen[0] else chosen[1]
        precision, recall = right / max(1, len(found)), right / len(wanted)
        price = cost(selector) + FAULT * (2.0 - precision - recall)
        if min(precision, recall) >= NEARLY and _named(selector) and (chosen is None or price < chosen[0]):
            chosen = (price, selector)
    return chosen[1] if chosen else None


def cost(selector: str) -> float:
    """How long a selector is and how soon it may break: names last longer than positions, positions than parts."""
    parts = re.split(r"\s*>\s*|\s+", selector)
    bare = sum("." not in part and "#" not in part and "[" not in part for part in parts)
    loose = 0.3 * len(re.findall(r"[^>\s]\s+[^>\s]", selector))  # a descendant may come to stand elsewhere too
    return (
        len(parts)
        + loose
        + 0.5 * bare
        + 1.5 * selector.count("[")
        + 0.01 * len(selector)
        + (0.0 if _named(selector) else 3.0)
    )


def _named(selector: str) -> bool:
    """Whether a class, an id or a part of the page holds it."""
    return bool(re.search(r"[.#\[]", selector)) or selector.split(maxsplit=1)[0] in _PARTS
