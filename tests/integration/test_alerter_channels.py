"""Slack by bot token against a real receiver of its protocol: answers that are lost, and calls that are too many."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from deploy.local.ports import free_ports
from deploy.local.receivers.slack import Workspace, arguments_of
from deploy.local.receivers.web import Request, make_server
from services.alerter.channels.slack import Slack
from shared.errors import PermanentError, TransientError, UnknownOutcome
from tests.fakes.alerts import alert
from tests.fakes.classified import SEEN, classified, event
from tests.integration.alerter_rig import Rig, eventually, make_rig
from tests.integration.conftest import Kafka

pytestmark = pytest.mark.integration

NOW = SEEN


class Answering:
    """A Slack receiver whose answer to each call can be lost after the call took effect."""

    def __init__(self, folder: Path) -> None:
        self.workspace = Workspace(folder, now=lambda: NOW.timestamp())
        self.lose = 0
        self.refuse: list[dict[str, Any]] = []
        self.posted = 0

    def answer(self, request: Request) -> dict[str, Any]:
        method = request.path.rsplit("/", 1)[-1]
        if self.refuse:
            return self.refuse.pop(0)
        arguments = {**request.query, **arguments_of(request.content_type, request.body)}
        given = self.workspace.call(method, arguments)
        if method == "chat.postMessage":
            self.posted += 1
            if self.lose:
                self.lose -= 1
                raise ConnectionAbortedError  # the handler's thread ends, and with it the connection
        return given


@pytest.fixture
def slack(tmp_path: Path) -> Iterator[tuple[Slack, Answering]]:
    answering = Answering(tmp_path)
    (port,) = free_ports(1)
    server = make_server(port, answering.answer)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # the lost answer is meant
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Slack("xoxb-test", f"http://127.0.0.1:{port}/api/"), answering
    server.shutdown()
    server.server_close()


def test_slack_takes_the_message_with_its_key(slack: tuple[Slack, Answering]) -> None:
    channel, answering = slack
    reference = channel.send("#strategy", alert(), NOW)
    assert reference == channel.look_up("#strategy", alert())
    assert channel.look_up("#strategy", alert(delivery_key="t9/1/strategy/slack:#strategy")) is None
    assert answering.posted == 1


def test_a_message_whose_answer_was_lost_is_found(slack: tuple[Slack, Answering]) -> None:
    channel, answering = slack
    answering.lose = 1
    with pytest.raises(UnknownOutcome):
        channel.send("#strategy", alert(), NOW)
    assert channel.look_up("#strategy", alert()) is not None


def test_a_message_that_never_arrived_is_not_found(slack: tuple[Slack, Answering]) -> None:
    channel, _ = slack
    assert channel.look_up("#strategy", alert()) is None


def test_slack_that_is_down_is_tried_again() -> None:
    (port,) = free_ports(1)
    with pytest.raises(TransientError) as caught:
        Slack("xoxb-test", f"http://127.0.0.1:{port}/api/").send("#a", alert(), NOW)
    assert not isinstance(caught.value, UnknownOutcome)


def test_slacks_refusal_is_final(slack: tuple[Slack, Answering]) -> None:
    channel, answering = slack
    answering.refuse = [{"ok": False, "error": "channel_not_found"}]
    with pytest.raises(PermanentError, match="channel_not_found"):
        channel.send("#nowhere", alert(), NOW)


def test_an_alert_that_slack_puts_off_is_told_once(
    kafka: Kafka, database_url: str, engine: Engine, tmp_path: Path
) -> None:
    with make_rig(kafka.servers, database_url, engine, tmp_path) as rig:
        lost = [2]
        rig.answers.append(lambda request: _limited(request, lost))
        rig.start()
        buys = event("mergers_acquisitions", "rumoured", "ant_group", "haodf", quote="蚂蚁集团正洽购好大夫在线")
        rig.send(classified("rumour", "蚂蚁集团正洽购好大夫在线", buys))
        eventually(lambda: len(_delivered(rig)) == 3)
        assert len(rig.keys()) == len(set(rig.keys())) == 3
        assert lost == [0]


def _limited(request: Request, left: list[int]) -> dict[str, Any] | None:
    """Slack's own words for: too many calls."""
    if left[0] and request.path.endswith("chat.postMessage"):
        left[0] -= 1
        return {"ok": False, "error": "ratelimited"}
    return None


def _delivered(rig: Rig) -> list[tuple[Any, ...]]:
    return rig.rows("select id from deliveries where state = 'delivered'")
