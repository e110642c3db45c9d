"""How likely each block is a part of the article: a linear stage and a few hundred boosted trees, as plain arrays.

The first stage judges a block by its features; the trees also see what it thought of the neighbours and the boxes
around. The weights are fitted by bench/extraction/train.py on saved news pages and hold
numbers only. Like code, they are a part of this package and are read once.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.crawler.domain.extraction.layout import LEVELS, Layout, windows
from services.crawler.domain.extraction.signs import Floats

WEIGHTS = Path(__file__).with_name("weights.npz")
CLIP = 6.0
"""Standard deviations beyond which a feature counts no further."""
HOPELESS = 0.003
"""First-stage probability under which the trees are not asked: four blocks of five on a page are menus."""
AT_ONCE = 128
"""Blocks that the trees judge at once: with more, what they compare (5,200 numbers a block) leaves the caches."""
_CERTAIN = 1e-4
_BIT = np.zeros(1 << 16, np.int64)
_BIT[1 << np.arange(16)] = np.arange(16)
"""The number of the one bit that is set."""


@dataclass(frozen=True)
class Linear:
    """One logistic regression over standardised features."""

    mean: Floats
    scale: Floats
    weights: Floats
    bias: float

    def probability(self, matrix: Floats) -> Floats:
        """Give the probability of each row."""
        scaled = np.clip((matrix - self.mean) / self.scale, -CLIP, CLIP)
        return sigmoid(scaled @ self.weights + self.bias)


@dataclass(frozen=True)
class Trees:
    """Boosted trees of at most 16 leaves; a row for each node of a tree, a column for each tree.

    A node strikes out the leaves of the side that is not taken, as bits; what is left of all nodes' answers is one
    leaf (QuickScorer, https://doi.org/10.1145/2766462.2767733): no step depends on the one before.
    """

    feature: NDArray[np.int64]
    threshold: Floats
    if_less: NDArray[np.uint16]
    """The leaves that stay possible where the feature is no larger than the threshold."""
    if_more: NDArray[np.uint16]
    value: Floats
    """A row a tree, a column a leaf."""
    bias: float

    def probability(self, matrix: Floats) -> Floats:
        """Give the probability of each row."""
        parts = [self._judge(matrix[start : start + AT_ONCE]) for start in range(0, len(matrix), AT_ONCE)]
        return np.concatenate(parts) if parts else np.zeros(0, np.float32)

    def _judge(self, matrix: Floats) -> Floats:
        nodes, trees = self.feature.shape
        cells = np.ascontiguousarray(matrix.T)[self.feature.ravel()]
        less = cells <= self.threshold.reshape(-1, 1)
        possible = np.where(less, self.if_less.reshape(-1, 1), self.if_more.reshape(-1, 1))
        leaf = np.bitwise_and.reduce(possible.reshape(nodes, trees, len(matrix)), axis=0)
        base = np.arange(trees)[:, None] * self.value.shape[1]
        score = self.value.ravel()[base + _BIT[leaf]].sum(axis=0, dtype=np.float32)
        return sigmoid(score + np.float32(self.bias))


@dataclass(frozen=True)
class Model:
    """Both stages together."""

    first: Linear
    trees: Trees

    def probability(self, matrix: Floats, layout: Layout) -> Floats:
        """Give for each block of a page the probability that it belongs to the article."""
        probability = self.first.probability(matrix)
        hopeful = np.flatnonzero(probability > HOPELESS)
        wide = np.concatenate((matrix, context(layout, probability)), axis=1)
        probability[hopeful] = self.trees.probability(wide[hopeful])
        return probability


def sigmoid(values: Floats) -> Floats:
    """Give the logistic function without overflow."""
    return (1 / (1 + np.exp(-np.clip(values, -30, 30)))).astype(np.float32)


def context(layout: Layout, first: Floats) -> Floats:
    """Describe each block by what the first stage thought of it, of its neighbours and of the boxes around it."""
    likely = first * layout.tokens
    total = max(float(likely.sum()), 1.0)
    safe = np.clip(first, _CERTAIN, 1 - _CERTAIN)
    columns = [np.log(safe / (1 - safe)), first]
    padded = np.concatenate((np.zeros(3, np.float32), first, np.zeros(3, np.float32)))
    columns += [padded[3 + by : 3 + by + len(first)] for by in (-3, -2, -1, 1, 2, 3)]
    both = np.stack((likely, layout.tokens))
    for reach in (2, 5, 10):
        mass, tokens = windows(both, reach)
        columns.append(mass / np.maximum(tokens, 1))
    sums = layout.over(likely)
    share = sums / np.maximum(layout.over(layout.tokens), 1)
    for level in range(LEVELS):
        box = layout.ancestors[level]
        columns += [share[box], sums[box] / total]
    shape = layout.shape[layout.box]
    alike = np.bincount(shape, likely) / np.maximum(np.bincount(shape, layout.tokens), 1)
    columns.append(alike[shape])
    return np.stack(columns, axis=1, dtype=np.float32, casting="unsafe")


@cache
def fitted() -> Model:
    """Give the model with the weights that training wrote."""
    with np.load(WEIGHTS, allow_pickle=False) as arrays:
        return from_arrays({name: arrays[name] for name in arrays.files})


def from_arrays(arrays: dict[str, NDArray[Any]]) -> Model:
    """Build the model from its named arrays."""

    mean, scale, weights = (arrays[f"first_{part}"].astype(np.float32) for part in ("mean", "scale", "weights"))
    first = Linear(mean, scale, weights, float(arrays["first_bias"]))
    trees = Trees(
        feature=arrays["tree_feature"].astype(np.int64),
        threshold=arrays["tree_threshold"].astype(np.float32),
        if_less=arrays["tree_if_less"].astype(np.uint16),
        if_more=arrays["tree_if_more"].astype(np.uint16),
        value=arrays["tree_value"].astype(np.float32),
        bias=float(arrays["tree_bias"]),
    )
    return Model(first, trees)
