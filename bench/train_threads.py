"""Train the thread regression: `python -m bench.train_threads FOLDER…`.

Each FOLDER holds articles.jsonl, labels.jsonl and story_groups.jsonl. Scores are by five folds of stories, so that no
story is judged by weights that saw it; then all stories train the weights that are written. The kept third
(bench/kept.txt) must not be in the folders: it is refused.
"""

import hashlib
import itertools
import json
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from sklearn.linear_model import LogisticRegression

from services.alerter.domain.likeness import Likeness, Weights
from services.alerter.domain.profile import Profile, profile, words
from services.alerter.domain.report import Report, ReportEvent
from services.alerter.domain.state import ThreadState
from services.alerter.domain.threads import assign, take

OUT = Path("services/alerter/domain/thread_weights.json")
KEPT = Path("bench/kept.txt")
FOLDS = 5
STRENGTH = 0.1
"""Inverse of the regularisation (C); by the folds, 0.03 to 0.3 differ by less than their noise."""
SEEN = datetime(2026, 1, 1, tzinfo=UTC)
"""First seen of every item: the corpus knows none, so that an undated item has no day at all."""


@dataclass(frozen=True)
class Corpus:
    """One folder: the reports in the order of publication, and the story of each that has one."""

    name: str
    reports: tuple[Report, ...]
    stories: dict[str, str]


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def _published(row: dict[str, Any]) -> dict[str, Any] | None:
    written = row.get("published")
    if not written:
        return None
    year, month, day = ([int(part) for part in written.split("T")[0].split("-")] + [1, 1])[:3]
    precision = {1: "year", 2: "month", 3: "day"}[len(written.split("T")[0].split("-"))]
    return {"at": datetime(year, month, day, tzinfo=UTC), "precision": precision}


def _report(row: dict[str, Any], label: dict[str, Any]) -> Report:
    text = row["text"]
    language = {"zh": "zh-Hans", "zh-Hant": "zh-Hant", "en": "en"}.get(row["lang"], "other")
    return Report.model_validate(
        {
            "document_id": hashlib.md5(row["id"].encode(), usedforsecurity=False).hexdigest(),
            "revision": 1,
            "title": row["title"],
            "lead": text[:1000],
            "language": language,
            "kind": "news",
            "published": _published(row),
            "first_seen": SEEN,
            "entities": label["entities"],
            "events": [
                ReportEvent(label=e["label"], status=e["status"], entities=(), quote=e.get("evidence") or "")
                for e in label["labels"]
            ],
        }
    )


def read_corpus(folder: Path) -> Corpus:
    """The corpus in `folder`. Raises SystemExit when it holds an item of the kept third."""
    kept = set(KEPT.read_text("utf-8").split()) if KEPT.exists() else set()
    rows, labels = _rows(folder / "articles.jsonl"), {row["id"]: row for row in _rows(folder / "labels.jsonl")}
    if kept & {row["id"] for row in rows}:
        raise SystemExit(f"{folder} holds items of the kept third")
    reports = {row["id"]: _report(row, labels[row["id"]]) for row in rows}
    stories = {
        reports[item].document_id: group["story_id"]
        for group in _rows(folder / "story_groups.jsonl")
        for item in group["ids"]
    }
    ordered = sorted(reports.values(), key=lambda report: report.when)
    return Corpus(folder.name, tuple(ordered), stories)


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
    model = LogisticRegression(C=STRENGTH, max_iter=2000)
    model.fit(table / spread, np.concatenate(same), sample_weight=np.concatenate(weight))
    coefficients = model.coef_[0] / spread
    named = {name: round(float(value), 3) for name, value in zip(parts[0][0].names, coefficients, strict=True)}
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
            touched = {p for p in pairs_of(list(groups.values())) if fold_number == 0 or p & set(mine)}
            true = pairs_of(list(true_groups.values()))
            hit, said, gold = hit + len(touched & true), said + len(touched), gold + len(true)
    precision, recall = hit / max(said, 1), hit / max(gold, 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return f"threshold {threshold:.2f}: P {precision:.2f} R {recall:.2f} F1 {f1:.2f} ({hit} of {gold}, said {said})"


def main(
    folders: Annotated[list[Path], typer.Argument(help="corpus folders without the kept third")],
    threshold: Annotated[float, typer.Option(help="joins from here")] = 0.4,
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
