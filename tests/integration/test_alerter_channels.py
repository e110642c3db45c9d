"""Each channel against a real receiver of its protocol: answers lost, servers that refuse, TLS and login."""

import asyncio
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from pydantic import SecretStr
from sqlalchemy import Engine

from deploy.local.ports import free_ports
from deploy.local.receivers.slack import Workspace, arguments_of
from deploy.local.receivers.web import Request, make_server
from services.alerter.channels.email import Email, SmtpSettings
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


class Mailroom:
    """An SMTP server's handler with the answers of a test."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, bytes]] = []
        self.answer = "250 OK"
        self.refused: str | None = None
        self.hang_up = False
        self.thinks = 0.0
        """Seconds from the final dot to the answer."""

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refused and address == self.refused:
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's
        self.mails.append((envelope.rcpt_tos[0], envelope.original_content or b""))
        if self.hang_up and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        await asyncio.sleep(self.thinks)
        return self.answer


@contextmanager
def mail_server(room: Mailroom, **options: Any) -> Iterator[int]:
    (port,) = free_ports(1)
    controller = Controller(room, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def plain(port: int, **more: Any) -> Email:
    told: dict[str, Any] = {
        "smtp_host": "127.0.0.1",
        "smtp_port": port,
        "smtp_from": "luming@example.com",
        "smtp_starttls": False,
    }
    return Email(SmtpSettings(**(told | more)))


def test_a_mail_arrives_whole_with_its_key() -> None:
    room = Mailroom()
    with mail_server(room) as port:
        reference = plain(port).send("a@example.com", alert(title=".行首的点\n.再一行"), NOW)
    ((recipient, content),) = room.mails
    assert recipient == "a@example.com"
    assert f"Message-ID: {reference}".encode() in content
    assert b"X-Luming-Delivery: t1/1/strategy/fake:target" in content


@pytest.mark.parametrize(
    ("answer", "kind"), [("451 4.3.0 try later", TransientError), ("554 5.7.1 refused", PermanentError)]
)
def test_the_servers_answer_to_the_message_counts(answer: str, kind: type[Exception]) -> None:
    room = Mailroom()
    room.answer = answer
    with mail_server(room) as port, pytest.raises(kind):
        plain(port).send("a@example.com", alert(), NOW)


def test_one_refused_recipient_of_three_concerns_only_himself() -> None:
    room = Mailroom()
    room.refused = "b@example.com"
    with mail_server(room) as port:
        channel = plain(port)
        channel.send("a@example.com", alert(), NOW)
        with pytest.raises(PermanentError, match="recipient refused: 550"):
            channel.send("b@example.com", alert(), NOW)
        channel.send("c@example.com", alert(), NOW)
    assert [recipient for recipient, _ in room.mails] == ["a@example.com", "c@example.com"]


def test_a_connection_lost_after_the_final_dot_is_an_unknown_outcome() -> None:
    room = Mailroom()
    room.hang_up = True
    with mail_server(room) as port, pytest.raises(UnknownOutcome):
        plain(port).send("a@example.com", alert(), NOW)
    assert len(room.mails) == 1


def test_a_server_that_filters_a_message_for_long_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.alerter.channels.email._TIMEOUT", 0.5)
    room = Mailroom()
    room.thinks = 1.0
    with mail_server(room) as port:
        plain(port).send("a@example.com", alert(), NOW)
        monkeypatch.setattr("services.alerter.channels.email._LAST_TIMEOUT", 0.5)
        with pytest.raises(UnknownOutcome, match="timed out"):
            plain(port).send("a@example.com", alert(), NOW)


def test_a_server_that_never_answers_is_given_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.alerter.channels.email._TIMEOUT", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(TransientError):
        plain(silent.getsockname()[1]).send("a@example.com", alert(), NOW)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("openssl, which makes the test's certificate, is not here")
    folder = tmp_path_factory.mktemp("tls")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(folder / "key"), "-out", str(folder / "cert")]
    subprocess.run(command, check=True, capture_output=True)
    return folder


def login(server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: LoginPassword) -> AuthResult:
    return AuthResult(success=(given.login, given.password) == (b"luming", b"secret"), handled=False)


@pytest.mark.parametrize(("password", "arrives"), [("secret", True), ("wrong", False)])
def test_starttls_and_login(certificate: Path, password: str, arrives: bool) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert", certificate / "key")
    trusted = ssl.create_default_context(cafile=str(certificate / "cert"))
    room = Mailroom()
    settings: dict[str, Any] = {"smtp_host": "localhost", "smtp_from": "luming@example.com", "smtp_username": "luming"}
    options: dict[str, Any] = {
        "tls_context": context,
        "require_starttls": True,
        "auth_required": True,
        "authenticator": login,
    }
    with mail_server(room, **options) as port:
        channel = Email(SmtpSettings(**settings, smtp_port=port, smtp_password=SecretStr(password)), trusted)
        if arrives:
            channel.send("a@example.com", alert(), NOW)
        else:
            with pytest.raises(TransientError, match="535"):
                channel.send("a@example.com", alert(), NOW)
    assert len(room.mails) == arrives


def test_without_starttls_no_password_is_told() -> None:
    room = Mailroom()
    asked: list[object] = []

    def remember(*given: object) -> AuthResult:
        asked.append(given)
        return AuthResult(success=True)

    with mail_server(room, auth_require_tls=False, authenticator=remember) as port:
        channel = plain(port, smtp_starttls=True, smtp_username="luming", smtp_password=SecretStr("secret"))
        with pytest.raises(TransientError, match="STARTTLS"):
            channel.send("a@example.com", alert(), NOW)
    assert asked == []
    assert room.mails == []


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
