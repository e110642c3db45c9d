"""A channel's pace: what would be too much for its service waits, and what waits for the same target waits with it."""

import threading

import pytest

from services.alerter.application.ports import Leased
from services.alerter.application.send import Sender
from services.alerter.domain.may_receive import MayReceive
from services.alerter.domain.pace import Pace, Paces
from shared.errors import TransientError
from tests.fakes.alerter_ledger import FakeChannel, MemoryLedger, Quiet
from tests.fakes.alerts import alert
from tests.fakes.classified import SEEN

pytestmark = pytest.mark.unit


def test_so_many_in_so_many_seconds_to_each_target() -> None:
    paces = Paces(Pace(2, 60.0))
    for now in (0.0, 10.0):
        assert paces.wait("ops", now) == 0.0
        paces.sent("ops", now)
    assert paces.wait("ops", 15.0) == 45.0
    assert paces.wait("legal", 15.0) == 0.0
    assert paces.wait("ops", 60.0) == 0.0
    assert Paces(None).wait("ops", 0.0) == 0.0


def leased(number: int) -> Leased:
    return Leased(number, alert(), "fake:ops", 1, 0.0, False, False)


def test_the_sender_keeps_to_it_and_holds_the_target() -> None:
    ledger = MemoryLedger([leased(1), leased(2)])
    channel = FakeChannel(["ref", TransientError("never reached")], pace=Pace(1, 60.0))
    sender = Sender(channel, ledger, Quiet(), lambda: SEEN, lambda: None)
    for _ in range(2):
        sender.step(threading.Event())
    (delivered, _), (retry, asked) = ledger.ends
    assert (delivered, retry) == ("delivered", "retry")
    assert isinstance(asked, tuple)
    assert 50.0 < asked[0] <= 60.0
    assert asked[1], "all that waits for the target waits"
    assert len(channel.sent) == 1


def test_what_the_channel_may_not_be_given_never_reaches_it() -> None:
    given: list[str] = []

    class Watching(FakeChannel):
        def send(self, target: str, one: object, now: object) -> str:
            given.extend(event.quote for event in one.happened)  # type: ignore[attr-defined]  # an alert
            return "ref"

    channel = Watching(["ref"], may_receive=MayReceive("link"))
    Sender(channel, MemoryLedger([leased(1)]), Quiet(), lambda: SEEN, lambda: None).step(threading.Event())
    assert given == [""]
