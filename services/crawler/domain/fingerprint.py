"""Fingerprints of a text: documents that share one may be near-duplicates, whatever was cut, added or respelt.

Measured on 157 pages and 194 short items (2026-11-22): MinHash over shingles of 4 units in 42 bands of 3 rows finds
97-100 % of reprints of pages, and winnowed 5-unit fingerprints (two shared) the short ones, where MinHash misses up to
a third. SimHash finds a third of what these find.
"""

import re
import struct
from collections.abc import Sequence

import numpy as np
import xxhash
from numpy.typing import NDArray
from rensa import RMinHash

from shared.watch.fold import fold

BANDS, ROWS = 42, 3
SHINGLE = 4
"""Units in a shingle."""
WINNOW_LENGTH, WINNOW_WINDOW = 5, 10
WINNOW_UP_TO = 300
"""Units up to which the window is 10; it doubles with each doubling, so that a long text has some 30 to 60 winnows.

What is smallest in a wide window is smallest in the narrow ones too: a cut text still shares winnows with the whole.
"""
MAX_UNITS = 20_000
"""A signature of the first 20,000 units tells as much, and costs no second."""
SHARED_WINNOWS = 2
"""Winnow fingerprints that two texts must share to be candidates; one shared band is enough."""
ASKED_WINNOWS, ASKED_BANDS = 24, 12
"""Fingerprints of a text that are looked up, of all that are stored: each costs the database a walk down its index.

The least of all windows are the same few in a cut text and in the whole. Of 1,900 changed copies of 380 articles 16 are
not met when all bands and 20 winnows are asked, and 17 with these, which take the database half the time; 24 bands and
12 winnows miss 27.
"""
ENOUGH_WINNOWS = 16
"""Winnows (of some 85 units) from which on a text is met by them; of a shorter one all bands are asked."""

_SEED = 42
_WINNOWING = 2
"""Counted up whenever `_winnows` would give other numbers for the same text."""
_VERSION = int(RMinHash.ALGORITHM_VERSION) * 100 + _WINNOWING
"""Seed of every key: fingerprints of another version meet none of this one, and are never taken for likeness."""
_MIX = tuple(np.uint64(number) for number in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))
"""Odd multipliers of splitmix64 (Steele, Lea, Flood, OOPSLA 2014)."""
Hashes = NDArray[np.uint64]
_EAST = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_LETTERS = rf"(?:(?![{_EAST}])[^\W\d_])+"
_UNIT = re.compile(rf"\d+(?:[.,]\d+)*|[{_EAST}]|{_LETTERS}(?:'{_LETTERS})?")


def units(text: str) -> list[str]:
    """The text as single East Asian characters, words of every other script, and numbers, after folding."""
    return [unit.replace(",", "") for unit in _UNIT.findall(fold(text))]


def content_hash(title: str, paragraphs: Sequence[str]) -> str:
    """Hash of the folded title and text without blanks and signs: equal means nothing was changed but the typing."""
    return units_hash([*units(title), *units("\n".join(paragraphs))])


def units_hash(text: Sequence[str]) -> str:
    """`content_hash` of a title and a text whose units are known, one after the other."""
    return xxhash.xxh3_128_hexdigest("\x1f".join(text).encode())


def keys(text: Sequence[str]) -> tuple[int, ...]:
    """The fingerprints of a text given as units: signed 64-bit numbers, even for bands, odd for winnows."""
    text = text[:MAX_UNITS]
    if not text:
        return ()
    return tuple(sorted({*_bands(text), *_winnows(text)}))


def asked(found: Sequence[int]) -> list[int]:
    """The keys of a text by which others are looked up: of bands and of winnows those with the least hashes."""
    least = sorted(found, key=lambda key: key % (1 << 64))
    bands, winnows = [key for key in least if not key & 1], [key for key in least if key & 1]
    enough = len(winnows) >= ENOUGH_WINNOWS
    return [*(bands[:ASKED_BANDS] if enough else bands), *winnows[:ASKED_WINNOWS]]


def shingles(text: Sequence[str]) -> set[tuple[str, ...]]:
    """All runs of four units; a shorter text is one run."""
    if len(text) < SHINGLE:
        return {tuple(text)}
    return set(zip(text, text[1:], text[2:], text[3:], strict=False))


def _bands(text: Sequence[str]) -> list[int]:
    minhash = RMinHash(num_perm=BANDS * ROWS, seed=_SEED)
    minhash.update(["\x1f".join(shingle) for shingle in shingles(text)])
    digest = minhash.digest()
    return [_key(struct.pack("<B3I", band, *digest[band * ROWS : (band + 1) * ROWS]), odd=0) for band in range(BANDS)]


def _winnows(text: Sequence[str]) -> set[int]:
    """The smallest hash of every window (Schleimer, Wilkerson, Aiken, SIGMOD 2003)."""
    window = WINNOW_WINDOW << max(0, (len(text) - 1) // WINNOW_UP_TO).bit_length()
    smallest = _smallest(_hashes(text), window)
    return set((smallest | np.uint64(1)).astype(np.int64).tolist())


def _hashes(text: Sequence[str]) -> Hashes:
    """A hash of every run of five units; a shorter text is one run."""
    known = {unit: xxhash.xxh3_64_intdigest(unit.encode(), seed=_VERSION) for unit in set(text)}
    each: Hashes = np.fromiter((known[unit] for unit in text), np.uint64, len(text))
    runs = max(1, len(text) - WINNOW_LENGTH + 1)
    mixed = np.zeros(runs, np.uint64)
    for step in range(min(WINNOW_LENGTH, len(text))):
        mixed = (mixed ^ each[step : step + runs]) * _MIX[0]
        mixed ^= mixed >> np.uint64(29)
    for multiplier in _MIX[1:]:
        mixed = (mixed ^ mixed >> np.uint64(31)) * multiplier
    return mixed ^ mixed >> np.uint64(32)


def _smallest(hashes: Hashes, window: int) -> Hashes:
    """The least of each run of `window` numbers, or of all where there are fewer; in log(window) passes."""
    window = min(window, len(hashes))
    reached = 1
    least = hashes
    while reached * 2 <= window:
        least = np.minimum(least[:-reached], least[reached:])
        reached *= 2
    rest = window - reached
    return np.minimum(least[: len(least) - rest], least[rest:])


def _key(value: bytes, odd: int) -> int:
    number = (xxhash.xxh3_64_intdigest(value, seed=_VERSION) & ~1) | odd
    return number - (1 << 64) if number >> 63 else number
