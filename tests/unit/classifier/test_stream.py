"""The stream around the handler: what is sent, when it is acknowledged, what happens when the broker refuses."""

import asyncio
import threading
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError, MessageSizeTooLargeError

from services.classifier import stream
from services.classifier.application.handle import Arrived, Handle, Outgoing, dead_letter
from services.classifier.stream import StreamOptions, build_app, deliver, run
from shared.errors import LaterVersion, TransientError
from shared.messages import DeadLetter
from shared.messages.codec import decode
from shared.messages.topics import CLASSIFIED, DEAD_LETTERS, DOCUMENTS, PARKED

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 22, tzinfo=UTC)
ARRIVED = Arrived(DOCUMENTS.name, 0, 7, b"k", b"x" * 400_000)
GOOD = Outgoing(CLASSIFIED.name, b"k", b"result")


class Producer:
    """Answers each send with the next of `answers`; an error is raised."""

    def __init__(self, *answers: Exception | None) -> None:
        self.answers = list(answers)
        self.sent: list[tuple[str, bytes | None, bytes]] = []

    async def send_and_wait(self, topic: str, key: bytes | None, value: bytes, *rest: object) -> None:
        self.sent.append((topic, key, value))
        answer = self.answers.pop(0)
        if answer is not None:
            raise answer


class App:
    """As much of Faust's application as delivering and running need."""

    def __init__(self, producer: Producer | None = None, crash: str = "", broken: Exception | None = None) -> None:
        self.producer = producer
        self.crash_reason = crash
        self.crashed = bool(crash)
        self.broken = broken
        self.stopped = False

    async def maybe_start_producer(self) -> Producer | None:
        return self.producer

    def finalize(self) -> None: ...

    async def start(self) -> None:
        if self.broken:
            raise self.broken

    async def stop(self) -> None:
        self.stopped = True


def delivered(producer: Producer, outgoing: Outgoing = GOOD) -> Outgoing:
    return asyncio.run(deliver(App(producer), ARRIVED, outgoing, lambda: NOW))


def test_a_send_is_tried_until_the_broker_takes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "LONGEST_PAUSE", 0.0)
    producer = Producer(KafkaConnectionError("gone"), KafkaConnectionError("gone"), None)
    assert delivered(producer) is GOOD
    assert producer.sent == [(CLASSIFIED.name, b"k", b"result")] * 3


def test_a_result_that_the_broker_finds_too_large_becomes_a_dead_letter() -> None:
    producer = Producer(MessageSizeTooLargeError("big"), None)
    letter = decode(DeadLetter, delivered(producer).value)
    assert [topic for topic, _, _ in producer.sent] == [CLASSIFIED.name, DEAD_LETTERS.name]
    assert letter.value == ARRIVED.value
    assert "too large for topic luming.classified.v1" in letter.reason


def test_a_dead_letter_that_is_too_large_is_sent_shortened() -> None:
    producer = Producer(MessageSizeTooLargeError("big"), MessageSizeTooLargeError("big"), None)
    letter = decode(DeadLetter, delivered(producer).value)
    assert letter.value == b"x" * 300_000
    assert "all of them stand at luming.documents.v1/0/7" in letter.reason


def test_a_parked_message_that_is_too_large_stays_parked() -> None:
    dead = dead_letter(ARRIVED, LaterVersion("unknown version 2"), None, NOW, topic=PARKED.name)
    producer = Producer(MessageSizeTooLargeError("big"), None)
    letter = decode(DeadLetter, delivered(producer, dead).value)
    assert [topic for topic, _, _ in producer.sent] == [PARKED.name, PARKED.name]
    assert (letter.error, letter.of_bytes) == ("LaterVersion", 400_000)


@pytest.mark.parametrize(
    ("headers", "failures"), [(None, 0), ([("luming-failures", b"3")], 3), ({"luming-failures": b"x"}, 0)]
)
def test_how_often_a_replayed_message_failed_stands_in_a_header(headers: object, failures: int) -> None:
    message = SimpleNamespace(topic="t", partition=0, offset=1, key=None, value=b"", headers=headers)
    assert stream._arrived(message).failures == failures


def ran(app: App, ill: str = "", stop_after: float = 0.15) -> list[str]:
    told: list[str] = []
    stop = threading.Event()
    threading.Timer(stop_after, stop.set).start()
    asyncio.run(run(app, stop, lambda: ill, lambda: told.append("started")))
    return told


def test_it_runs_until_it_is_asked_to_stop_and_says_that_it_started_once() -> None:
    app = App()
    assert ran(app, stop_after=0.5) == ["started"]
    assert app.stopped


@pytest.mark.parametrize(
    ("app", "ill", "reason"),
    [
        (App(crash="boom"), "", "crashed: 'boom'"),
        (App(broken=ValueError("no")), "", "did not start"),
        (App(), "3 messages wait", "stands still: 3 messages wait"),
    ],
)
def test_a_stream_that_cannot_go_on_ends_with_the_reason(app: App, ill: str, reason: str) -> None:
    with pytest.raises(TransientError, match=reason):
        ran(app, ill)
    assert app.stopped


def test_the_application_is_set_up_to_lose_nothing() -> None:
    async def built() -> Any:
        options = StreamOptions("one:1, two:2", "group", "worker-0")
        return build_app(options, Handle(lambda found, now: pytest.fail("not asked")), Nobody(), lambda: NOW)

    conf = asyncio.run(built()).conf
    assert conf.processing_guarantee.value == "at_least_once"
    assert conf.producer_acks == -1
    assert conf.stream_wait_empty is False
    assert conf.topic_disable_leader is True
    assert conf.web_enabled is False
    assert conf.consumer_group_instance_id == "worker-0"
    assert conf.broker_session_timeout == 10
    assert [url.host for url in conf.broker] == ["one", "two"]


class Nobody:
    """Is told and forgets."""

    def handled(self, outgoing: Outgoing, seconds: float, delay: float | None) -> None: ...
