"""A story in one Slack channel: its messages are a thread, and the first one says how the story stands."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from deploy.local.receivers.slack import Workspace, arguments_of
from deploy.local.receivers.web import Request, make_server
from services.alerter.adapters.ledger import SqlLedger
from services.alerter.adapters.refreshes import SqlRefreshes
from services.alerter.adapters.store import SqlStore
from services.alerter.adapters.weights import load_weights
from services.alerter.application.ports import Incoming
from services.alerter.application.refresh import Refresh
from services.alerter.application.send import Sender
from services.alerter.application.take_in import TakeIn
from services.alerter.channels.slack import Slack
from services.alerter.domain.likeness import Likeness
from services.alerter.domain.routes import routes_of
from services.alerter.domain.routes_index import RouteIndex
from services.alerter.domain.subscriptions import Subscription
from shared.errors import PermanentError, TransientError, UnknownOutcome
from shared.messages.codec import encode
from tests.fakes.alerter_ledger import FakeChannel, Quiet
from tests.fakes.alerts import alert
from tests.fakes.classified import SEEN, classified, event

pytestmark = pytest.mark.integration

RUMOUR = "蚂蚁集团正洽购好大夫在线，知情人士称交易金额未定"


@pytest.fixture
def slack(tmp_path: Path) -> Iterator[tuple[Slack, Workspace]]:
    workspace = Workspace(tmp_path)

    def answer(request: Request) -> dict[str, Any]:
        told = {**request.query, **arguments_of(request.content_type, request.body)}
        return workspace.call(request.path.rsplit("/", 1)[-1], told)

    server = make_server(0, answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Slack("xoxb-test", f"http://127.0.0.1:{server.server_port}/api/"), workspace
    server.shutdown()
    server.server_close()


def messages(workspace: Workspace) -> list[dict[str, Any]]:
    return workspace._messages


def test_an_update_answers_the_first_message_and_is_found_in_its_thread(slack: tuple[Slack, Workspace]) -> None:
    channel, workspace = slack
    first = channel.send("#strategy", alert(), SEEN)
    update = alert(delivery_key="t1/2/strategy/slack:#strategy", kind="update", first_message=first)
    reference = channel.send("#strategy", update, SEEN)
    sent = messages(workspace)[1]
    assert (sent["thread_ts"], sent["reply_broadcast"]) == (first.partition("/")[2], True)
    assert channel.look_up("#strategy", update) == reference
    sent["reply_broadcast"] = False  # as when somebody takes it out of the channel
    assert channel.look_up("#strategy", update) == reference


def test_a_first_message_that_was_deleted_does_not_stop_the_update(slack: tuple[Slack, Workspace]) -> None:
    channel, workspace = slack
    first = channel.send("#strategy", alert(), SEEN)
    messages(workspace).clear()
    channel.send("#strategy", alert(delivery_key="t1/2/s/slack:#strategy", first_message=first), SEEN)
    assert "thread_ts" not in messages(workspace)[0]


def test_a_message_is_changed_again_and_again_with_one_result(slack: tuple[Slack, Workspace]) -> None:
    channel, workspace = slack
    reference = channel.send("#strategy", alert(), SEEN)
    later = alert(later=["2026-11-22 09:00 UTC 并购 · 进展：传闻 → 已否认"])
    for _ in range(2):
        channel.refresh("#strategy", reference, later, SEEN)
    (message,) = messages(workspace)
    assert "→ 2026-11-22 09:00 UTC" in str(message["blocks"])
    assert message["metadata"]["event_payload"]["delivery_key"] == alert().delivery_key


class Story:
    """Documents taken in on the real database, and what is due sent by the real channel."""

    def __init__(self, engine: Engine, channel: Any) -> None:
        subscription = Subscription.model_validate({"name": "all", "channels": {"slack": "#strategy"}})
        index = RouteIndex(routes_of([subscription]))
        store = SqlStore(engine, "g", frozenset({"slack"}))
        self._take_in = TakeIn(store, lambda: index, Likeness(load_weights()), {}, lambda: SEEN)
        self.refresh = Refresh(channel, SqlRefreshes(engine), lambda: SEEN)
        ledger = SqlLedger(engine, "me")
        self._sender = Sender(channel, ledger, Quiet(), lambda: SEEN, lambda: None, self.refresh.step)
        self._offset = 0

    def tells(self, name: str, status: str, outlet: str, after: int, title: str = RUMOUR) -> str | None:
        told = event("mergers_acquisitions", status, "ant_group", "haodf", quote=title)
        when = SEEN + timedelta(hours=after)
        document = classified(name, title, told, outlet=outlet, published=when, seen=when)
        record = Incoming("classified", 0, self._offset, None, encode(document))
        self._offset += 1
        outcome = self._take_in(record).outcome
        while self._sender.step(threading.Event()):
            pass
        return outcome


def test_the_first_message_names_who_joins_and_what_is_new(engine: Engine, slack: tuple[Slack, Workspace]) -> None:
    channel, workspace = slack
    story = Story(engine, channel)
    assert story.tells("rumour", "rumoured", "晨汐健康", 0) == "alerted"
    assert workspace.updated == 0
    assert story.tells("joins", "rumoured", "南方周报", 1) == "joined"
    (first,) = messages(workspace)
    assert "同一事件的报道 2 篇" in str(first["blocks"])
    assert "https://news.example/joins" in str(first["blocks"])
    assert story.tells("denied", "denied", "蚂蚁集团", 30, "蚂蚁集团否认洽购好大夫在线，称报道不实") == "updated"
    first, update = messages(workspace)
    assert update["thread_ts"] == first["ts"]
    assert "并购 · 进展：传闻 → 已否认" in str(first["blocks"])
    assert (workspace.updated, story.refresh.step()) == (2, False)


@pytest.mark.parametrize(
    ("error", "waits"),
    [(TransientError("429", 30.0), True), (UnknownOutcome("lost"), True), (PermanentError("gone"), False)],
)
def test_a_change_that_fails_is_tried_again_and_one_that_cannot_be_is_given_up(
    engine: Engine, error: Exception, waits: bool
) -> None:
    channel = FakeChannel(["C1/1.0", error], kind="slack")
    story = Story(engine, channel)
    story.tells("rumour", "rumoured", "晨汐健康", 0)
    story.tells("joins", "rumoured", "南方周报", 1)
    assert len(channel.sent) == 2
    with engine.connect() as connection:
        (due,) = connection.execute(text("select due > now() from refreshes")).one()
    assert due is (True if waits else None)


def test_a_message_that_was_not_sent_is_not_changed(engine: Engine) -> None:
    channel = FakeChannel([PermanentError("no such channel")], kind="slack")
    story = Story(engine, channel)
    story.tells("rumour", "rumoured", "晨汐健康", 0)
    story.tells("joins", "rumoured", "南方周报", 1)
    assert len(channel.sent) == 1
