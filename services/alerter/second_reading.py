"""Puts the second reader for conditions together, where the environment asks for one: a part of bootstrap."""

import threading
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry

from services.alerter.adapters.condition_metrics import ConditionMetrics
from services.alerter.adapters.condition_reader import ConditionReader, Policy
from shared.errors import ConfigError
from shared.reader.asking import Asking, Limits
from shared.reader.chat import ChatReader, Endpoint, trust
from shared.reader.limits import Budget
from shared.reader.settings import NOT_SET, ReaderSettings, region_of, why_off
from shared.runtime.logs import get_logger

log = get_logger(__name__)


def condition_reader(
    endpoint: Endpoint | None, settings: ReaderSettings, registry: CollectorRegistry, stop: threading.Event
) -> ConditionReader | None:
    """Who answers conditions; None without an endpoint. Counts in `registry`.

    From `stop` on nothing is asked, and a question that still waits fails at once: its document is left in the stream.
    """
    if endpoint is None:
        return None
    counts = ConditionMetrics(registry)
    limits = Limits(Budget(settings.second_reader_requests, settings.second_reader_characters))
    policy = Policy(settings.second_reader_may_receive, settings.second_reader_seconds)
    reader = ChatReader(endpoint)
    threading.Thread(target=_close_at, args=(stop, reader), name="second-reader-end", daemon=True).start()
    return ConditionReader(Asking(reader, limits, counts, _now), policy, counts)


def endpoint_of(settings: ReaderSettings) -> Endpoint | None:
    """The endpoint; None where it is off, which is logged where somebody set it. Raises ConfigError."""
    base, model = settings.second_reader_url, settings.second_reader_model
    off = why_off(settings)
    if off or not base or not model:
        if off != NOT_SET:
            log.warning("the second reader is off", why=off, region=region_of(settings))
        return None
    log.info(
        "the second reader is on",
        model=model,
        region=region_of(settings),
        may_receive=settings.second_reader_may_receive,
        approved_by=settings.second_reader_approved_by,
    )
    try:
        trusted = trust(settings.ssl_cert_file)
    except OSError as error:
        mend = "a file of certificates in PEM"
        raise ConfigError("environment variable SSL_CERT_FILE", None, f"cannot be used: {error}", mend) from error
    return Endpoint(base, model, settings.second_reader_key, trusted)


def _close_at(stop: threading.Event, reader: ChatReader) -> None:
    stop.wait()
    reader.close()


def _now() -> datetime:
    return datetime.now(UTC)
