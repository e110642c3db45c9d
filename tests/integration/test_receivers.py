import json
import smtplib
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.models.blocks import SectionBlock
from slack_sdk.models.metadata import Metadata

from deploy.local.ports import free_ports
from deploy.local.probes import port_probe
from deploy.local.receivers.mail import make_controller
from deploy.local.receivers.record import LOG, read_log
from deploy.local.receivers.slack import Workspace, arguments_of
from deploy.local.receivers.web import make_server

pytestmark = pytest.mark.integration

URL = "http://127.0.0.1:8001/news/1?a=1&b=2"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[WebClient]:
    workspace = Workspace(tmp_path)

    def answer(request: Any) -> dict[str, Any]:
        sent = arguments_of(request.content_type, request.body)
        return workspace.call(request.path.rsplit("/", 1)[-1], {**request.query, **sent})

    server = make_server(0, answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield WebClient("xoxb-test", base_url=f"http://127.0.0.1:{server.server_port}/api/")
    server.shutdown()
    server.server_close()


def post(client: WebClient, key: str = "t1/1/strategy/slack:#deals") -> Any:
    return client.chat_postMessage(
        channel="#deals",
        text="JD Health signs",
        blocks=[SectionBlock(text=f"*JD Health* <script> signs <{URL.replace('&', '&amp;')}|the article>")],
        metadata=Metadata("luming_alert", {"delivery_key": key}),
    )


def test_slack_message_is_kept_with_its_key(client: WebClient, tmp_path: Path) -> None:
    answer = post(client)
    [kept] = read_log(tmp_path)
    assert answer["ok"]
    assert answer["channel"].startswith("C")
    assert (kept.delivery_key, kept.channel, kept.urls) == ("t1/1/strategy/slack:#deals", "slack:#deals", (URL,))
    assert json.loads((tmp_path / kept.file).read_text("utf-8"))["text"] == "JD Health signs"


def test_slack_message_opens_as_a_page_without_markup_of_its_own(client: WebClient, tmp_path: Path) -> None:
    post(client)
    page = (tmp_path / "001-deals.html").read_text("utf-8")
    assert f'<a href="{URL.replace("&", "&amp;")}">the article</a>' in page
    assert "<script>" not in page


def test_history_finds_a_message_by_its_metadata(client: WebClient) -> None:
    sent = post(client)
    history = client.conversations_history(channel=sent["channel"], include_all_metadata=True)
    [found] = history["messages"]
    assert found["ts"] == sent["ts"]
    assert found["metadata"]["event_payload"]["delivery_key"] == "t1/1/strategy/slack:#deals"
    assert "metadata" not in client.conversations_history(channel=sent["channel"])["messages"][0]


def test_history_by_name_is_refused_as_slack_does(client: WebClient, tmp_path: Path) -> None:
    post(client)
    assert Workspace(tmp_path).call("conversations.history", {"channel": "#deals"})["error"] == "channel_not_found"


def test_update_changes_the_message_and_knows_a_strange_one(client: WebClient, tmp_path: Path) -> None:
    sent = post(client)
    assert client.chat_update(channel=sent["channel"], ts=sent["ts"], text="corrected")["text"] == "corrected"
    assert Workspace(tmp_path).call("chat.update", {"channel": "C1", "ts": "1"})["error"] == "message_not_found"


def test_restarted_receiver_goes_on_counting_and_remembers(client: WebClient, tmp_path: Path) -> None:
    sent = post(client)
    again = Workspace(tmp_path)
    assert len(again.call("conversations.history", {"channel": sent["channel"]})["messages"]) == 1
    again.call("chat.postMessage", {"channel": sent["channel"], "text": "second"})
    assert [kept.file for kept in read_log(tmp_path)] == ["001-deals.json", "002-deals.json"]


def test_mail_is_kept_once_a_recipient(tmp_path: Path) -> None:
    [port] = free_ports(1)
    controller = make_controller(tmp_path, port)
    controller.start()
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "阿里健康 签约", "luming@example.org", "a@example.org, b@example.org"
    mail["X-Luming-Delivery"] = "t1/1/strategy/email:a@example.org"
    mail.set_content(f"阿里健康 …\n{URL}\n")
    try:
        with smtplib.SMTP("127.0.0.1", port) as smtp:
            smtp.send_message(mail)
    finally:
        controller.stop()
    kept = read_log(tmp_path)
    assert [one.channel for one in kept] == ["email:a@example.org", "email:b@example.org"]
    assert {(one.delivery_key, one.urls, one.subject) for one in kept} == {
        ("t1/1/strategy/email:a@example.org", (URL,), "阿里健康 签约")
    }
    assert (tmp_path / kept[0].file).read_bytes().startswith(b"Subject:")


def test_half_written_last_line_is_left_for_the_next_look(client: WebClient, tmp_path: Path) -> None:
    post(client)
    with (tmp_path / LOG).open("ab") as log:
        log.write(b'{"received": "2026-')
    assert len(read_log(tmp_path)) == 1


def test_port_probe_sees_whether_somebody_listens(client: WebClient) -> None:
    port = int(client.base_url.split(":")[2].split("/")[0])
    assert port_probe(port)().ready
    [closed] = free_ports(1)
    assert not port_probe(closed)().ready
