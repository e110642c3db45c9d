"""The messages that pass between services on Kafka: frozen, versioned, past tense."""

from shared.messages.alert import AlertDelivered
from shared.messages.classified import (
    DocumentClassified,
    EntityFound,
    EventFound,
    EventLine,
    Evidence,
    Fact,
    KeyPoints,
    Mention,
    SummarySentence,
)
from shared.messages.common import Published, Times
from shared.messages.dead_letter import DeadLetter, LetterReplayed
from shared.messages.document import DocumentFound

__all__ = [
    "AlertDelivered",
    "DeadLetter",
    "DocumentClassified",
    "DocumentFound",
    "EntityFound",
    "EventFound",
    "EventLine",
    "Evidence",
    "Fact",
    "KeyPoints",
    "LetterReplayed",
    "Mention",
    "Published",
    "SummarySentence",
    "Times",
]
