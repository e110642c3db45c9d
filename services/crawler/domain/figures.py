"""Numerals and turning words of two like texts: which one says another value in the same place."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.crawler.domain.opposites import tokens

NEIGHBOURS = 5
"""Tokens to each side by which a numeral or a turning word is known again."""

Text = Sequence[str]
"""Units, as `fingerprint.units` gives them."""
Place = tuple[str, ...]
"""The neighbours of a value: with a blank between both sides, or beside one."""


@dataclass(frozen=True)
class _Value:
    """A numeral (kind `#`) or turning word with masked tokens to each side; a side is empty where the text ends before.

    `first`, `last`: the text begins or ends with it, maybe cut in its middle. `units`: as in the text.
    """

    kind: str
    said: str
    left: Place
    right: Place
    first: bool
    last: bool

    @property
    def both(self) -> Place | None:
        """The place by both sides."""
        return (self.kind, *self.left, "", *self.right) if self.left and self.right else None

    @property
    def sides(self) -> list[Place]:
        """The place by each side that the text has."""
        left, right = (self.kind, *self.left, ""), (self.kind, "", *self.right)
        return [*([left] if self.left else []), *([right] if self.right else [])]


def figures(text: Text) -> list[tuple[str, str]]:
    """All numerals and turning words in their order, as kind and value."""
    return [(kind, value) for kind, value in tokens(text) if value]


def changed_value(one: Text, other: Text) -> str:
    """The first numeral or turning word of `one` whose neighbours stand in `other` with another value, in plain words.

    Neighbours that come often (a table, three captions) are told by how often each value stands between them: what was
    cut leaves one text without a value of the other, a change leaves each without one.
    """
    mine, theirs = _by_place(one), _by_place(other)
    for value in _values(one):
        places = [value.both] if value.both and value.both in theirs else [p for p in value.sides if p in theirs]
        others = [_instead(value, mine[place], theirs[place]) for place in places]
        if others and all(others):
            if value.kind == "#":
                return f"{value.said} where the other text says {min(set.union(*others))}"
            return f"the contrary of the other text after `{''.join(value.left)}`"
    return ""


def one_other_figure(one: Text, other: Text) -> str:
    """The one numeral or turning word in which texts with the same sequence of them differ; empty without any."""
    mine, theirs = figures(one), figures(other)
    differ = [(a, b) for a, b in zip(mine, theirs, strict=False) if a != b]
    if len(mine) != len(theirs) or len(differ) != 1 or differ[0][0][0] != differ[0][1][0]:
        return ""
    (kind, said), (_, instead) = differ[0]
    return (
        f"{said} where the other text says {instead}" if kind == "#" else "the contrary of one word of the other text"
    )


def _instead(value: _Value, mine: Sequence[_Value], theirs: Sequence[_Value]) -> set[str]:
    """What the other text says there instead of the value; empty when it says the same, or was cut in the middle."""
    own, known = Counter(one.said for one in mine), Counter(one.said for one in theirs)
    if not (own - known)[value.said] or any(_may_be_cut(value, other) for other in theirs):
        return set()
    return set(known - own)


def _may_be_cut(one: _Value, other: _Value) -> bool:
    """Whether one of the two stands at an end of its text and may be what a cut left of the other."""
    short, long = (one, other) if len(one.said) <= len(other.said) else (other, one)
    return (short.last and long.said.startswith(short.said)) or (short.first and long.said.endswith(short.said))


def _by_place(text: Text) -> Mapping[Place, list[_Value]]:
    places: dict[Place, list[_Value]] = defaultdict(list)
    for value in _values(text):
        for place in (value.both, *value.sides):
            if place:
                places[place].append(value)
    return places


def _values(text: Text) -> Iterator[_Value]:
    """Each numeral and turning word of a text."""
    found = tokens(text)
    masked = [mask for mask, _ in found]
    for at, (kind, said) in enumerate(found):
        if said:
            left, right = tuple(masked[max(0, at - NEIGHBOURS) : at]), tuple(masked[at + 1 : at + 1 + NEIGHBOURS])
            left, right = (side if len(side) == NEIGHBOURS else () for side in (left, right))
            yield _Value(kind, said, left, right, at == 0, at == len(found) - 1)
