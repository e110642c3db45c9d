"""The loops by which an alerter counts and measures, put together: a part of bootstrap in a file of its own."""

import threading
from collections.abc import Callable, Collection
from functools import partial
from typing import Protocol

from sqlalchemy import Engine

from services.alerter.adapters.counting import Counting
from services.alerter.adapters.group_lag import GroupLag
from services.alerter.adapters.ledger import SqlLedger
from services.alerter.adapters.metrics import Metrics
from services.alerter.adapters.store import SqlStore
from services.alerter.recalling import measuring
from services.alerter.settings import AlerterSettings


class Watching(Protocol):
    """A loop that looks and shows."""

    name: str

    def run(self, beat: Callable[[], None], stop: threading.Event) -> None:
        """Until `stop` is set."""


def self_watching(
    engine: Engine,
    ledger: SqlLedger,
    store: SqlStore,
    metrics: Metrics,
    kinds: Collection[str],
    settings: AlerterSettings,
) -> tuple[Watching, ...]:
    """What waits in the ledger and in Kafka, and what is measured of the whole. `kinds` of channel are served."""
    return (
        Counting(engine, ledger, metrics, kinds),
        GroupLag(settings.kafka, store.positions, partial(metrics.group, settings.consumer_group)),
        measuring(engine, settings.subscriptions, settings.config_dir, metrics.registry),
    )
