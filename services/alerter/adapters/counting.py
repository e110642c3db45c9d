"""Counts what waits, in a loop of its own: a slow count keeps no lease from being renewed."""

import threading
from collections.abc import Callable, Collection

from sqlalchemy import Engine

from services.alerter.adapters.ledger import SqlLedger
from services.alerter.adapters.metrics import Metrics
from services.alerter.adapters.standing import SqlStanding
from shared.errors import TransientError
from shared.runtime.logs import get_logger

log = get_logger(__name__)

EVERY = 2.5
"""Seconds between two counts."""


class Counting:
    """Shows how the ledger stands."""

    name = "counting"

    def __init__(self, engine: Engine, ledger: SqlLedger, metrics: Metrics, kinds: Collection[str]) -> None:
        """`kinds`: the kinds of channel that are served; they may become more."""
        self._ledger = ledger
        self._standing = SqlStanding(engine)
        self._metrics = metrics
        self._kinds = kinds
        self._looked_back = False

    def run(self, beat: Callable[[], None], stop: threading.Event) -> None:
        """Count until `stop` is set; while the database is away the last counts stay."""
        while True:
            beat()
            try:
                self.count()
            except TransientError as error:
                log.info("what waits cannot be counted now", error=str(error))
            if stop.wait(EVERY):
                return

    def count(self) -> None:
        """One count. Raises TransientError."""
        kinds = frozenset(tuple(self._kinds))
        self._metrics.serves(kinds)
        if not self._looked_back:
            self._metrics.delivered_before(self._standing.last_deliveries())
            self._looked_back = True
        self._metrics.waiting(self._ledger.waiting(), kinds)
        self._metrics.shelved(self._ledger.shelved())
        self._metrics.standing(self._standing.now(), kinds)
