"""Asks every few seconds how many documents wait, and says on /healthz when none of them gets done."""

import threading
import time
from collections.abc import Callable

from kafka.errors import KafkaError

from services.classifier.adapters.metrics import Metrics
from services.classifier.adapters.offsets import GroupOffsets, group_offsets
from services.classifier.application.progress import PATIENCE, Offsets, Progress
from shared.errors import LumingError
from shared.messages.topics import DOCUMENTS
from shared.runtime.health import Health
from shared.runtime.kafka_security import Brokers
from shared.runtime.logs import get_logger

log = get_logger(__name__)

LOOK_EVERY = 5.0
"""Seconds between two questions how far the group has come."""
ILL_BEFORE_EXIT = 15.0
"""Seconds that /healthz answers ill before the process ends by itself, for a supervisor that only looks at exits."""
LAST_RESORT = 10.0
"""Seconds more until the watchman ends it: the stream's own loop may be what stands still."""

REFILL = "python -m services.crawler refill sends again what nobody took in"


class Watchman:
    """Looks in a thread of its own: a loop that stands still cannot watch itself."""

    def __init__(
        self,
        servers: Brokers,
        group: str,
        health: Health,
        metrics: Metrics,
        give_up: Callable[[], None],
        patience: float = PATIENCE,
        instance: str | None = None,
    ) -> None:
        """`give_up` ends the process at once; `patience` in seconds without progress while documents wait; `instance`:
        the worker's lasting name, None without one."""
        self._servers = servers
        self._group = group
        self._health = health
        self._metrics = metrics
        self._give_up = give_up
        self._instance = instance
        self._progress = Progress(patience)
        self._before = Offsets({}, {})
        self._ill_since: float | None = None
        self._resting = threading.Event()

    def watch(self, mine: Callable[[], set[int]]) -> None:
        """Begin; `mine` tells which partitions this worker has."""
        threading.Thread(target=self._rounds, args=(mine,), name="watchman", daemon=True).start()

    def rest(self) -> None:
        """End the rounds."""
        self._resting.set()

    def hopeless(self) -> str:
        """Why the process should end, or nothing."""
        since = self._ill_since
        return self._health.illness() if since and time.monotonic() - since > ILL_BEFORE_EXIT else ""

    def _rounds(self, mine: Callable[[], set[int]]) -> None:
        while not self._resting.is_set():
            try:
                with group_offsets(self._servers, self._group, DOCUMENTS.name) as offsets:
                    while not self._resting.wait(LOOK_EVERY):
                        known, has = offsets.ask(), mine()
                        self._look(known, has)
                        self._look_for_nobodys(offsets, set(known.end) - has)
            except (LumingError, KafkaError) as error:
                self._health.unready("broker", str(error))
                self._progress.pause(time.monotonic())
                log.warning("the broker does not answer", error=str(error))
                self._resting.wait(LOOK_EVERY)

    def _look(self, offsets: Offsets, mine: set[int]) -> None:
        self._health.ready("broker")
        now = time.monotonic()
        self._metrics.waiting(self._group, DOCUMENTS.name, offsets, now)
        self._look_for_losses(offsets)
        why = self._progress.look(now, offsets, mine)
        self._health.ill(why)
        if not why:
            self._ill_since = None
        elif self._ill_since is None:
            self._ill_since = now
            log.error("no progress", why=why)
        elif now - self._ill_since > ILL_BEFORE_EXIT + LAST_RESORT:
            log.error("the process ends, nothing else helps", why=why)
            self._give_up()

    def _look_for_losses(self, offsets: Offsets) -> None:
        """What Kafka lost is an alarm. In a topic that was made anew a running Faust skips all offsets that it has read
        in the one before, so the process has to start again."""
        before, self._before = self._before, offsets
        if deleted := offsets.deleted():
            log.error("messages were deleted before they were read", messages=deleted, mend=REFILL)
        if offsets.made_anew_since(before):
            log.error("the topic was made anew; the process ends, to read it from its start", mend=REFILL)
            self._give_up()

    def _look_for_nobodys(self, offsets: GroupOffsets, others: set[int]) -> None:
        """A worker with a lasting name can come back into an assignment that leaves partitions to nobody."""
        if self._instance and (nobodys := offsets.nobodys.look(others)):
            log.warning("partitions have no worker; this one joins the group anew", partitions=sorted(nobodys))
            offsets.nobodys.leave(self._instance)
