"""Lease, wire, outcome: what is tried again, what is looked up, what ends."""

import threading
from datetime import datetime

import pytest

from services.alerter.application.hand_over import handing_over
from services.alerter.application.ports import Leased
from services.alerter.application.send import Sender
from services.alerter.domain.content import Alert
from services.alerter.domain.retry import BLIND_CRASHES, pause
from shared.errors import PermanentError, TransientError, UnknownOutcome
from tests.fakes.alerter_ledger import FakeChannel, MemoryLedger, Quiet
from tests.fakes.alerts import alert
from tests.fakes.classified import SEEN


def leased(**more: object) -> Leased:
    plain: dict[str, object] = {
        "id": 1,
        "alert": alert(),
        "channel": "fake:target",
        "attempts": 1,
        "age": 0.0,
        "lost": False,
        "repeated": False,
    }
    return Leased(**(plain | more))  # type: ignore[arg-type]  # the tests' own values


def run(ledger: MemoryLedger, channel: FakeChannel) -> list[tuple[str, object]]:
    stop = threading.Event()
    sender = Sender(channel, ledger, Quiet(), lambda: SEEN, lambda: ledger.ends.append(("announce", None)))
    for _ in range(20):
        if not sender.step(stop):
            break
    return ledger.ends


def test_what_is_delivered_is_recorded_and_announced() -> None:
    assert run(MemoryLedger([leased()]), FakeChannel(["ref"])) == [("delivered", "ref"), ("announce", None)]


def test_a_transient_failure_is_tried_again_after_a_pause() -> None:
    ends = run(MemoryLedger([leased()]), FakeChannel([TransientError("down"), "ref"]))
    assert ends[0] == ("retry", (1.0, False))
    assert ends[1] == ("delivered", "ref")


def test_an_update_waits_for_the_message_that_it_updates() -> None:
    update = alert(kind="update", fact_version=2, delivery_key="t1/2/strategy/fake:target")
    channel = FakeChannel([TransientError("down"), "ref", "ref"])
    run(MemoryLedger([leased(), leased(id=2, alert=update)]), channel)
    assert channel.sent == [alert().delivery_key, alert().delivery_key, update.delivery_key]


def test_retry_after_holds_the_whole_channel() -> None:
    ends = run(MemoryLedger([leased()]), FakeChannel([TransientError("429", 30.0), "ref"]))
    assert ends[0] == ("retry", (30.0, True))


def test_a_refusal_ends_it() -> None:
    assert run(MemoryLedger([leased()]), FakeChannel([PermanentError("no such channel")])) == [
        ("permanent", "no such channel")
    ]


def test_a_defect_in_a_channel_ends_only_its_delivery() -> None:
    ends = run(MemoryLedger([leased(), leased(id=2)]), FakeChannel([KeyError("ts"), "ref"]))
    assert [what for what, _ in ends] == ["permanent", "delivered", "announce"]


def test_a_lost_answer_is_looked_up_where_that_is_possible() -> None:
    channel = FakeChannel([UnknownOutcome("timeout")], can_look_up=True, found=["ref"])
    ends = run(MemoryLedger([leased()]), channel)
    assert [what for what, _ in ends] == ["unknown", "delivered", "announce"]
    assert len(channel.sent) == 1


def test_what_is_not_found_is_sent_once_more() -> None:
    channel = FakeChannel([UnknownOutcome("timeout"), "ref"], can_look_up=True, found=[None])
    ends = run(MemoryLedger([leased()]), channel)
    assert [what for what, _ in ends] == ["unknown", "again", "delivered", "announce"]


def test_where_nobody_can_be_asked_it_is_sent_once_more_and_then_its_end_is_not_known() -> None:
    channel = FakeChannel([UnknownOutcome("slow"), UnknownOutcome("slow"), "never reached"])
    ends = run(MemoryLedger([leased()]), channel)
    assert [what for what, _ in ends] == ["unknown", "again", "unknown"]
    assert ends[-1] == ("unknown", None)
    assert len(channel.sent) == 2


def test_a_lost_answer_that_names_a_pause_is_repeated_after_it() -> None:
    ends = run(MemoryLedger([leased()]), FakeChannel([UnknownOutcome("HTTP 504", 60.0), "ref"]))
    assert ends[0] == ("unknown", 60.0)
    assert [what for what, _ in ends[1:]] == ["again", "delivered", "announce"]


def test_a_repeat_that_never_reached_the_server_is_no_repeat() -> None:
    channel = FakeChannel([UnknownOutcome("slow"), TransientError("down"), "ref"])
    ends = run(MemoryLedger([leased()]), channel)
    assert [what for what, _ in ends] == ["unknown", "again", "unknown", "again", "delivered", "announce"]


def test_where_nobody_can_be_asked_what_dying_senders_had_on_the_wire_is_sent_anew_and_not_for_ever() -> None:
    class Deadly(BaseException):
        """The process ends."""

    class Killing(FakeChannel):
        def send(self, target: str, one: Alert, now: datetime) -> str:
            super().send(target, one, now)
            raise Deadly

    ledger, channel = MemoryLedger([leased()]), Killing(["ref"] * 20)
    sender = Sender(channel, ledger, Quiet(), lambda: SEEN, lambda: None)
    for _ in range(1 + BLIND_CRASHES):
        on_the_wire = ledger.due[0]
        with pytest.raises(Deadly):
            sender.step(threading.Event())
        ledger.crashed(on_the_wire)
    assert sender.step(threading.Event())
    assert ledger.ends == [*[("again", 1)] * BLIND_CRASHES, ("unknown", None)]
    assert not sender.step(threading.Event())
    assert len(channel.sent) == 1 + BLIND_CRASHES


def test_a_sender_that_died_twice_before_the_message_left_loses_nothing() -> None:
    channel = FakeChannel(["ref"])
    ends = run(MemoryLedger([leased(lost=True, repeated=True, lost_senders=2)]), channel)
    assert [what for what, _ in ends] == ["again", "delivered", "announce"]


def test_a_delivery_whose_sender_died_again_and_again_is_given_up() -> None:
    channel = FakeChannel([], can_look_up=True, found=[None])
    ends = run(MemoryLedger([leased(lost=True, repeated=True, lost_senders=11)]), channel)
    assert [what for what, _ in ends] == ["permanent"]
    assert channel.sent == []


def test_without_the_right_to_look_it_is_sent_once_more() -> None:
    class Blind(FakeChannel):
        def look_up(self, target: str, one: object) -> str | None:
            raise PermanentError("missing_scope")

    ends = run(MemoryLedger([leased(lost=True)]), Blind(["ref"], can_look_up=True))
    assert [what for what, _ in ends] == ["again", "delivered", "announce"]


def test_a_question_without_an_answer_is_asked_later_and_later() -> None:
    class Silent(FakeChannel):
        def look_up(self, target: str, one: object) -> str | None:
            if not self.found:
                raise UnknownOutcome("HTTP 500")
            return self.found.pop(0)

    ledger, channel = MemoryLedger([leased(lost=True)]), Silent([], can_look_up=True)
    sender = Sender(channel, ledger, Quiet(), lambda: SEEN, lambda: None)
    for _ in range(4):
        assert sender.step(threading.Event())
    assert [what for what, _ in ledger.ends] == ["unknown"] * 4
    waits = [wait for _, wait in ledger.ends if isinstance(wait, float)]
    assert len(waits) == 4
    assert waits == sorted(waits)
    assert waits[-1] >= 4 * waits[0]
    assert channel.sent == []


def test_after_a_day_it_is_given_up() -> None:
    ends = run(MemoryLedger([leased(age=100_000.0)]), FakeChannel([TransientError("down")]))
    assert [what for what, _ in ends] == ["permanent"]


def test_an_outcome_waits_for_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.alerter.application.send.pause", lambda attempts, asked: 0.0)
    ledger = MemoryLedger([leased()], failures=3)
    channel = FakeChannel(["ref"])
    assert run(ledger, channel) == [("delivered", "ref"), ("announce", None)]
    assert len(channel.sent) == 1


@pytest.mark.parametrize(
    ("attempts", "asked", "seconds"),
    [(1, None, 1), (2, None, 2), (5, None, 16), (50, None, 300), (1, 30, 30), (1, 999_999, 3600), (3, 0, 1)],
)
def test_pauses_double_and_are_bounded(attempts: int, asked: float | None, seconds: float) -> None:
    assert pause(attempts, asked) == seconds


class Telling(FakeChannel):
    """Says when it hands over, as SMTP and HTTP clients do; dies before or after where it is told so."""

    tells_hand_over = True
    dies: str = ""

    def send(self, target: str, alert: Alert, now: datetime) -> str:
        if self.dies == "before":
            raise Dead
        handing_over()
        self.sent.append(alert.delivery_key)
        if self.dies == "after":
            raise Dead
        handing_over()  # a second request of one message changes nothing
        return str(self.answers.pop(0))


class Dead(BaseException):
    """The process ends here."""


def test_a_hand_over_is_written_down_before_it_and_once() -> None:
    ledger = MemoryLedger([leased(lost=True)])
    assert run(ledger, Telling(["ref"]))[:2] == [("again", 1), ("delivered", "ref")]
    assert ledger.handed_over == [1]


def test_what_cannot_be_written_down_is_not_handed_over() -> None:
    ledger, channel = MemoryLedger([leased()], refuses_hand_over=1), Telling(["ref"])
    ends = run(ledger, channel)
    assert ends[0] == ("retry", (1.0, False))
    assert channel.sent == ["t1/1/strategy/fake:target"]


def test_outside_of_a_sender_a_hand_over_is_nobodys_business() -> None:
    handing_over()


def test_a_delivery_that_ends_its_sender_before_any_hand_over_is_given_up_as_well() -> None:
    assert run(MemoryLedger([leased(lost_senders=11)]), Telling([])) == [
        ("permanent", "its sender ended 10 times in the middle")
    ]
