"""Several sends at once, one at a time to each target, and an end that waits for those on the wire."""

import threading
import time
from collections.abc import Callable, Collection
from datetime import datetime

import pytest

from services.alerter.application.dispatch import Dispatch
from services.alerter.application.ports import Leased, Look
from services.alerter.application.send import Sender
from services.alerter.domain.content import Alert
from shared.errors import TransientError
from tests.fakes.alerter_ledger import FakeChannel, MemoryLedger, Quiet
from tests.fakes.alerts import alert
from tests.fakes.classified import SEEN

pytestmark = pytest.mark.unit


def leased(number: int, target: str) -> Leased:
    told = alert(delivery_key=f"t{number}/1/s/fake:{target}")
    return Leased(number, told, f"fake:{target}", 1, 0.0, lost=False, repeated=False)


class Slow(FakeChannel):
    """Takes its time, and notes how many sends were on the wire at once, and to which target."""

    def __init__(self, seconds: float) -> None:
        super().__init__([])
        self.seconds = seconds
        self.most = 0
        self.crossed: list[str] = []
        self._now: list[str] = []
        self._lock = threading.Lock()

    def send(self, target: str, alert: Alert, now: datetime) -> str:
        with self._lock:
            if target in self._now:
                self.crossed.append(target)
            self._now.append(target)
            self.most = max(self.most, len(self._now))
            self.sent.append(alert.delivery_key)
        time.sleep(self.seconds)
        with self._lock:
            self._now.remove(target)
        return "ref"


def dispatching(
    ledger: MemoryLedger, channel: FakeChannel, at_once: int, refresh: Callable[[], bool] | None = None
) -> tuple[Dispatch, threading.Event, threading.Thread, list[BaseException]]:
    stop, ended = threading.Event(), list[BaseException]()
    made = Dispatch(Sender(channel, ledger, Quiet(), lambda: SEEN, lambda: None, refresh), at_once, lambda: None)

    def run() -> None:
        try:
            made.run(stop)
        except RuntimeError as error:
            ended.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return made, stop, thread, ended


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_targets_do_not_wait_for_each_other_and_each_keeps_its_order() -> None:
    ledger = MemoryLedger([leased(number, f"target{number % 4}") for number in range(12)])
    channel = Slow(0.05)
    _, stop, thread, _ = dispatching(ledger, channel, at_once=3)
    until(lambda: len(ledger.ends) == 12)
    stop.set()
    thread.join(5)
    assert channel.most == 3
    assert channel.crossed == []
    for target in range(4):
        keys = [key for key in channel.sent if key.endswith(f"target{target}")]
        assert keys == [f"t{number}/1/s/fake:target{target}" for number in range(12) if number % 4 == target]


def test_one_place_means_one_after_the_other() -> None:
    ledger, channel = MemoryLedger([leased(number, f"target{number}") for number in range(4)]), Slow(0.02)
    _, stop, thread, _ = dispatching(ledger, channel, at_once=1)
    until(lambda: len(ledger.ends) == 4)
    stop.set()
    thread.join(5)
    assert channel.most == 1


def test_what_is_on_the_wire_at_the_end_is_recorded() -> None:
    ledger, channel = MemoryLedger([leased(1, "a"), leased(2, "b")]), Slow(0.3)
    _, stop, thread, _ = dispatching(ledger, channel, at_once=2)
    until(lambda: len(channel.sent) == 2)
    stop.set()
    thread.join(5)
    assert not thread.is_alive()
    assert ledger.ends == [("delivered", "ref")] * 2


def test_a_wake_is_heard_while_others_are_under_way() -> None:
    ledger, channel = MemoryLedger([leased(1, "a")]), Slow(0.4)
    made, stop, thread, _ = dispatching(ledger, channel, at_once=2)
    until(lambda: len(channel.sent) == 1)
    began = time.monotonic()
    ledger.due.append(leased(2, "b"))
    made.wake()
    until(lambda: len(channel.sent) == 2)
    assert time.monotonic() - began < 0.3
    stop.set()
    thread.join(5)


def test_a_defect_in_a_send_ends_the_loop() -> None:
    class Broken(MemoryLedger):
        def delivered(self, leased: Leased, reference: str) -> None:
            raise RuntimeError("a defect")

    _, _, thread, ended = dispatching(Broken([leased(1, "a")]), Slow(0.0), at_once=2)
    thread.join(5)
    assert not thread.is_alive()
    assert [str(error) for error in ended] == ["a defect"]


def test_a_ledger_that_is_away_is_asked_again() -> None:
    class Away(MemoryLedger):
        asked = 0

        def lease(self, kind: str, tells: bool = False, busy: Collection[str] = ()) -> Look:
            self.asked += 1
            if self.asked == 1:
                raise TransientError("the database is away")
            return super().lease(kind, tells, busy)

    ledger = Away([leased(1, "a")])
    _, stop, thread, _ = dispatching(ledger, Slow(0.0), at_once=2)
    until(lambda: len(ledger.ends) == 1)
    stop.set()
    thread.join(5)


def test_messages_are_changed_only_when_none_is_to_be_sent_and_not_in_a_busy_loop() -> None:
    asked: list[int] = []
    ledger, channel = MemoryLedger([leased(1, "a")]), Slow(0.05)

    def refresh() -> bool:
        asked.append(len(channel.sent))
        return len(asked) == 1

    _, stop, thread, _ = dispatching(ledger, channel, at_once=2, refresh=refresh)
    time.sleep(0.9)
    stop.set()
    thread.join(5)
    assert asked
    assert min(asked) == 1
    assert len(asked) < 6
