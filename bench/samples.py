"""What the models learn from: one labelled article, read, turned into samples."""

from dataclasses import dataclass

from bench.corpora import Item
from services.classifier.domain.entities import entity_features, named_entities
from services.classifier.domain.events import CURRENT, HISTORY, NOTHING, Scored, label_features
from services.classifier.domain.features import candidate_features
from services.classifier.domain.model import Features
from services.classifier.domain.reading import Candidate, Reading
from services.classifier.domain.relevance import relevance_features
from services.classifier.domain.status import status_features

Sample = tuple[Features, str, float]
"""Signs, class, weight."""


@dataclass(frozen=True)
class Example:
    """An item, read."""

    item: Item
    reading: Reading


def evidence_places(example: Example) -> list[tuple[str, str, int, int]]:
    """(label, status, start, end) of the gold quotes in the joined text."""
    text = example.reading.text.original
    found = []
    for label in example.item.gold["labels"]:
        quote = (label["evidence"] or "").replace("\n", " ")
        start = text.replace("\n", " ").find(quote) if quote else -1
        if start >= 0:
            found.append((label["label"], label["status"], start, start + len(quote)))
    return found


def told_by(candidate: Candidate, places: list[tuple[str, str, int, int]]) -> list[str]:
    """The gold statuses whose quote overlaps the candidate's sentence."""
    span = candidate.span
    return [s for label, s, start, end in places if label == candidate.label and start < span.end and end > span.start]


def sentence_samples(example: Example) -> list[Sample]:
    """One sample a candidate sentence of a relevant item; those that restate an event quoted elsewhere are left out."""
    if not example.item.gold["relevant"]:
        return []
    places = evidence_places(example)
    gold_current = {x["label"] for x in example.item.gold["labels"] if x["status"] != "background"}
    gold_any = {x["label"] for x in example.item.gold["labels"]}
    samples: list[Sample] = []
    for candidate in example.reading.candidates:
        features = candidate_features(example.reading, candidate)
        statuses = told_by(candidate, places)
        if any(status != "background" for status in statuses):
            samples.append((features, CURRENT, 1.0))
        elif statuses:
            samples.append((features, HISTORY, 1.0))
        elif candidate.label in gold_current:
            if candidate.span.paragraph == 0 and candidate.strong:
                samples.append((features, CURRENT, 0.5))
        elif candidate.label not in gold_any:
            samples.append((features, NOTHING, 1.0))
    return samples


def status_samples(example: Example) -> list[Sample]:
    """One sample a sentence that carries a current gold quote."""
    places = evidence_places(example)
    samples: list[Sample] = []
    for candidate in example.reading.candidates:
        for status in told_by(candidate, places):
            if status != "background":
                scored = Scored(candidate, candidate_features(example.reading, candidate), 1.0, 0.0)
                samples.append((status_features(example.reading, scored), status, 1.0))
    return samples


def relevance_samples(example: Example) -> list[Sample]:
    """One sample an item."""
    return [(relevance_features(example.reading), "yes" if example.item.gold["relevant"] else "no", 1.0)]


def label_samples(example: Example, scored: list[Scored]) -> tuple[list[Sample], list[Sample]]:
    """For each label with a candidate in a relevant item: is it news, is it told as history."""
    if not example.item.gold["relevant"]:
        return [], []
    gold = example.item.gold["labels"]
    news = {x["label"] for x in gold if x["status"] != "background"}
    history = {x["label"] for x in gold if x["status"] == "background"}
    current: list[Sample] = []
    background: list[Sample] = []
    for label, features in label_features(example.reading, scored).items():
        current.append((features, "yes" if label in news else "no", 1.0))
        background.append((features, "yes" if label in history else "no", 1.0))
    return current, background


def entity_samples(example: Example, scored: list[Scored]) -> list[Sample]:
    """One sample a named identifier of a relevant item."""
    if not example.item.gold["relevant"]:
        return []
    gold = set(example.item.gold["entities"])
    return [
        (entity_features(example.reading, entity, hits, scored), "yes" if entity in gold else "no", 1.0)
        for entity, hits in named_entities(example.reading).items()
    ]
