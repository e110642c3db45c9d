"""Fitting the logistic models that weigh the rules (and the encoder's answer), and choosing the cuts on them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from bench.corpora import NAMES
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
from services.classifier.domain.judge import Cuts, Judge, Models, log_odds
from services.classifier.domain.model import Logistic

FOLDS = 5
CUTS = Cuts(
    relevant=0.42, unnamed=0.65, current=0.40, background=0.42, entity=0.42, entity_short=0.34, second_status=0.45
)
"""Where the search for cuts begins. `unnamed` is not searched: from 0.5 to 0.65 stories unseen are judged alike, and
the higher it stands the fewer pages about anything come in; at 0.75 one in twenty of the relevant ones is lost."""
SEARCHED: dict[str, tuple[float, ...]] = {
    "relevant": (0.35, 0.42, 0.48),  # above it news of two sentences falls out
    "current": (0.28, 0.32, 0.36, 0.40, 0.44, 0.48),
    "background": (0.30, 0.36, 0.42, 0.48, 0.54),
    "entity": (0.38, 0.42, 0.46, 0.50),
    "entity_short": (0.30, 0.34, 0.38, 0.42, 0.46),
    "second_status": (0.35, 0.45, 0.55, 0.8),
}
"""The values that are tried for each cut, one cut after the other."""
STRENGTHS = {"sentence": 0.08, "current": 0.5, "background": 0.5, "status": 0.15, "relevance": 0.2, "entity": 0.3}
"""Inverse strength of the penalty on large weights."""
OWN_WEIGHT = 0.3
"""What one of the project's own items counts beside one of the corpora: they are many, and written to be hard."""
OWN_WEIGHT_ENTITIES = 0.1
"""The same for the entity model: the own items name rivals in passing where the corpora do not. Of 0, 0.05, 0.1 and 0.3
it is the one with which the corpora's stories unseen are judged best at no loss on the own ones."""
Pair = tuple[Any, Any, str]


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


def weight_of(example: Example, own: float = OWN_WEIGHT) -> float:
    """What an item counts, where one of the project's own counts `own`."""
    return own if example.item.corpus.startswith("own/") else 1.0


def weighed(example: Example, samples: Sequence[Sample], own: float = OWN_WEIGHT) -> list[Sample]:
    """The samples of one item with what the item counts."""
    weight = weight_of(example, own)
    return [(features, label, one * weight) for features, label, one in samples]


def folds_of(examples: Sequence[Example], folds: int, salt: int = 0) -> list[int]:
    """A fold for each example; a story is never divided."""
    groups = sorted({example.item.group for example in examples})
    order = np.random.default_rng(7 + salt).permutation(len(groups))
    fold = {group: int(order[index]) % folds for index, group in enumerate(groups)}
    return [fold[example.item.group] for example in examples]


def train(examples: Sequence[Example], cuts: Cuts = CUTS) -> Models:
    """All models from these examples. An article's models learn from sentence scores of models that had not seen it."""
    samples = [weighed(example, sentence_samples(example)) for example in examples]
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
                current += weighed(example, news)
                background += weighed(example, history)
                entity += weighed(example, entity_samples(example, scored), OWN_WEIGHT_ENTITIES)
    return Models(
        sentence=sentence,
        current=fit(current, STRENGTHS["current"]),
        background=fit(background, STRENGTHS["background"]),
        status=fit([s for e in examples for s in weighed(e, status_samples(e))], STRENGTHS["status"]),
        relevance=fit([s for e in examples for s in weighed(e, relevance_samples(e))], STRENGTHS["relevance"]),
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


@dataclass(frozen=True)
class Validation:
    """Models of every fold, each beside the examples whose stories it has not seen."""

    judge: Judge
    parts: tuple[tuple[Models, tuple[Example, ...]], ...]

    def of_corpora(self) -> "Validation":
        """The examples of the corpora alone; all where there are none."""
        parts = tuple((models, tuple(e for e in own if e.item.corpus in NAMES)) for models, own in self.parts)
        return replace(self, parts=parts) if any(own for _, own in parts) else self

    def of_others(self) -> "Validation":
        """The project's own items that are about something else: near misses, and pages about anything."""
        parts = tuple(
            (models, tuple(e for e in own if e.item.corpus not in NAMES and not e.item.gold["relevant"]))
            for models, own in self.parts
        )
        return replace(self, parts=parts)

    def let_in(self, cuts: Cuts) -> float:
        """The share of these articles that is called relevant; 0 where there are none."""
        called = [bool(row["relevant"]) for _, (row, _, _) in self.pairs(cuts)]
        return sum(called) / len(called) if called else 0.0

    def pairs(self, cuts: Cuts) -> list[tuple[Example, Pair]]:
        """What is said of every example with these cuts, beside what is right."""
        found = []
        for models, examples in self.parts:
            unseen = Judge(self.judge.watcher, self.judge.triggers, replace(models, cuts=cuts))
            for example in examples:
                row, item = said(unseen.judge_reading(example.reading)), example.item
                found.append((example, (row, item.gold, f"{item.row['title']}\n{item.row['text']}")))
        return found

    def said(self, cuts: Cuts) -> list[tuple[float, bool, float]]:
        """Of every current event that is said: its confidence, whether it is right, what its item counts."""
        found = []
        for models, examples in self.parts:
            unseen = Judge(self.judge.watcher, self.judge.triggers, replace(models, cuts=cuts))
            for example in examples:
                right = {x["label"] for x in example.item.gold["labels"] if x["status"] != "background"}
                events = [e for e in unseen.judge_reading(example.reading).events if e.status != "background"]
                found += [(event.confidence, event.label in right, weight_of(example)) for event in events]
        return found

    def scores(self, cuts: Cuts) -> dict[str, Scores]:
        """By corpus, and over all."""
        rows: dict[str, list[Pair]] = {}
        for example, pair in self.pairs(cuts):
            rows.setdefault(example.item.corpus.partition("/")[0], []).append(pair)
            rows.setdefault("all", []).append(pair)
        return {name: score(pairs) for name, pairs in rows.items()}


def validation(examples: Sequence[Example], judge: Judge) -> Validation:
    """Train on four fifths of the stories, five times."""
    numbers = folds_of(examples, FOLDS)
    parts = []
    for fold in range(FOLDS):
        models = train([e for e, n in zip(examples, numbers, strict=True) if n != fold])
        parts.append((models, tuple(e for e, n in zip(examples, numbers, strict=True) if n == fold)))
    return Validation(judge, tuple(parts))


def choose_cuts(validated: Validation, begin: Cuts = CUTS) -> Cuts:
    """The cuts that serve best on stories the models have not seen: one after the other, from `begin`.

    Both corpora are real news in other words, the project's own items are written to be hard: where the corpora are
    there, the cuts are theirs. The corpora hold few articles about something else, so each cut is also judged by how
    many of the project's own it lets in.
    """
    validated, others = validated.of_corpora(), validated.of_others()
    best, worth = begin, _worth(validated, others, begin)
    for name, values in SEARCHED.items():
        for value in values:
            tried = best.model_copy(update={name: value})
            if tried != best and (own := _worth(validated, others, tried)) > worth:
                best, worth = tried, own
    return best


def calibrate(validated: Validation, cuts: Cuts) -> Cuts:
    """The cuts with the slope and shift that make confidence mean what it says on stories unseen."""
    told = validated.said(cuts.model_copy(update={"slope": 1.0, "shift": 0.0}))
    if len({right for _, right, _ in told}) < 2:
        return cuts
    model = LogisticRegression(C=1.0)
    model.fit([[log_odds(p)] for p, _, _ in told], [r for _, r, _ in told], sample_weight=[w for _, _, w in told])
    slope, shift = max(0.05, float(model.coef_[0][0])), float(model.intercept_[0])
    return cuts.model_copy(update={"slope": round(slope, 3), "shift": round(shift, 3)})


def _worth(validated: Validation, others: Validation, cuts: Cuts) -> float:
    """What cuts are judged by: the labels count double, since an alert hangs on them; strangers count against."""
    scores = validated.scores(cuts)
    measured = [scores[name] for name in NAMES if name in scores] or [scores["all"]]
    told = sum(2 * s["current"] + s["alert"] + s["relevance"] + s["entities"] + s["status"] for s in measured)
    return told - 2 * others.let_in(cuts)
