"""Which status a current event has: a model over the signs of its sentence, and what the taxonomy settles outright."""

from services.classifier.domain.events import Scored
from services.classifier.domain.model import Features, Logistic
from shared.messages.classified import Status

CURRENT_STATUSES: tuple[Status, ...] = ("announced", "completed", "planned", "rumoured", "denied")


def status_features(scored: Scored) -> Features:
    """The candidate's signs, each also under its label for the ones that labels read differently."""
    label = scored.candidate.label
    found = dict(scored.features)
    for cue in ("complete", "plan", "official", "rumour", "denial"):
        if f"clause {cue}" in found:
            found[f"{label} {cue}"] = 1.0
    return found


def status_odds(scored: Scored, model: Logistic) -> dict[str, float]:
    """The probability of each current status."""
    return model.probabilities(status_features(scored))


def status_of(scored: Scored, model: Logistic) -> Status:
    """The most probable status."""
    odds = status_odds(scored, model)
    return max(CURRENT_STATUSES, key=lambda status: odds.get(status, 0.0))
