"""The relay marks what was acknowledged, and nothing else."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import pytest

from services.crawler.application.ports import HandOver
from services.crawler.application.relay import Relay, stamped
from shared.errors import TransientError, UnreadableMessage
from shared.messages.codec import encode
from shared.messages.common import Times
from shared.messages.document import DocumentFound
from tests.unit.crawler.fakes import NOW, FakeTelemetry

pytestmark = pytest.mark.unit


def message(number: int) -> bytes:
    return encode(
        DocumentFound(
            document_id=f"{number:032x}",
            revision=1,
            url="https://example.com/1",
            source="wire",
            title="标题",
            paragraphs=("一",),
            language="zh-Hans",
            times=Times(first_seen=NOW),
        )
    )


class FakeOutbox:
    def __init__(self, count: int) -> None:
        self.unsent = {number: message(number) for number in range(1, count + 1)}
        self.refused: Mapping[int, str] = {}

    def send(self, hand_over: HandOver) -> int:
        taken, self.refused = hand_over([(number, "t", str(number), value) for number, value in self.unsent.items()])
        for number in taken:
            del self.unsent[number]
        return len(taken)


class FakeSender:
    def __init__(self, *taken: bool) -> None:
        self.taken = taken
        self.got: list[bytes] = []

    def open(self) -> None: ...

    def send(self, messages: Sequence[tuple[str, str, bytes]]) -> list[bool]:
        if not self.taken:
            raise TransientError("the broker does not answer")
        self.got += [value for _, _, value in messages]
        return list(self.taken)


def test_only_what_was_acknowledged_is_marked() -> None:
    outbox, telemetry = FakeOutbox(3), FakeTelemetry()
    assert Relay(outbox, FakeSender(True, False, True), telemetry)() == 2
    assert list(outbox.unsent) == [2]
    assert telemetry.messages == 2


def test_a_broker_that_is_away_leaves_all_in_the_outbox() -> None:
    outbox = FakeOutbox(2)
    with pytest.raises(TransientError):
        Relay(outbox, FakeSender(), FakeTelemetry())()
    assert len(outbox.unsent) == 2


def test_the_message_says_when_it_was_handed_over() -> None:
    now = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
    sent = stamped(message(1), now)
    assert sent.times.sent == now
    assert sent.times.first_seen == NOW


def test_what_the_crawler_never_wrote_is_refused() -> None:
    with pytest.raises(UnreadableMessage):
        stamped(b"{}", NOW)


def test_a_row_that_cannot_be_read_holds_up_no_other() -> None:
    outbox, sender, telemetry = FakeOutbox(3), FakeSender(True, True), FakeTelemetry()
    outbox.unsent[2] = b"{}"
    assert Relay(outbox, sender, telemetry)() == 2
    assert list(outbox.unsent) == list(outbox.refused) == [2]
    assert telemetry.messages == len(sender.got) == 2
