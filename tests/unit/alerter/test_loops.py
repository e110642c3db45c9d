"""The loop that takes in, and the one that tells Kafka."""

from collections.abc import Sequence

import pytest

from services.alerter.application.consume import TOGETHER, Consume
from services.alerter.application.ports import Incoming
from services.alerter.application.relay import Relay
from services.alerter.application.take_in import Outcome
from shared.errors import TransientError
from shared.messages import AlertDelivered, Times
from tests.fakes.alerter_ledger import MemoryLedger, MemoryWire, Quiet
from tests.fakes.classified import SEEN


class Watching(Quiet):
    def __init__(self) -> None:
        self.lags: list[int] = []

    def lag(self, messages: int) -> None:
        self.lags.append(messages)

    def taken_in(self, outcome: Outcome, seconds: float) -> None:
        """Nothing."""


class Records:
    """Two partitions; reads on from where it was rewound to."""

    def __init__(self) -> None:
        self.rest = [Incoming("t", number % 2, number // 2, None, b"") for number in range(6)]
        self.all = list(self.rest)
        self.done_up_to: dict[int, int] = {}

    def poll(self, seconds: float) -> list[Incoming]:
        taken, self.rest = self.rest, []
        return taken

    def rewind(self, record: Incoming) -> None:
        again = [one for one in self.all if one.partition == record.partition and one.offset >= record.offset]
        self.rest = again + [one for one in self.rest if one.partition != record.partition]

    def lag(self) -> int:
        return len(self.rest)

    def done(self, record: Incoming) -> None:
        self.done_up_to[record.partition] = record.offset


ALERTED = Outcome("alerted", "", kinds=frozenset({"slack"}))


class Taking:
    """Fails three times before the fourth record; takes records together where `together` says."""

    def __init__(self, together: bool) -> None:
        self.taken: list[Incoming] = []
        self.at_once: list[int] = []
        self._failures = 3
        self._together = together

    def __call__(self, record: Incoming) -> Outcome:
        if len(self.taken) == 3 and self._failures:
            self._failures -= 1
            raise TransientError("the database is away")
        self.taken.append(record)
        return ALERTED

    def together(self, records: Sequence[Incoming]) -> Sequence[Outcome] | None:
        if not self._together:
            return None
        if self._failures:
            self._failures -= 1
            raise TransientError("the database is away")
        self.taken += records
        self.at_once.append(len(records))
        return [ALERTED] * len(records)


def test_what_waits_is_taken_in_together_and_nothing_of_it_is_passed_over() -> None:
    stream, taking, woken = Records(), Taking(together=True), list[str]()
    consume = Consume(stream, taking, Watching(), woken.append)
    for _ in range(3):
        with pytest.raises(TransientError):
            consume.step(0)
    assert stream.done_up_to == {}
    assert consume.step(0) == 6
    assert (taking.at_once, stream.done_up_to, woken) == ([6], {0: 2, 1: 2}, ["slack"] * 6)
    stream.rest = [Incoming("t", 0, offset, None, b"") for offset in range(3, 3 + 2 * TOGETHER + 1)]
    consume.step(0)
    assert taking.at_once == [6, TOGETHER, TOGETHER]
    assert [one.offset for one in taking.taken[6:]] == list(range(3, 3 + 2 * TOGETHER + 1))


def test_what_fails_for_a_time_is_read_again_and_nothing_is_passed_over() -> None:
    stream = Records()
    taking = Taking(together=False)
    taken = taking.taken
    woken: list[str] = []
    consume = Consume(stream, taking, Watching(), woken.append)
    for _ in range(3):
        with pytest.raises(TransientError):
            consume.step(0)
    assert stream.done_up_to == {0: 1, 1: 0}
    consume.step(0)
    assert sorted((one.partition, one.offset) for one in taken) == [(p, o) for p in (0, 1) for o in range(3)]
    assert stream.done_up_to == {0: 2, 1: 2}
    assert woken == ["slack"] * 6


def delivered(number: int) -> tuple[int, AlertDelivered]:
    return number, AlertDelivered(
        delivery_key=f"t/{number}/s/console", thread_id="t", fact_version=number, document_id="d", revision=1,
        subscription="s", channel="console", kind="new", importance=3, times=Times(first_seen=SEEN),
    )  # fmt: skip


def test_only_what_kafka_acknowledged_is_marked() -> None:
    ledger = MemoryLedger(alerts=[delivered(1), delivered(2)], dead=[(7, None, b"letter")])
    relay = Relay(ledger, MemoryWire(room=2), Quiet())
    relay.step()
    assert ledger.dead == []
    assert [row for row, _ in ledger.alerts] == [2]
    with pytest.raises(TransientError):
        relay.step()
    assert [row for row, _ in ledger.alerts] == [2]
