"""Puts the second reader for conditions together, where the environment asks for one: a part of bootstrap."""

import threading
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry

from services.alerter.adapters.condition_reader import ConditionReader, Policy
from shared.reader.asking import Asking, Limits
from shared.reader.chat import Endpoint
from shared.reader.limits import Budget
from shared.reader.metrics import Names, ReaderMetrics
from shared.reader.opening import opened
from shared.reader.settings import ReaderSettings

METRICS = Names(
    asked="luming_alerter_second_reader_asked",
    answered="luming_alerter_second_reader_answered",
    remembered="luming_alerter_second_reader_remembered",
    dropped="luming_alerter_second_reader_dropped",
    refused="luming_alerter_second_reader_refused",
)


def condition_reader(
    endpoint: Endpoint | None, settings: ReaderSettings, registry: CollectorRegistry, stop: threading.Event
) -> ConditionReader | None:
    """Who answers conditions; None without an endpoint. Counts in `registry`.

    From `stop` on nothing is asked, and a question that still waits fails at once: its document is left in the stream.
    """
    if endpoint is None:
        return None
    counts = ReaderMetrics(registry, METRICS)
    limits = Limits(Budget(settings.second_reader_requests, settings.second_reader_characters))
    policy = Policy(settings.second_reader_may_receive, settings.second_reader_seconds)
    return ConditionReader(Asking(opened(endpoint, stop), limits, counts, _now), policy, counts)


def _now() -> datetime:
    return datetime.now(UTC)
