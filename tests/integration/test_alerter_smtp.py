"""The dialogue with a real SMTP server: answers lost, recipients refused, TLS and login."""

import socket
import ssl
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult
from pydantic import SecretStr

from services.alerter.channels.email import Email, SmtpSettings
from shared.errors import PermanentError, TransientError, UnknownOutcome
from tests.fakes.alerts import alert
from tests.fakes.classified import SEEN
from tests.integration.mail_room import Mailroom, certificate, login, mail_server, plain

__all__ = ["certificate"]
pytestmark = pytest.mark.integration

NOW = SEEN


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
