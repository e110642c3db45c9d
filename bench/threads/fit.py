"""The thread regression fitted on pairs of labelled reports, and its folds: weights that saw none of a story."""

import hashlib
import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from bench.threads.reports import Stories
from bench.threads.scoring import Counted, Scored, judged, score
from services.alerter.domain.likeness import Likeness, Weights
from services.alerter.domain.profile import Profile, profile, words
from services.alerter.domain.report import Report
from services.alerter.domain.state import ThreadState
from services.alerter.domain.threads import assign, take

FOLDS = 5
AGAINST = frozenset({
    "entities_differ", "entities_of_one", "labels_differ", "amounts_differ", "batch_differs", "period_differs",
    "year_differs", "dates_differ", "gap", "beyond_a_month",
})  # fmt: skip
EITHER = frozenset({"across_languages", "entities_unknown", "labels_unknown", "gap_unknown"})
"""Signs that may speak for or against one event; AGAINST may speak against it only, all others for it only. A weight of
the other sign is chance (a shared amount never parts two reports): the sign is left out and the rest fitted anew."""
STRENGTH = 0.1
"""Inverse of the regularisation (C); by the folds, 0.03 to 0.3 differ by less than their noise."""
RARE = 3
"""Documents that a word must stand in for its frequency to be kept."""


@dataclass
class Pairs:
    """Signs of all judged pairs of one set."""

    names: list[str]
    rows: np.ndarray[Any, Any]
    same: np.ndarray[Any, Any]
    weight: np.ndarray[Any, Any]
    folds: list[tuple[int | None, int | None]]
    """Folds of the stories of both."""


def fold_of(story: str | None) -> int | None:
    """Fold of a story, by the hash of its name, so that more stories move none."""
    return int(hashlib.sha256(f"fold:{story}".encode()).hexdigest(), 16) % FOLDS if story else None


def frequencies(sets: Sequence[Stories]) -> Weights:
    """Weights of nothing but the frequencies of words."""
    counted: Counter[str] = Counter()
    for stories in sets:
        for report in stories.reports:
            counted.update(set(words(f"{report.title}\n{report.lead}")))
    common = {word: count for word, count in sorted(counted.items()) if count >= RARE}
    total = sum(len(stories.told) for stories in sets)
    return Weights(bias=0, weights={}, threshold=0.5, documents=total, document_frequency=common)


def pairs_in(stories: Stories, likeness: Likeness) -> Pairs:
    """The signs of every judged pair; those of one story share its weight, so that none counts for its length."""
    sizes = Counter(each.story for each in stories.told if each.story)
    rows, same, weight, folds = [], [], [], []
    names: list[str] = []
    for a, b in itertools.combinations(stories.told, 2):
        if not judged(a, b):
            continue
        signs = likeness.features(profile(a.report), profile(b.report))
        names = list(signs)
        together = a.story is not None and a.story == b.story
        size = sizes[a.story] if together and a.story else 2
        rows.append(list(signs.values()))
        same.append(together)
        weight.append((size * (size - 1) / 2) ** -0.5)
        folds.append((fold_of(a.story), fold_of(b.story)))
    return Pairs(names, np.array(rows), np.array(same), np.array(weight), folds)


def fit(parts: Sequence[Pairs], base: Weights, left_out: int | None = None) -> Weights:
    """Weights from all pairs none of whose stories is in the fold that is left out."""
    uses = [np.array([left_out is None or left_out not in both for both in part.folds]) for part in parts]
    table = np.vstack([part.rows[use] for part, use in zip(parts, uses, strict=True)])
    same = np.concatenate([part.same[use] for part, use in zip(parts, uses, strict=True)])
    weight = np.concatenate([part.weight[use] for part, use in zip(parts, uses, strict=True)])
    names = parts[0].names
    bias, coefficients = _signed(table, same, weight, names)
    named = {name: round(float(value), 3) for name, value in zip(names, coefficients, strict=True)}
    return base.model_copy(update={"weights": named, "bias": round(bias, 3)})


def _signed(
    table: np.ndarray[Any, Any], same: np.ndarray[Any, Any], weight: np.ndarray[Any, Any], names: Sequence[str]
) -> tuple[float, np.ndarray[Any, Any]]:
    """Fitted again and again without the signs that came out against their meaning."""
    spread = table.std(axis=0)
    spread[spread < 1e-6] = 1.0
    against = np.array([name in AGAINST for name in names])
    either = np.array([name in EITHER for name in names])
    used = np.ones(len(names), dtype=bool)
    while True:
        model = LogisticRegression(C=STRENGTH, max_iter=2000)
        model.fit(table / spread * used, same, sample_weight=weight)
        coefficients = model.coef_[0] / spread * used
        wrong = used & ~either & ((coefficients > 0) == against) & (np.abs(coefficients) > 1e-9)
        if not wrong.any():
            return float(model.intercept_[0]), coefficients
        used &= ~wrong


class Remembering(Likeness):
    """Works out the signs of a pair once: every fold asks for the same ones."""

    def __init__(self, weights: Weights, known: dict[tuple[str, str], dict[str, float]]) -> None:
        super().__init__(weights)
        self._known = known

    def features(self, a: Profile, b: Profile) -> dict[str, float]:
        """Those of the pair, from memory where they are known."""
        key = (a.report.document_id, b.report.document_id)
        if key not in self._known:
            self._known[key] = super().features(a, b)
        return self._known[key]


def threads_of(reports: Sequence[Report], likeness: Likeness) -> dict[str, str]:
    """The thread of each report, taken in one after the other."""
    threads: dict[str, ThreadState] = {}
    found = {}
    for report in reports:
        taken = take(report, assign(report, tuple(threads.values()), likeness))
        threads[taken.thread.thread_id] = taken.thread
        found[report.document_id] = taken.thread.thread_id
    return found


def scored_by_folds(stories: Stories, fitted: Mapping[int, Weights]) -> Scored:
    """Each story by the weights that did not see it; pairs of reports without a story by those of the first fold."""
    known: dict[tuple[str, str], dict[str, float]] = {}
    total = Scored(Counted(), (), (), ())
    for fold, weights in fitted.items():
        found = threads_of(stories.reports, Remembering(weights, known))
        total += score(
            stories,
            found,
            lambda a, b, fold=fold: judged(a, b) and fold == (fold_of(a.story or b.story) or 0),  # type: ignore[misc]  # the fold is bound as a default
        )
    units = tuple(sorted(set(total.units)))
    return Scored(total.counted, total.true, total.false, units, total.wrong, total.missed)
