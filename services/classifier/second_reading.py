"""Puts the second reader together, where the environment asks for one; a part of bootstrap in a file of its own."""

import ssl
import threading
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry

from services.classifier.adapters.second_reader_metrics import SecondReaderMetrics
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
from shared.reader.chat import ChatReader, Endpoint, trust
from shared.reader.limits import Budget
from shared.reader.settings import NOT_SET, region_of, why_off
from shared.runtime.logs import get_logger
from shared.watch import Hit, Watcher

log = get_logger(__name__)


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
    policy, reader = policy_of(settings), ChatReader(endpoint)
    threading.Thread(target=_close_at, args=(stop, reader), name="second-reader-end", daemon=True).start()
    counts = SecondReaderMetrics(registry)
    limits = Limits(Budget(settings.second_reader_requests, settings.second_reader_characters))
    asking = Asking(reader, limits, counts, _now, Retry())
    return SecondReading(judge, reader.name, asking, named_by(judge.watcher), policy, counts)


def endpoint_of(settings: SecondReaderSettings) -> Endpoint | None:
    """The endpoint, None where it is off. Raises ConfigError where only half of it is set, or its region is not."""
    base, model = settings.second_reader_url, settings.second_reader_model
    off = why_off(settings)
    if off or not base or not model:
        if off != NOT_SET:
            log.warning(f"the second reader is off: {off}", region=region_of(settings))
        return None
    log.info(
        "the second reader is on",
        model=model,
        region=region_of(settings),
        may_receive=settings.second_reader_may_receive,
        approved_by=settings.second_reader_approved_by,
    )
    return Endpoint(base, model, settings.second_reader_key, trusted_by(settings))


def trusted_by(settings: SecondReaderSettings) -> ssl.SSLContext:
    """The certificates that are believed. Raises ConfigError when SSL_CERT_FILE holds none."""
    try:
        return trust(settings.ssl_cert_file)
    except OSError as error:
        mend = "a file of certificates in PEM"
        raise ConfigError("environment variable SSL_CERT_FILE", None, f"cannot be used: {error}", mend) from error


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


def _close_at(stop: threading.Event, reader: ChatReader) -> None:
    stop.wait()
    reader.close()


def _now() -> datetime:
    return datetime.now(UTC)
