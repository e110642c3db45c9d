"""What changed from one revision of an article to the next, paragraph by paragraph."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal


@dataclass(frozen=True, slots=True)
class Change:
    """One paragraph that came or went."""

    kind: Literal["added", "removed"]
    paragraph: int
    """From 1: in the later revision where it was added, in the earlier one where it was removed; 0 is the title."""
    text: str


def changes(before: Sequence[str], after: Sequence[str]) -> tuple[Change, ...]:
    """What went and what came, in the order of the text; the first of each is the title."""
    found: list[Change] = []
    for what, start, end, first, last in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what != "equal":
            found += [Change("removed", number, before[number]) for number in range(start, end)]
            found += [Change("added", number, after[number]) for number in range(first, last)]
    return tuple(found)
