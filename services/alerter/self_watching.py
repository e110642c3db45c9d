"""The loops by which an alerter counts and measures, put together: a part of bootstrap in a file of its own."""

import threading
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

from sqlalchemy import Engine

from services.alerter.adapters.counting import Counting
from services.alerter.adapters.group_lag import GroupLag
from services.alerter.adapters.ledger import SqlLedger
from services.alerter.adapters.metrics import Metrics
from services.alerter.adapters.store import SqlStore
from services.alerter.channels import all_channels
from services.alerter.domain.spelling import nearest
from services.alerter.recalling import measuring
from services.alerter.settings import AlerterSettings
from shared.errors import ConfigError


def canary_target(channel: str, of_people: Collection[str]) -> set[str]:
    """The canary's channel, none where it is empty. Raises ConfigError for one that is none, or that people read."""
    if not channel:
        return set()
    kind, _, target = channel.partition(":")
    place, right = "environment variable CANARY_CHANNEL", "a channel of its own, such as slack:#luming-canary"
    if kind not in all_channels():
        raise ConfigError(place, None, f"no channel is called {kind}", nearest(kind, all_channels()))
    if wrong := all_channels()[kind].check_target(target):
        raise ConfigError(place, None, wrong, right)
    if channel in of_people:
        raise ConfigError(place, None, f"a subscription tells people over {channel}", right)
    return {channel}


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
    waits = datetime.now(UTC) if settings.canary_channel else None
    return (
        Counting(engine, ledger, metrics, kinds),
        GroupLag(settings.kafka, store.positions, partial(metrics.group, settings.consumer_group)),
        measuring(engine, settings.subscriptions, settings.config_dir, metrics.registry, waits),
    )
