"""Keeping the search index in step with documents, classifications and threads.

What commits in an order that is known (numbers of documents, the time a classification was received) is followed by
marks; what was changed or taken away is noted by triggers; and every half hour the whole is compared, so that what was
missed by whatever mishap is found. Each batch is one transaction, so a killed indexer leaves nothing half done.
"""

import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from time import monotonic

from services.portal.application.ports import IndexStore, IndexUnit
from services.portal.domain.entry import entry_of
from shared.errors import TransientError
from shared.runtime.logs import get_logger

log = get_logger(__name__)

BATCH = 200
"""Documents of one transaction: half a second of work."""
PAUSE = 1.0
"""Seconds between two looks when nothing is new."""
COMPARE_EVERY = 1_800.0
"""Seconds between two comparisons of the whole; one takes some seconds for a million documents."""
LONGEST_PAUSE = 30.0
"""Seconds between two tries when the database stays away."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one batch did."""

    indexed: int
    gone: int
    full: bool
    """There may be more at once."""


class Index:
    """The indexer."""

    def __init__(
        self,
        store: IndexStore,
        told: Callable[[Step], None] = lambda _: None,
        batch: int = BATCH,
        names: Collection[str] = (),
    ) -> None:
        """`names`: those whose documents are to be marked; the ones that the index knows already are marked anyway."""
        self._store = store
        self._names = names
        self._told = told
        self._batch = batch

    def step(self) -> Step:
        """One batch. Raises TransientError when the database is away, PermanentError when it refuses."""
        with self._store.unit() as unit:
            if unit is None:
                return Step(0, 0, full=False)
            step = self._take(unit)
        self._told(step)
        return step

    def _take(self, unit: IndexUnit) -> Step:
        wanted = dict.fromkeys(unit.changed(self._batch))
        full = len(wanted) >= self._batch
        for more in (unit.new, unit.classified):
            if len(wanted) < self._batch:
                found = more(self._batch - len(wanted))
                wanted |= dict.fromkeys(found)
                full = full or len(wanted) >= self._batch
        if not wanted:
            return Step(0, 0, full=False)
        names = unit.names()
        entries = [entry_of(document, names) for document in unit.load(list(wanted))]
        unit.put(list(wanted), entries)
        return Step(len(entries), len(wanted) - len(entries), full)

    def once(self) -> Step:
        """Compare the whole, then take in all there is; what was done. Raises as `step`."""
        self._store.compare(self._names)
        indexed = gone = 0
        while True:
            step = self.step()
            indexed, gone = indexed + step.indexed, gone + step.gone
            if not step.full:
                return Step(indexed, gone, full=False)

    def run(self, stop: threading.Event) -> None:
        """Follow until `stop` is set; while the database is away it is asked again and again. Raises PermanentError."""
        compared: float | None = None
        pause = PAUSE
        while not stop.is_set():
            try:
                if compared is None or monotonic() - compared > COMPARE_EVERY:
                    self._store.compare(self._names)
                    compared = monotonic()
                step = self.step()
            except TransientError as error:
                log.warning("the index waits for the database", error=str(error), seconds=pause)
                stop.wait(pause)
                pause = min(LONGEST_PAUSE, pause * 2)
                continue
            pause = PAUSE
            if step.indexed or step.gone:
                log.info("indexed", documents=step.indexed, gone=step.gone)
            if not step.full:
                stop.wait(PAUSE)
