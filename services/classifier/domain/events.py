"""From candidate sentences to the events of an article.

Two steps. First every sentence is judged by itself: does it tell an event of the label, as news or as history. Then the
label is judged over the whole article: how sure its best sentences are, beside the labels it competes with.
"""

from dataclasses import dataclass

from services.classifier.domain.acceptance import DOUBT, doubts
from services.classifier.domain.encoder_features import encoded_label_features
from services.classifier.domain.features import candidate_features, document_features
from services.classifier.domain.model import Features, Logistic
from services.classifier.domain.reading import Candidate, Reading
from shared.watch.taxonomy import LABELS

CURRENT, HISTORY, NOTHING = "current", "background", "none"


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its probabilities."""

    candidate: Candidate
    features: Features
    current: float
    background: float
    doubted: bool = False
    """The sentence takes its own trigger back (acceptance.py)."""


@dataclass(frozen=True, slots=True)
class LabelScore:
    """One label of an article: probabilities, and its sentences, the most certain first."""

    label: str
    current: float
    background: float
    sentences: tuple[Scored, ...]
    features: Features

    def best(self, which: str) -> Scored:
        """The sentence that tells it best as news (`current`) or as history (`background`)."""
        return max(self.sentences, key=lambda scored: scored.current if which == CURRENT else scored.background)


def score_candidates(reading: Reading, model: Logistic) -> list[Scored]:
    """Every candidate, judged by itself."""
    scored: list[Scored] = []
    signs = [candidate_features(reading, candidate) for candidate in reading.candidates]
    for candidate, features, odds in zip(reading.candidates, signs, model.probabilities_of(signs), strict=True):
        doubted = bool(doubts(reading, candidate))
        left = DOUBT if doubted else 1.0
        scored.append(Scored(candidate, features, odds[CURRENT] * left, odds[HISTORY] * left, doubted))
    return scored


def label_features(reading: Reading, scored: list[Scored]) -> dict[str, Features]:
    """For each label with a candidate: the signs by which the article as a whole is judged."""
    by_label: dict[str, list[Scored]] = {}
    for one in scored:
        by_label.setdefault(one.candidate.label, []).append(one)
    tops = {label: max(one.current for one in ones) for label, ones in by_label.items()}
    found: dict[str, Features] = {}
    for label, ones in by_label.items():
        found[label] = _label_features(reading, label, ones, tops)
    return found


def _label_features(reading: Reading, label: str, ones: list[Scored], tops: dict[str, float]) -> Features:
    current = sorted((one.current for one in ones), reverse=True)
    background = sorted((one.background for one in ones), reverse=True)
    titles = [one.current for one in ones if one.candidate.span.paragraph == 0]
    lead = [one.current for one in ones if one.candidate.span.number <= 2]
    rivals = sorted((value for other, value in tops.items() if other != label), reverse=True)
    top_rival = rivals[0] if rivals else 0.0
    nothing = 1.0
    for value in current:
        nothing *= 1 - value
    document = document_features(reading)
    found: Features = {
        f"label {label}": 1.0,
        f"family {LABELS[label]}": 1.0,
        "top current": current[0],
        "second current": current[1] if len(current) > 1 else 0.0,
        "any current": 1 - nothing,
        "top background": background[0],
        "second background": background[1] if len(background) > 1 else 0.0,
        "title current": max(titles, default=0.0),
        "lead current": max(lead, default=0.0),
        "title without": float(not titles),
        "top rival": top_rival,
        "leads": float(current[0] >= top_rival),
        "lead over rival": current[0] - top_rival,
        "rank": min(5, sum(value > current[0] for value in rivals)) / 5,
        "sentences": min(len(ones), 6) / 6,
        "long": document["long"],
        "analysis": document.get("kind analysis", 0.0),
        "market note": document.get("kind market_note", 0.0),
        "top current in analysis": current[0] * document.get("kind analysis", 0.0),
        "title asks": document["title asks"],
    }
    return found | encoded_label_features(reading, label)


def score_labels(reading: Reading, scored: list[Scored], current: Logistic, background: Logistic) -> list[LabelScore]:
    """Every label with a candidate, judged over the article, the most probable news first."""
    features = label_features(reading, scored)
    found: list[LabelScore] = []
    news = current.probabilities_of(list(features.values()))
    history = background.probabilities_of(list(features.values()))
    for (label, signs), is_news, is_history in zip(features.items(), news, history, strict=True):
        sentences = tuple(one for one in scored if one.candidate.label == label)
        odds = is_news["yes"], is_history["yes"]
        left = DOUBT if all(one.doubted for one in sentences) else 1.0
        found.append(LabelScore(label, odds[0] * left, odds[1] * left, sentences, signs))
    return sorted(found, key=lambda score: -score.current)
