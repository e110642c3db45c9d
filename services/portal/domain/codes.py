"""What is indexed, as 32-bit whole numbers: one GIN index over `int4[]` answers words and facets together.

    0 … 2³⁰-1          two neighbouring characters, 15 bits each, exact
    2³⁰ … 2³⁰+2¹⁵-1     one character, exact
    2³⁰+2²⁹ … 2³¹-1     a word of Latin letters or digits, and what stands outside the exact range, by CRC-32
    below 0            a facet: its field and its number

Exact are the 32,768 code points from U+3000 on: kana and all usual Chinese characters. Two different words share a
hashed code once in 537 million, which is left at that.
"""

from itertools import pairwise
from zlib import crc32

import numpy as np
import numpy.typing as npt

_FIRST = 0x3000
_BITS = 15
_SINGLE = 1 << 30
_HASHED = _SINGLE + (1 << 29)
_HASHES = (1 << 29) - 1
_FIELD = 1 << 16

FIELDS = ("entity", "label", "status", "source", "kind", "language", "event", "name")
"""What documents are counted by. The order stands in the index: add at the end only. `source` is a source or an outlet;
`event` is label and status of one event together; `name` a watched name that the words hold (domain/names.py)."""


def _hashed(token: str) -> int:
    return _HASHED + (crc32(token.encode("utf-8", "replace")) & _HASHES)


def of_word(word: str) -> int:
    """The code of a whole word of Latin letters or digits."""
    return _hashed(word)


def of_character(character: str) -> int:
    """The code of one character."""
    place = ord(character) - _FIRST
    return _SINGLE + place if 0 <= place < 1 << _BITS else _hashed(character)


def of_pair(first: str, second: str) -> int:
    """The code of two neighbouring characters."""
    one, two = ord(first) - _FIRST, ord(second) - _FIRST
    if 0 <= one < 1 << _BITS and 0 <= two < 1 << _BITS:
        return one << _BITS | two
    return _hashed(first + second)


def of_run(text: str) -> set[int]:
    """The codes of all characters and all neighbours of a run of Chinese characters."""
    places = [ord(character) - _FIRST for character in text]
    if min(places) >= 0 and max(places) < 1 << _BITS:  # nearly always, and three times as fast
        return {_SINGLE + place for place in places} | {one << _BITS | two for one, two in pairwise(places)}
    return {of_character(each) for each in text} | {of_pair(one, two) for one, two in pairwise(text)}


def of_places(points: npt.NDArray[np.int64], wide: npt.NDArray[np.bool_]) -> set[int] | None:
    """As `of_run`, for all runs of a text at once: its code points, and which of them are Chinese characters.

    None where one of them stands outside the exact range.
    """
    places = points - _FIRST
    singles = places[wide]
    if singles.size and (singles.min() < 0 or singles.max() >= 1 << _BITS):
        return None
    both = wide[:-1] & wide[1:]
    pairs = (places[:-1][both] << _BITS) | places[1:][both]
    return {*(singles + _SINGLE).tolist(), *pairs.tolist()}


def of_facet(field: str, number: int) -> int:
    """The code of one value of a field; `number` from 1 to 32,767 as the table of facets gives it."""
    return -(FIELDS.index(field) * _FIELD + number)


def facet_of(code: int) -> tuple[str, int]:
    """The field and the number that `of_facet` made it from."""
    place, number = divmod(-code, _FIELD)
    return FIELDS[place], number


def count_facets(packed: bytes) -> dict[str, dict[int, int]]:
    """Field to number to count, of the values of many documents as search_packed() of migration 0018 writes them."""
    values, counts = np.unique(np.frombuffer(packed, dtype=">i4").astype(np.int32), return_counts=True)
    found: dict[str, dict[int, int]] = {}
    for code, count in zip(values.tolist(), counts.tolist(), strict=True):
        name, number = facet_of(-code)
        found.setdefault(name, {})[number] = count
    return found
