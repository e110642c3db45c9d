"""Who wants a document, and why the others do not: found before the transaction, which holds others up."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol

from services.alerter.domain.condition import Answer
from services.alerter.domain.routes_index import RouteIndex
from services.alerter.domain.routes_reading import Reading
from services.alerter.domain.routing import Match, no_alert
from shared.messages import DocumentClassified, EventFound

TOLD_WHY = 40
"""Routes whose refusal is written into the decision: with thousands of them a row would be larger than the article.
Of any other the version in force tells, which stands beside them."""


class Condition(Protocol):
    """Whoever answers conditions in plain words."""

    def ask(self, condition: str, document: DocumentClassified) -> Answer:
        """Whether the condition holds for the document; who cannot answer says so in the answer.

        Raises TransientError only when the program ends: the document is left for its next life.
        """


@dataclass(frozen=True)
class Interest:
    """What the subscriptions in force make of one document."""

    matches: tuple[Match, ...] = ()
    unwanted: dict[str, str] = field(default_factory=dict)
    """Route to the reason why not, of the first TOLD_WHY that refuse."""
    answers: dict[str, Answer] = field(default_factory=dict)
    version: int = 0
    """Of the subscriptions."""

    def detail(self) -> dict[str, object]:
        """For the decision's row."""
        said: dict[str, object] = {
            "subscriptions": [match.subscription.name for match in self.matches],
            "unwanted": self.unwanted,
            "subscriptions_version": self.version,
        }
        if self.answers:
            said["conditions"] = {condition: answer.words() for condition, answer in self.answers.items()}
        return said

    @property
    def refusals(self) -> str:
        """The reasons in one line."""
        return "; ".join(f"{name}: {why}" for name, why in self.unwanted.items())


def interest_in(document: DocumentClassified, index: RouteIndex, condition: Condition | None) -> Interest:
    """Route the document; conditions are asked once each, of documents only that can alert."""
    if no_alert(document):
        return Interest(version=index.version)
    reading = Reading(document)
    answers = {one: condition.ask(one, document) for one in index.conditions(reading)} if condition else {}
    unwanted = dict(islice(index.unwanted(reading, answers), TOLD_WHY))
    return Interest(index.matches(reading, answers), unwanted, answers, index.version)


@dataclass(frozen=True)
class ForChannel:
    """What one channel of a team is to hear of a document, in one message."""

    channel: str
    matches: tuple[Match, ...]
    """The team's routes that lead there, in the order of the file, each with its own events; at least one."""

    @property
    def events(self) -> tuple[EventFound, ...]:
        """Those of all the routes, each once."""
        found: list[EventFound] = []
        for match in self.matches:
            found += [event for event in match.events if event not in found]
        return tuple(found)


def tellings(matches: Sequence[Match]) -> tuple[ForChannel, ...]:
    """What is told where: each channel of a team hears of a document once, of all events that it is to hear of.

    Routes of one team may share a channel; which of them tells it, their rhythms decide (hold.py).
    """
    found: dict[tuple[str, str], list[Match]] = {}
    for match in matches:
        for channel in match.subscription.targets():
            found.setdefault((match.subscription.team, channel), []).append(match)
    return tuple(ForChannel(channel, tuple(shared)) for (_, channel), shared in found.items())
