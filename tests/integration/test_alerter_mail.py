"""Mail over STARTTLS and AUTH, read as a mail reader reads it; repeats, threads, and one recipient of three refused."""

import base64
import ssl
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from services.alerter.channels.email import Email, SmtpSettings
from shared.errors import PermanentError, UnknownOutcome
from tests.fakes.alerts import alert
from tests.fakes.classified import SEEN
from tests.integration.mail_room import Mailroom, certificate, login, mail_server, plain

__all__ = ["certificate"]
pytestmark = pytest.mark.integration

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
CHART = {"name": "events.png", "png": base64.b64encode(PNG), "described": "本周事件，按标签"}


def read(raw: bytes) -> EmailMessage:
    found = message_from_bytes(raw, policy=policy.default)
    assert isinstance(found, EmailMessage)
    assert not found.defects
    return found


def test_over_tls_and_login_a_reader_finds_page_text_and_chart(certificate: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert", certificate / "key")
    trusted = ssl.create_default_context(cafile=str(certificate / "cert"))
    room = Mailroom()
    options: dict[str, Any] = {"tls_context": context, "require_starttls": True, "auth_required": True}
    told: dict[str, Any] = {"smtp_host": "localhost", "smtp_from": "luming@example.com", "smtp_username": "luming"}
    with mail_server(room, **options, authenticator=login) as port:
        settings = SmtpSettings(**told, smtp_port=port, smtp_password=SecretStr("secret"))
        Email(settings, trusted).send("a@example.com", alert(chart=CHART), SEEN)
    ((recipient, raw),) = room.mails
    mail = read(raw)
    page, text = mail.get_body(("html",)), mail.get_body(("plain",))
    assert page is not None
    assert text is not None
    assert recipient == "a@example.com"
    assert "蚂蚁集团据悉洽购好大夫在线" in page.get_content()
    assert "https://news.example/a?b=1&c=2" in text.get_content()
    (image,) = (part for part in mail.walk() if part.get_content_type() == "image/png")
    assert f'src="cid:{image["Content-ID"][1:-1]}" alt="本周事件，按标签"' in page.get_content()
    assert (image.get_content(), image.get_filename(), image.get_content_disposition()) == (PNG, "events.png", "inline")
    assert mail["List-Unsubscribe"] == "<mailto:luming@example.com?subject=unsubscribe%20strategy>"
    assert mail["List-Id"] == "<strategy.luming.example.com>"


def test_mails_of_a_story_name_one_root_and_the_first_mail() -> None:
    room = Mailroom()
    with mail_server(room) as port:
        first = plain(port).send("a@example.com", alert(), SEEN)
        update = alert(kind="update", fact_version=2, delivery_key="t1/2/strategy/email:a@example.com")
        plain(port).send("a@example.com", update.model_copy(update={"first_message": first}), SEEN)
        plain(port).send("a@example.com", update.model_copy(update={"first_message": "x>\r\nBcc: y@z.example"}), SEEN)
    one, two, three = (read(raw) for _, raw in room.mails)
    assert one["Message-ID"] == first == two["In-Reply-To"]
    assert two["References"].split() == [one["References"], first]
    assert three["References"] == one["References"]
    assert (three["In-Reply-To"], three["Bcc"]) == (None, None)


def test_a_repeat_after_a_lost_answer_is_the_same_message_to_whoever_gets_it() -> None:
    room = Mailroom()
    room.hang_up = True
    with mail_server(room) as port:
        with pytest.raises(UnknownOutcome):
            plain(port).send("a@example.com", alert(), SEEN)
        room.hang_up = False
        reference = plain(port).send("a@example.com", alert(), SEEN)
    assert [read(raw)["Message-ID"] for _, raw in room.mails] == [reference, reference]


def test_of_three_recipients_the_refused_one_alone_is_refused() -> None:
    room = Mailroom()
    room.refused = "b@example.com"
    ends = []
    with mail_server(room) as port:
        for recipient in ("a@example.com", "b@example.com", "c@example.com"):
            try:
                ends.append(plain(port).send(recipient, alert(delivery_key=f"t1/1/s/email:{recipient}"), SEEN)[:1])
            except PermanentError as error:
                ends.append(str(error)[:17])
    assert ends == ["<", "recipient refused", "<"]
    assert [read(raw)["To"] for _, raw in room.mails] == ["a@example.com", "c@example.com"]
