"""Keeps several sends of one kind of channel on the wire at once, and one at a time to each target.

A service answers in tens or hundreds of milliseconds: sent one after the other, fifty alerts a second would queue up
for seconds. Messages of one target keep their order, and the ledger gives out no update while an earlier message of
its story still waits there, for ten minutes at most.
"""

import threading
import time
from collections.abc import Callable
from queue import SimpleQueue

from services.alerter.application.send import Sender
from services.alerter.domain.retry import pause
from shared.errors import TransientError
from shared.runtime.logs import get_logger

log = get_logger(__name__)

SWEEP = 0.5
"""Seconds after which due deliveries are looked for without being woken: retries, and what other alerters decided. So
long changes of messages are not looked for again where the last look found none: they hurry less than alerts."""
ENDING = 0.05
"""Seconds between two looks whether all sends have ended, at the end."""
_SEND, _CHANGE, _NOTHING = "send", "change", "nothing"
_REFRESH = ""
"""Stands among the busy channels for the one change of a message that may be under way; no channel is called so."""


class Dispatch:
    """The one loop of its kind in this process that leases, so that a slow channel delays no other kind."""

    def __init__(self, sender: Sender, at_once: int, beat: Callable[[], None]) -> None:
        """`at_once` is how many sends may be on the wire; `beat` is called whenever the loop comes round."""
        self._sender = sender
        self._beat = beat
        self._places = threading.Semaphore(at_once)
        self._wake = threading.Event()
        self._lock = threading.Lock()
        self._busy: set[str] = set()
        self._given: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._workers = 0
        self._defect: BaseException | None = None
        self._changes_at = 0.0
        self._waits = True

    def wake(self) -> None:
        """Something is due now."""
        self._wake.set()

    def run(self, stop: threading.Event) -> None:
        """Send until `stop` is set; sends that have begun are ended first. Raises what a send ended by: a defect."""
        failures = 0
        while not stop.is_set():
            self._beat()
            if not self._places.acquire(timeout=SWEEP):
                continue
            self._wake.clear()
            what = _NOTHING
            try:
                what = self._begin(stop)
                failures = 0
            except TransientError as error:
                failures += 1
                log.warning("the ledger cannot be reached", channel=self._sender.kind, error=str(error))
                stop.wait(min(pause(failures, None), 5.0))
            finally:
                if what == _NOTHING:
                    self._places.release()
            if what != _SEND or not self._waits:  # a change says by itself whether there may be another
                self._wake.wait(SWEEP)
            if self._defect is not None:
                raise self._defect
        while self.busy():
            self._beat()
            self._wake.wait(ENDING)
            self._wake.clear()
        for _ in range(self._workers):
            self._given.put(None)

    def busy(self) -> frozenset[str]:
        """Channels that something is on its way to."""
        with self._lock:
            return frozenset(self._busy)

    def _begin(self, stop: threading.Event) -> str:
        """Put one more send under way, or a change; nothing when none is due that may go now."""
        busy = self.busy()
        look = self._sender.lease(busy - {_REFRESH})
        self._waits = look.waits
        if look.waits and not busy <= self.busy():  # a send that ended meanwhile may not have seen that
            self._wake.set()
        leased = look.leased
        if leased is not None:
            self._start(leased.channel, lambda: self._sender.send(leased, stop))
            return _SEND
        refresh = self._sender.refresh
        if refresh is None or _REFRESH in busy or time.monotonic() < self._changes_at:
            return _NOTHING
        self._changes_at = time.monotonic() + SWEEP
        self._start(_REFRESH, refresh)
        return _CHANGE

    def _start(self, channel: str, work: Callable[[], bool]) -> None:
        with self._lock:
            self._busy.add(channel)
            missing = len(self._busy) - self._workers
        if missing > 0:
            self._workers += 1
            name = f"send-{self._sender.kind}-{self._workers}"
            # A daemon: a send that hangs at the end does not keep the process from ending; its lease runs out.
            threading.Thread(target=self._work, name=name, daemon=True).start()
        self._given.put(lambda: self._run(channel, work))

    def _work(self) -> None:
        """One send after the other, as they are given: a thread of its own for each would cost more than it takes."""
        while (given := self._given.get()) is not None:
            given()

    def _run(self, channel: str, work: Callable[[], bool]) -> None:
        more = True
        try:
            more = work()
        except TransientError as error:
            log.warning("the ledger cannot be reached", channel=self._sender.kind, error=str(error))
            more = False
        except Exception as error:  # noqa: BLE001  the loop raises it, which ends the process
            self._defect = error
        finally:
            with self._lock:
                self._busy.discard(channel)
            self._places.release()
            if channel == _REFRESH and more:
                self._changes_at = 0.0
            # What waited for this target may go now; a look for changes that found none is no reason to look, nor is a
            # send when the last look saw nothing wait: what became due since has woken the loop by itself.
            if more and (self._waits or channel == _REFRESH or self._defect is not None):
                self._wake.set()
