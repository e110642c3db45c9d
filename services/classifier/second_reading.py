"""Puts the second reader together, where the environment asks for one; a part of bootstrap in a file of its own."""

import threading
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry

from services.classifier.adapters.second_reader_settings import SecondReaderSettings
from services.classifier.application.ports import Judges
from services.classifier.application.second_reader import Named, Policy, SecondReading
from services.classifier.domain.article import Article
from services.classifier.domain.entities import entity_found
from services.classifier.domain.judge import Judge
from services.classifier.domain.reading import bounded
from services.classifier.domain.second_question import Band
from shared.errors import ConfigError
from shared.messages.classified import EntityFound
from shared.reader.asking import Asking, Limits, Retry
from shared.reader.limits import Budget
from shared.reader.metrics import Names, ReaderMetrics
from shared.reader.opening import endpoint_of, opened
from shared.watch import Hit, Watcher

METRICS = Names(
    asked="luming_classifier_second_reader_asked",
    answered="luming_classifier_second_reader_answered",
    remembered="luming_classifier_second_reader_remembered",
    dropped="luming_classifier_second_reader_dropped",
    refused="luming_classifier_second_reader_refused",
)


def with_second_reader(
    judge: Judge, settings: SecondReaderSettings, registry: CollectorRegistry, stop: threading.Event
) -> Judges:
    """The judge, with a second reader where one is set and approved; else the very same judge.

    Counts in `registry`. From `stop` on nothing is asked, and a question that still waits fails at once. Raises
    ConfigError naming the variable that is missing or wrong.
    """
    endpoint = endpoint_of(settings)
    if endpoint is None:
        return judge
    policy, reader, counts = policy_of(settings), opened(endpoint, stop), ReaderMetrics(registry, METRICS)
    limits = Limits(Budget(settings.second_reader_requests, settings.second_reader_characters))
    asking = Asking(reader, limits, counts, _now, Retry())
    return SecondReading(judge, reader.name, asking, named_by(judge.watcher), policy, counts)


def policy_of(settings: SecondReaderSettings) -> Policy:
    """When it is asked. Raises ConfigError for a band whose end lies before its beginning."""
    low, high = settings.second_reader_unsure_from, settings.second_reader_unsure_to
    if low > high:
        mend = "a probability not below SECOND_READER_UNSURE_FROM"
        raise ConfigError("environment variable SECOND_READER_UNSURE_TO", None, f"is {high}, below {low}", mend)
    return Policy(
        Band(low, high), settings.second_reader_may_receive, settings.second_reader_gist, settings.second_reader_seconds
    )


def named_by(watcher: Watcher) -> Named:
    """Everything of the watchlist that an article names, with its mentions."""

    def named(article: Article) -> tuple[EntityFound, ...]:
        mentions: dict[str, list[Hit]] = {}
        for hit in watcher.match(article.title, bounded(article.paragraphs)).hits:
            mentions.setdefault(hit.entity, []).append(hit)
        return tuple(entity_found(entity, hits) for entity, hits in mentions.items())

    return named


def _now() -> datetime:
    return datetime.now(UTC)
