"""Made-up signatures in the layout of `fingerprint.keys`: 42 even keys of bands, some 20 to 45 odd ones of winnows.

Three documents in ten belong to a cluster of two to six that share 55 to 100 % of their keys, as reprints do.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from services.crawler.domain.fingerprint import BANDS

WINNOWS = (20, 45)
"""Fewest and most winnow fingerprints of one document, as `keys` gives them for articles of 300 to 3,000 units."""
CLUSTERED = 0.3
CLUSTER = (2, 6)
SHARED = (0.55, 1.0)
SLOTS = BANDS + WINNOWS[1]

Keys = NDArray[np.int64]


@dataclass(frozen=True)
class Signatures:
    """Keys and document numbers (from 1), row by row, sorted by key and number."""

    keys: Keys
    numbers: NDArray[np.int64]
    documents: int

    def of(self, number: int, seed: int = 0) -> list[int]:
        """The signature of one document; the same for every `Signatures` of this seed."""
        return [int(key) for key in _one_block(_block(number), seed)[(number - 1) % BLOCK]]


BLOCK = 10_000
"""Documents made at once; clusters lie within a block, so a larger set begins with the smaller one."""


def _block(number: int) -> int:
    return (number - 1) // BLOCK


@lru_cache(maxsize=3)
def _one_block(block: int, seed: int) -> list[Keys]:
    """The signatures of one block of documents."""
    made = np.random.default_rng((seed, block))
    slots = made.integers(-(2**63), 2**63 - 1, size=(BLOCK, SLOTS), dtype=np.int64)
    slots[:, :BANDS] &= ~1
    slots[:, BANDS:] |= 1
    at, last = 0, int(BLOCK * CLUSTERED)
    while at < last:
        size = int(made.integers(CLUSTER[0], CLUSTER[1] + 1))
        for other in range(at + 1, min(at + size, last)):
            shared = made.random(SLOTS) < made.uniform(*SHARED)
            slots[other, shared] = slots[at, shared]
        at += size
    lengths = BANDS + made.integers(WINNOWS[0], WINNOWS[1] + 1, size=BLOCK)
    order = made.permutation(BLOCK)
    return [slots[place, : lengths[place]] for place in order]


def signatures(documents: int, seed: int = 0) -> Signatures:
    """Signatures of documents 1 to `documents`, a multiple of the block."""
    keys: list[Keys] = []
    counts: list[int] = []
    for block in range(documents // BLOCK):
        rows = _one_block(block, seed)
        keys.append(np.concatenate(rows))
        counts += [len(row) for row in rows]
    every = np.concatenate(keys)
    numbers = np.repeat(np.arange(1, documents + 1, dtype=np.int64), counts)
    order = np.argsort(every, kind="stable")
    return Signatures(every[order], numbers[order], documents)
