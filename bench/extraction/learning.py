"""Fitting the stages of the block model, and scoring a choice of blocks by cross-validation over sites."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from bench.extraction.dataset import Page, scored
from bench.extraction.streams import merged, streamed
from bench.extraction.variants import MAX_TEASERS, followed, shortened
from services.crawler.domain.extraction.body import choose
from services.crawler.domain.extraction.model import CLIP, HOPELESS, Linear, Model, Trees, context, from_arrays
from services.crawler.domain.extraction.signs import Floats

SEED = 20260101
FOLDS = 5
PENALTY = 0.3
"""Inverse strength of the linear stage's regularisation."""
VARIANT_WEIGHT = 0.35
"""Weight of a page that was made from a saved one."""
TREES: dict[str, Any] = {
    "max_iter": 200, "max_leaf_nodes": 14, "max_depth": 6, "learning_rate": 0.05, "l2_regularization": 2.0,
    "min_samples_leaf": 20, "max_features": 0.25,
}  # fmt: skip
BAGS = 2
"""Boostings, each with other random columns, whose mean is taken."""
BRIEF = 0.75
"""Share of the pages before a stream that are cut to one paragraph."""
FOLLOWED = frozenset({"zh"})
"""Languages whose pages are also shown followed by other articles and by streams: Chinese portals are built so (body F1
of unseen sites + 0.02 to 0.03), while the English pages hold many guides in sections, which look the same (- 0.01)."""
Arrays = dict[str, NDArray[Any]]


def folds(pages: Sequence[Page], seed: int = SEED) -> dict[str, int]:
    """Give each site its fold."""
    sites = sorted({page.site for page in pages})
    np.random.default_rng(seed).shuffle(sites)
    return {site: number % FOLDS for number, site in enumerate(sites)}


def with_variants(pages: Sequence[Page]) -> list[tuple[Page, float]]:
    """Give the pages, each with a copy cut short and one followed by other articles, and their weights."""
    random = np.random.default_rng(SEED)
    found = []
    for page in pages:
        found.append((page, page.weight))
        short = shortened(page, int(random.integers(1, 6)))
        if short:
            found.append((short, VARIANT_WEIGHT * page.weight))
        if page.row["lang"] not in FOLLOWED:
            continue
        donors = [other for other in pages if other.row["lang"] == page.row["lang"] and other.site != page.site]
        picked = random.choice(
            len(donors), size=min(len(donors), int(random.integers(1, MAX_TEASERS + 1))), replace=False
        )
        host = short if short and random.random() < 0.5 else page
        found.append((followed(host, [donors[int(number)] for number in picked], random), VARIANT_WEIGHT * page.weight))
        brief = merged(page, random)
        if brief:
            host = brief if random.random() < BRIEF else page
            others = [donors[int(number)] for number in random.integers(len(donors), size=MAX_TEASERS)]
            found.append((streamed(host, others, random), VARIANT_WEIGHT * page.weight))
    return found


def targets(pages: Sequence[tuple[Page, float]]) -> tuple[NDArray[np.int64], Floats]:
    """Give for each block whether it is wanted, and its weight: its share of the page's tokens."""
    wanted = np.concatenate([page.wanted for page, _ in pages])
    weights = np.concatenate(
        [times * (page.layout.tokens + 2) / (page.layout.tokens + 2).sum() for page, times in pages]
    )
    doubtful = np.abs(wanted - 0.5) < 0.3
    weights = weights * np.where(doubtful, 0.3, 1)
    return (wanted >= 0.5).astype(np.int64), (weights * len(weights) / weights.sum()).astype(np.float32)


def linear(matrix: Floats, wanted: NDArray[np.int64], weights: Floats) -> Linear:
    """Fit a linear stage."""
    mean, scale = matrix.mean(axis=0), matrix.std(axis=0) + 1e-3
    fitted = LogisticRegression(C=PENALTY, max_iter=300)
    fitted.fit(np.clip((matrix - mean) / scale, -CLIP, CLIP), wanted, sample_weight=weights)
    return Linear(mean, scale, fitted.coef_[0].astype(np.float32), float(fitted.intercept_[0]))


def trees(matrix: Floats, wanted: NDArray[np.int64], weights: Floats) -> Trees:
    """Fit the boosted trees and lay them out as arrays."""
    grown: list[NDArray[Any]] = []
    bias = 0.0
    for seed in range(BAGS):
        fitted = HistGradientBoostingClassifier(**TREES, early_stopping=False, random_state=SEED + seed)
        fitted.fit(matrix, wanted, sample_weight=weights)
        bias += float(fitted._baseline_prediction.ravel()[0]) / BAGS
        for predictors in fitted._predictors:
            nodes = predictors[0].nodes.copy()
            nodes["value"] /= BAGS
            grown.append(nodes)
    return laid_out(grown, bias)


def laid_out(trees_nodes: list[NDArray[Any]], bias: float) -> Trees:
    """Lay trees out as the arrays that judge all their nodes at once."""
    inner = max(int((nodes["is_leaf"] == 0).sum()) for nodes in trees_nodes)
    number, leaves = len(trees_nodes), int(TREES["max_leaf_nodes"])
    feature, threshold = np.zeros((inner, number), np.int64), np.full((inner, number), np.inf, np.float32)
    every = (1 << leaves) - 1
    if_less, if_more = np.full((inner, number), every, np.uint16), np.full((inner, number), every, np.uint16)
    value = np.zeros((number, leaves), np.float32)
    for tree, nodes in enumerate(trees_nodes):
        rows = {int(node): row for row, node in enumerate(np.flatnonzero(nodes["is_leaf"] == 0))}
        bits = {int(node): bit for bit, node in enumerate(np.flatnonzero(nodes["is_leaf"] == 1))}
        for node, bit in bits.items():
            value[tree, bit] = nodes["value"][node]
        for node, row in rows.items():
            feature[row, tree], threshold[row, tree] = nodes["feature_idx"][node], nodes["num_threshold"][node]
            if_less[row, tree] = every & ~_leaves(nodes, int(nodes["right"][node]), bits)
            if_more[row, tree] = every & ~_leaves(nodes, int(nodes["left"][node]), bits)
    return Trees(feature, threshold, if_less, if_more, value, bias)


def _leaves(nodes: NDArray[Any], node: int, bits: dict[int, int]) -> int:
    """Give the leaves under a node, as bits."""
    if node in bits:
        return 1 << bits[node]
    return _leaves(nodes, int(nodes["left"][node]), bits) | _leaves(nodes, int(nodes["right"][node]), bits)


def fit(pages: Sequence[tuple[Page, float]], fold: dict[str, int]) -> Model:
    """Fit both stages; the trees see what first stages of the other folds thought of a page."""
    wanted, weights = targets(pages)
    matrix = np.concatenate([page.matrix for page, _ in pages])
    first = linear(matrix, wanted, weights)
    opinions: dict[int, Floats] = {}
    for part in sorted({fold[page.site] for page, _ in pages}):
        others = [entry for entry in pages if fold[entry[0].site] != part]
        stage = linear(np.concatenate([page.matrix for page, _ in others]), *targets(others))
        for page, _ in pages:
            if fold[page.site] == part:
                opinions[id(page)] = stage.probability(page.matrix)
    wide = np.concatenate(
        [np.concatenate((page.matrix, context(page.layout, opinions[id(page)])), axis=1) for page, _ in pages]
    )
    hopeful = np.concatenate([opinions[id(page)] for page, _ in pages]) > HOPELESS
    return Model(first, trees(wide[hopeful], wanted[hopeful], weights[hopeful]))


def f1(pages: Sequence[Page], chosen: Sequence[list[int]], language: str) -> float:
    """Give the harmonic mean of mean precision and mean recall, as the scorer does."""
    pairs = [scored(page, numbers) for page, numbers in zip(pages, chosen, strict=True) if page.row["lang"] == language]
    precision, recall = np.mean(pairs, axis=0)
    return float(2 * precision * recall / (precision + recall))


def cross_validated(pages: Sequence[Page], more: Sequence[Page], seed: int) -> list[Floats]:
    """Give each page's probabilities from a model that saw no page of its site; `more` is trained on, not judged."""
    fold = {**folds(more, seed), **folds(pages, seed)}
    out: dict[int, Floats] = {}
    for part in range(FOLDS):
        model = fit(with_variants([page for page in (*pages, *more) if fold[page.site] != part]), fold)
        for page in pages:
            if fold[page.site] == part:
                out[id(page)] = model.probability(page.matrix, page.layout)
    return [out[id(page)] for page in pages]


def print_cross_validation(pages: Sequence[Page], more: Sequence[Page], seeds: Sequence[int]) -> None:
    """Print body F1 by cross-validation over the sites of `pages`, for each seed."""
    for seed in seeds:
        chosen = choices(pages, cross_validated(pages, more, seed))
        scores = " ".join(f"{language} {f1(pages, chosen, language):.4f}" for language in ("zh", "en"))
        print(f"cross-validated on {len(pages)} pages, seed {seed}: body F1 {scores}", flush=True)


def choices(pages: Sequence[Page], probabilities: Sequence[Floats]) -> list[list[int]]:
    """Choose the blocks of each page."""
    return [choose(page.layout, p, page.blocks.texts) for page, p in zip(pages, probabilities, strict=True)]


def arrays_of(model: Model) -> Arrays:
    """Lay a model out as the arrays that `from_arrays` reads, in the smallest types that hold them."""
    found: Arrays = {}
    for part in ("mean", "scale", "weights"):
        found[f"first_{part}"] = getattr(model.first, part).astype(np.float32)
    found["first_bias"] = np.array(model.first.bias, np.float32)
    for part, kind in (("feature", np.int16), ("if_less", np.uint16), ("if_more", np.uint16)):
        found[f"tree_{part}"] = getattr(model.trees, part).astype(kind)
    found["tree_threshold"] = model.trees.threshold.astype(np.float32)
    found["tree_value"] = model.trees.value.astype(np.float32)
    found["tree_bias"] = np.array(model.trees.bias, np.float32)
    return found


def same(model: Model, pages: Sequence[Page]) -> bool:
    """Say whether the model as laid out judges a page as the fitted one does."""
    copy = from_arrays(arrays_of(model))
    page = pages[0]
    return np.allclose(
        copy.probability(page.matrix, page.layout), model.probability(page.matrix, page.layout), atol=1e-3
    )
