"""Train the shipped models: `make train`.

Reads the labelled items beside the project without the kept third, learns six small logistic models, chooses the cuts,
prints what cross-validation by story says of the whole chain, and writes services/classifier/model/. What is learnt are
weights of named rules and generic signs; no words of the items.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from bench.corpora import DATA, ROOT, available, load_items
from bench.samples import (
    Example,
    Sample,
    entity_samples,
    label_samples,
    relevance_samples,
    sentence_samples,
    status_samples,
)
from bench.score import Scores, score
from services.classifier.domain.article import Judgement
from services.classifier.domain.events import score_candidates
from services.classifier.domain.judge import MODEL_DIR, Cuts, Judge, Models
from services.classifier.domain.model import Logistic, save_logistic
from services.classifier.domain.reading import read
from services.classifier.domain.triggers import Triggers, load_taxonomy
from shared.watch import Watcher, load_watchlist

FOLDS = 5
CUTS = Cuts(relevant=0.42, unnamed=0.75, current=0.40, background=0.42, entity=0.40, second_status=0.45)
"""Chosen on cross-validated predictions of the training part."""
STRENGTHS = {"sentence": 0.08, "current": 0.5, "background": 0.5, "status": 0.15, "relevance": 0.2, "entity": 0.3}
"""Inverse strength of the penalty on large weights."""


def fit(samples: Sequence[Sample], strength: float) -> Logistic:
    """A logistic regression with a penalty; a class balance as found."""
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform([features for features, _, _ in samples])
    labels = [label for _, label, _ in samples]
    model = LogisticRegression(C=strength, max_iter=2000)
    model.fit(matrix, labels, sample_weight=[weight for _, _, weight in samples])
    classes = tuple(str(name) for name in model.classes_)
    coefficients, intercept = model.coef_, model.intercept_
    if len(classes) == 2:
        coefficients = np.vstack([-coefficients[0] / 2, coefficients[0] / 2])
        intercept = np.array([-intercept[0] / 2, intercept[0] / 2])
    names = vectorizer.get_feature_names_out()
    weights = {str(name): coefficients[:, column] for column, name in enumerate(names)}
    return Logistic(classes, weights, np.asarray(intercept))


def folds_of(examples: Sequence[Example], folds: int, salt: int = 0) -> list[int]:
    """A fold for each example; a story is never divided."""
    groups = sorted({example.item.group for example in examples})
    order = np.random.default_rng(7 + salt).permutation(len(groups))
    fold = {group: int(order[index]) % folds for index, group in enumerate(groups)}
    return [fold[example.item.group] for example in examples]


def train(examples: Sequence[Example], cuts: Cuts = CUTS) -> Models:
    """All models from these examples. An article's models learn from sentence scores of models that had not seen it."""
    samples = [sentence_samples(example) for example in examples]
    sentence = fit([s for own in samples for s in own], STRENGTHS["sentence"])
    numbers = folds_of(examples, 4, salt=1)
    current: list[Sample] = []
    background: list[Sample] = []
    entity: list[Sample] = []
    for fold in range(4):
        rest = [s for own, number in zip(samples, numbers, strict=True) if number != fold for s in own]
        unseen = fit(rest, STRENGTHS["sentence"])
        for example, number in zip(examples, numbers, strict=True):
            if number == fold:
                scored = score_candidates(example.reading, unseen)
                news, history = label_samples(example, scored)
                current += news
                background += history
                entity += entity_samples(example, scored)
    return Models(
        sentence=sentence,
        current=fit(current, STRENGTHS["current"]),
        background=fit(background, STRENGTHS["background"]),
        status=fit([s for example in examples for s in status_samples(example)], STRENGTHS["status"]),
        relevance=fit([s for example in examples for s in relevance_samples(example)], STRENGTHS["relevance"]),
        entity=fit(entity, STRENGTHS["entity"]),
        cuts=cuts,
    )


def said(judgement: Judgement) -> dict[str, Any]:
    """A judgement in the form that the scorer reads."""
    return {
        "relevant": judgement.relevant,
        "entities": [entity.entity for entity in judgement.entities],
        "labels": [{"label": e.label, "status": e.status, "evidence": e.evidence.quote} for e in judgement.events],
    }


def cross_validate(examples: Sequence[Example], judge: Judge, salts: Sequence[int] = (0,)) -> dict[str, Scores]:
    """The whole chain on items whose story it was not trained on, by corpus and together."""
    rows: dict[str, list[Any]] = defaultdict(list)
    for salt in salts:
        numbers = folds_of(examples, FOLDS, salt)
        for fold in range(FOLDS):
            models = train([e for e, n in zip(examples, numbers, strict=True) if n != fold])
            unseen = Judge(judge.watcher, judge.triggers, models)
            for example, number in zip(examples, numbers, strict=True):
                if number == fold:
                    row = said(unseen.judge_reading(example.reading))
                    text = f"{example.item.row['title']}\n{example.item.row['text']}"
                    rows[example.item.corpus].append((row, example.item.gold, text))
                    rows["both"].append((row, example.item.gold, text))
    return {name: score(pairs) for name, pairs in rows.items()}


def load_examples(data: Path) -> tuple[Judge, list[Example]]:
    """The training items, read. The judge has no models yet."""
    watcher = Watcher(load_watchlist(ROOT / "config" / "watchlist.yaml"))
    triggers = Triggers(load_taxonomy(ROOT / "config" / "taxonomy.yaml"))
    judge = Judge(watcher, triggers, None)  # type: ignore[arg-type]  # models follow
    return judge, [Example(item, read(item.article, watcher, triggers)) for item in load_items("train", data)]


def show(name: str, scores: Scores) -> None:
    """One line of the table."""
    print(
        f"{name:10s} "
        + " ".join(f"{key} {value:.3f}" if key != "items" else f"{value:.0f} items" for key, value in scores.items())
    )


def main(
    data: Annotated[Path, typer.Option(help="folder that holds corpus and corpus2")] = DATA,
    out: Annotated[Path, typer.Option(help="folder the models are written to")] = MODEL_DIR,
    validate: Annotated[bool, typer.Option(help="print cross-validated scores")] = True,
) -> None:
    """Train the shipped models and print what cross-validation by story says of them."""
    if not available(data):
        print(f"skipped: {data} holds neither corpus nor corpus2; the shipped models stay", file=sys.stderr)
        raise typer.Exit(0)
    judge, examples = load_examples(data)
    scores: dict[str, Scores] = {}
    if validate:
        scores = cross_validate(examples, judge)
        for name, values in scores.items():
            show(name, values)
    models = train(examples)
    out.mkdir(parents=True, exist_ok=True)
    for name in ("sentence", "current", "background", "status", "relevance", "entity"):
        save_logistic(out / f"{name}.json", getattr(models, name))
    (out / "cuts.json").write_text(json.dumps(models.cuts.model_dump(), indent=1) + "\n", "utf-8")
    print(f"{len(examples)} items → {out}")


if __name__ == "__main__":
    typer.run(main)
