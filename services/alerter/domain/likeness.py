"""How likely two reports tell of one event: a small logistic regression whose weights stand in thread_weights.json.

Measured by others on this kind of news: no single sign is enough (not words, not entities with labels), so every sign
is a feature and the shares of the strongest are kept as the decision's reasons. Trained by bench/train_threads.py.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from services.alerter.domain.profile import REMEMBERED, Profile, common_names
from shared.messages.common import Frozen

_LONG_GAP = 400.0
"""Days; the longest follow-up that is looked for."""


class Weights(Frozen):
    """The regression's weights and the document frequencies of words; from thread_weights.json."""

    bias: float
    weights: dict[str, float]
    threshold: float
    """A document joins the thread whose best three reports reach this mean."""
    documents: int
    """How many documents the frequencies were counted in."""
    document_frequency: dict[str, int]
    """Words in three documents or more; all others are taken to be rare."""

    def rarity(self, word: str) -> float:
        """Inverse document frequency, 0 for a word that every document has."""
        return math.log((self.documents + 1) / (self.document_frequency.get(word, 1) + 1))

    def probability(self, features: Mapping[str, float]) -> float:
        """That both reports tell of one event."""
        score = 0.0
        for name, value in features.items():
            if value:  # half of the signs are absent, and this is asked thousands of times a second
                score += self.weights.get(name, 0.0) * value
        score += self.bias
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, score))))

    def reasons(self, features: Mapping[str, float], count: int = 4) -> tuple[str, ...]:
        """The features that spoke most for one event, strongest first, with their shares of the log-odds."""
        shares = {name: self.weights.get(name, 0.0) * value for name, value in features.items()}
        best = sorted(shares.items(), key=lambda item: -item[1])[:count]
        return tuple(f"{name} {share:+.1f}" for name, share in best if share > 0)


@dataclass(frozen=True)
class _Weighed:
    """The words of one report, weighed: title and lead as a vector of length 1, the title's by themselves."""

    vector: dict[str, float]
    title: dict[str, float]
    title_sum: float


@lru_cache(maxsize=REMEMBERED)
def _weighed(profile: Profile, rarity: "Rarity") -> _Weighed:
    raw = {word: (1 + math.log(count)) * rarity.of(word) for word, count in profile.words.items()}
    norm = math.sqrt(sum(value * value for value in raw.values())) or 1.0
    title = {word: rarity.of(word) for word in profile.title_words}
    return _Weighed({word: value / norm for word, value in raw.items()}, title, sum(title.values()))


class Rarity:
    """The weights as a key of the cache of vectors: compared by identity, since they never change in one process."""

    def __init__(self, weights: Weights) -> None:
        self.of = weights.rarity


class Likeness:
    """Compares reports by one set of weights."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self._rarity = Rarity(weights)

    def words(self, a: Profile, b: Profile) -> float:
        """Cosine of the weighted words of title and lead."""
        mine, theirs = _weighed(a, self._rarity).vector, _weighed(b, self._rarity).vector
        return sum(mine[word] * theirs[word] for word in mine.keys() & theirs.keys())

    def titles(self, a: Profile, b: Profile) -> float:
        """Share of the titles' words in common, rare words counting more."""
        mine, theirs = _weighed(a, self._rarity), _weighed(b, self._rarity)
        both = sum(mine.title[word] for word in mine.title.keys() & theirs.title.keys())
        together = mine.title_sum + theirs.title_sum - both
        return both / together if together else 0.0

    def features(self, a: Profile, b: Profile) -> dict[str, float]:
        """Every sign for and against one event."""
        return {
            "words": self.words(a, b),
            "titles": self.titles(a, b),
            **_languages(a, b),
            **_actors(a, b),
            **_labels(a, b),
            **_figures(a, b),
            **_gaps(a, b),
        }


def _share(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / len(a | b) if a and b else 0.0


def _languages(a: Profile, b: Profile) -> dict[str, float]:
    across = a.script != b.script
    names = len(common_names(a, b)) if across else 0
    return {"across_languages": float(across), "names": min(names, 4) / 4}


def _actors(a: Profile, b: Profile) -> dict[str, float]:
    return {
        "entities": _share(a.entities, b.entities),
        "company": float(bool(a.companies & b.companies)),
        "parties": _share(a.parties, b.parties),
        "entities_differ": float(bool(a.entities and b.entities and not a.entities & b.entities)),
        "entities_unknown": float(not a.entities and not b.entities),
        "entities_of_one": float(bool(a.entities) != bool(b.entities)),
    }


def _labels(a: Profile, b: Profile) -> dict[str, float]:
    return {
        "labels": _share(a.labels, b.labels),
        "labels_differ": float(bool(a.labels and b.labels and not a.labels & b.labels)),
        "labels_unknown": float(not a.labels or not b.labels),
        "any_label": float(bool(a.all_labels & b.all_labels)),
    }


def _figures(a: Profile, b: Profile) -> dict[str, float]:
    same_amount = any(x.same_as(y) for x in a.amounts for y in b.amounts)
    numbers = len(a.numbers & b.numbers)
    partners = a.told("counterparty") & b.told("counterparty")
    return {
        "amounts": float(same_amount),
        "amounts_differ": float(bool(a.amounts and b.amounts and a.labels & b.labels and not same_amount)),
        "numbers": min(numbers, 4) / 4,
        "numbers_share": numbers / min(len(a.numbers), len(b.numbers)) if a.numbers and b.numbers else 0.0,
        "document_number": float(bool(a.document_numbers & b.document_numbers)),
        "counterparty": float(bool(partners)),
        "batch_differs": float(bool(a.batches and b.batches and not a.batches & b.batches)),
        "period_differs": float(bool(a.periods and b.periods and not a.periods & b.periods)),
        "year_differs": float(bool(a.years and b.years and not a.years & b.years)),
    }


def _gaps(a: Profile, b: Profile) -> dict[str, float]:
    gap = a.report.days_from(b.report)
    days = gap if gap is not None else 0.0
    return {
        "dates": float(bool(a.dates & b.dates)),
        "dates_differ": float(bool(a.dates and b.dates and not a.dates & b.dates)),
        "gap": min(1.0, math.log1p(days) / math.log1p(_LONG_GAP)),
        "gap_unknown": float(gap is None),
        "within_two_days": float(gap is not None and gap <= 2),
        "within_a_week": float(gap is not None and gap <= 7),
        "beyond_a_month": float(gap is not None and gap > 31),
    }
