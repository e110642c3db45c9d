"""Train the thread regression: `python -m bench.train_threads FOLDER…`.

Each FOLDER holds articles.jsonl, labels.jsonl and story_groups.jsonl. Scores are by five folds of stories, so that no
story is judged by weights that saw it; then all stories train the weights that are written. The kept third
(bench/kept.txt) must not be in the folders: it is refused.
"""

import itertools
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from sklearn.linear_model import LogisticRegression

from bench.thread_corpus import Corpus, read_corpus
from services.alerter.domain.likeness import Likeness, Weights
from services.alerter.domain.profile import Profile, profile, words
from services.alerter.domain.report import Report
from services.alerter.domain.state import ThreadState
from services.alerter.domain.threads import assign, take

OUT = Path("services/alerter/domain/thread_weights.json")
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


def pairs_of(groups: Sequence[Sequence[str]]) -> set[frozenset[str]]:
    """Every two that stand in one group."""
    return {frozenset(pair) for group in groups for pair in itertools.combinations(sorted(group), 2)}


def _frequencies(corpora: Sequence[Corpus]) -> Weights:
    counted: Counter[str] = Counter()
    total = 0
    for corpus in corpora:
        for report in corpus.reports:
            counted.update(set(words(f"{report.title}\n{report.lead}")))
            total += 1
    common = {word: count for word, count in sorted(counted.items()) if count >= 3}
    return Weights(bias=0, weights={}, threshold=0.5, documents=total, document_frequency=common)


@dataclass
class Pairs:
    """Feature rows of all pairs of one corpus."""

    names: list[str]
    rows: np.ndarray[Any, Any]
    same: np.ndarray[Any, Any]
    weight: np.ndarray[Any, Any]
    stories: list[tuple[str | None, str | None]]


def _pairs(corpus: Corpus, likeness: Likeness) -> Pairs:
    sizes = Counter(corpus.stories.values())
    rows, same, weight, stories = [], [], [], []
    names: list[str] = []
    for a, b in itertools.combinations(corpus.reports, 2):
        if not corpus.judged(a, b):
            continue
        signs = likeness.features(profile(a), profile(b))
        names = list(signs)
        mine, theirs = corpus.stories.get(a.document_id), corpus.stories.get(b.document_id)
        together = mine is not None and mine == theirs
        rows.append(list(signs.values()))
        same.append(together)
        weight.append(1 / (sizes[mine] * (sizes[mine] - 1) / 2) ** 0.5 if together and mine else 1.0)
        stories.append((mine, theirs))
    return Pairs(names, np.array(rows), np.array(same), np.array(weight), stories)


def _fit(parts: Sequence[tuple[Pairs, set[str]]], base: Weights) -> Weights:
    """Weights from all pairs none of whose stories is left out."""
    rows, same, weight = [], [], []
    for pairs, left_out in parts:
        use = np.array([not ({a, b} & left_out) for a, b in pairs.stories])
        rows.append(pairs.rows[use])
        same.append(pairs.same[use])
        weight.append(pairs.weight[use])
    table = np.vstack(rows)
    spread = table.std(axis=0)
    spread[spread < 1e-6] = 1.0
    names = parts[0][0].names
    against = np.array([name in AGAINST for name in names])
    either = np.array([name in EITHER for name in names])
    used = np.ones(len(names), dtype=bool)
    while True:
        model = LogisticRegression(C=STRENGTH, max_iter=2000)
        model.fit(table / spread * used, np.concatenate(same), sample_weight=np.concatenate(weight))
        coefficients = model.coef_[0] / spread * used
        wrong = used & ~either & ((coefficients > 0) == against) & (np.abs(coefficients) > 1e-9)
        if not wrong.any():
            break
        used &= ~wrong
    named = {name: round(float(value), 3) for name, value in zip(names, coefficients, strict=True)}
    return base.model_copy(update={"weights": named, "bias": round(float(model.intercept_[0]), 3)})


_known_signs: dict[tuple[str, str], dict[str, float]] = {}


class _Remembering(Likeness):
    """Works out the signs of a pair once: every fold and threshold asks for the same ones."""

    def features(self, a: Profile, b: Profile) -> dict[str, float]:
        key = (a.report.document_id, b.report.document_id)
        if key not in _known_signs:
            _known_signs[key] = super().features(a, b)
        return _known_signs[key]


def threads_of(reports: Sequence[Report], weights: Weights) -> dict[str, str]:
    """The thread of each report, taken in one after the other."""
    likeness = _Remembering(weights)
    threads: dict[str, ThreadState] = {}
    found = {}
    for report in reports:
        taken = take(report, assign(report, tuple(threads.values()), likeness))
        threads[taken.thread.thread_id] = taken.thread
        found[report.document_id] = taken.thread.thread_id
    return found


def _score(corpora: Sequence[Corpus], folds: dict[str, int], fitted: dict[int, Weights], threshold: float) -> str:
    hit = said = gold = 0
    for corpus in corpora:
        for fold_number, weights in fitted.items():
            mine = {d: s for d, s in corpus.stories.items() if folds[s] == fold_number}
            reports = [r for r in corpus.reports if r.document_id in mine or r.document_id not in corpus.stories]
            found = threads_of(reports, weights.model_copy(update={"threshold": threshold}))
            groups: dict[str, list[str]] = {}
            for document, thread in found.items():
                groups.setdefault(thread, []).append(document)
            true_groups: dict[str, list[str]] = {}
            for document, story in mine.items():
                true_groups.setdefault(story, []).append(document)
            known = {report.document_id: report for report in corpus.reports}
            touched = {
                pair
                for pair in pairs_of(list(groups.values()))
                if (fold_number == 0 or pair & set(mine)) and corpus.judged(*(known[one] for one in pair))
            }
            true = pairs_of(list(true_groups.values()))
            hit, said, gold = hit + len(touched & true), said + len(touched), gold + len(true)
    precision, recall = hit / max(said, 1), hit / max(gold, 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return f"threshold {threshold:.2f}: P {precision:.2f} R {recall:.2f} F1 {f1:.2f} ({hit} of {gold}, said {said})"


def main(
    folders: Annotated[list[Path], typer.Argument(help="corpus folders without the kept third")],
    threshold: Annotated[float, typer.Option(help="joins from here")] = 0.25,
    out: Annotated[Path, typer.Option(help="where to write the weights")] = OUT,
    score: Annotated[bool, typer.Option(help="print the scores of the folds first")] = True,
) -> None:
    """Score by folds, then train on everything and write the weights."""
    corpora = [read_corpus(folder) for folder in folders]
    base = _frequencies(corpora)
    pairs = [_pairs(corpus, Likeness(base)) for corpus in corpora]
    if score:
        stories = sorted({story for corpus in corpora for story in corpus.stories.values()})
        random.Random(1).shuffle(stories)  # noqa: S311  a split, no secret
        folds = {story: number % FOLDS for number, story in enumerate(stories)}
        fitted = {
            fold: _fit([(part, {s for s in stories if folds[s] == fold}) for part in pairs], base)
            for fold in range(FOLDS)
        }
        for level in (0.1, 0.15, 0.2, 0.25, 0.3, 0.4):
            print(_score(corpora, folds, fitted, level))
    final = _fit([(part, set()) for part in pairs], base).model_copy(update={"threshold": threshold})
    for name, value in sorted(final.weights.items(), key=lambda item: -abs(item[1])):
        print(f"  {name:18s} {value:+.2f}")
    out.write_text(final.model_dump_json(indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    typer.run(main)
