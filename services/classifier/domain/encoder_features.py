"""The encoder's answer as signs for the logistic models, beside those of the rules. Nothing where it was not asked."""

from math import log

from services.classifier.domain.encoded import ENCODED_LABELS, ENCODED_STATUSES
from services.classifier.domain.model import Features
from services.classifier.domain.reading import Candidate, Reading

_EDGE = 0.002
"""Probabilities are told apart down to this: what is surer than 1 in 500 is as good as sure."""


def strength(probability: float) -> float:
    """Log odds, in steps of four: -1.55 for certainly not, 0 for even, 1.55 for certain."""
    held = min(1 - _EDGE, max(_EDGE, probability))
    return log(held / (1 - held)) / 4


def encoded_features(reading: Reading, candidate: Candidate) -> Features:
    """Signs of one sentence."""
    encoded = reading.encoded
    if encoded is None:
        return {}
    label = candidate.label
    news, history = encoded.of_article(label)
    found: Features = {"encoder article news": strength(news), "encoder article history": strength(history)}
    own = encoded.of_sentence(candidate.span.number, label)
    if own is None:
        return found | {"encoder not shown": 1.0}
    best, _ = encoded.best(label)
    found |= {
        "encoder news": strength(own[0]),
        "encoder news odds": own[0],
        "encoder history": strength(own[1]),
        "encoder history odds": own[1],
        "encoder best": float(own[0] >= best),
        "encoder alone": float(all(hit.tier == "encoder" for hit in candidate.hits)),
    }
    return found


def encoded_label_features(reading: Reading, label: str) -> Features:
    """Signs of one label over the article."""
    encoded = reading.encoded
    if encoded is None:
        return {}
    news, history = encoded.of_article(label)
    best_news, best_history = encoded.best(label)
    others = max(
        float(odds) for other, odds in zip(ENCODED_LABELS, encoded.article_current, strict=True) if other != label
    )
    return {
        "encoder article news": strength(news),
        "encoder article news odds": news,
        "encoder article history": strength(history),
        "encoder article history odds": history,
        "encoder best news": strength(best_news),
        "encoder best news odds": best_news,
        "encoder best history": strength(best_history),
        "encoder best history odds": best_history,
        "encoder leads": float(news >= others),
        "encoder relevance": strength(encoded.relevance),
    }


def encoded_status_features(reading: Reading, candidate: Candidate) -> Features:
    """Signs of the status of one sentence."""
    encoded = reading.encoded
    row = encoded.row(candidate.span.number) if encoded else None
    if encoded is None or row is None:
        return {}
    return {
        f"encoder {status}": strength(float(odds))
        for status, odds in zip(ENCODED_STATUSES, encoded.status[row], strict=True)
    }


def encoded_relevance_features(reading: Reading) -> Features:
    """Signs of relevance."""
    encoded = reading.encoded
    if encoded is None:
        return {}
    return {"encoder relevance": strength(encoded.relevance), "encoder relevance odds": encoded.relevance}
