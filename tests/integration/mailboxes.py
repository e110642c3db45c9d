"""Mailboxes as a provider keeps them: mails come in by SMTP with STARTTLS and AUTH, and are read by IMAP with STARTTLS.

Both servers are real ones on this machine: aiosmtpd and pymap (MIT), which share nothing but Maildir folders.
"""

import imaplib
import mailbox
import socket
import ssl
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from pydantic import SecretStr
from pysasl.hashing import BuiltinHash

from deploy.local.ports import free_ports
from deploy.local.process import Launch, Program
from services.alerter.channels.email import Email, SmtpSettings
from tests.integration.alerter_rig import eventually
from tests.integration.mail_room import Mailroom, login, mail_server

PASSWORD = "open sesame"  # of mailboxes that live as long as a test


class Maildirs(Mailroom):
    """An SMTP server's handler that delivers each mail into its recipient's Maildir."""

    def __init__(self, folder: Path, recipients: tuple[str, ...]) -> None:
        super().__init__()
        self._boxes = {recipient: mailbox.Maildir(folder / recipient) for recipient in recipients}

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's
        mail = (envelope.original_content or b"").replace(b"\r\n", b"\n")  # line ends on disk are those of Unix
        for recipient in envelope.rcpt_tos:
            self._boxes[recipient].add(mail)
        return await super().handle_DATA(server, session, envelope)


@contextmanager
def smtp_into(folder: Path, recipients: tuple[str, ...], certificate: Path) -> Iterator[Email]:
    """The alerter's channel to an SMTP server that wants STARTTLS and AUTH and delivers into `folder`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert", certificate / "key")
    options: dict[str, Any] = {"tls_context": context, "require_starttls": True, "auth_required": True}
    told: dict[str, Any] = {"smtp_host": "localhost", "smtp_from": "luming@example.com", "smtp_username": "luming"}
    with mail_server(Maildirs(folder, recipients), **options, authenticator=login) as port:
        settings = SmtpSettings(**told, smtp_port=port, smtp_password=SecretStr("secret"))
        yield Email(settings, trusting(certificate))


def trusting(certificate: Path) -> ssl.SSLContext:
    """TLS that trusts the test's certificate alone and checks the server's name."""
    return ssl.create_default_context(cafile=str(certificate / "cert"))


@contextmanager
def imap_over(folder: Path, recipients: tuple[str, ...], certificate: Path) -> Iterator[int]:
    """An IMAP server's port of 127.0.0.1; each recipient logs in by its address and finds its Maildir of `folder`."""
    digest = BuiltinHash(rounds=1000).hash(PASSWORD)  # a password that guards nothing needs no slow hash
    (folder / "pymap-etc-passwd").write_text("".join(f"{name}:x::::{name}:\n" for name in recipients))
    (folder / "pymap-etc-shadow").write_text("".join(f"{name}:{digest}:::::::\n" for name in recipients))
    (port,) = free_ports(1)
    command = [f"{sysconfig.get_path('scripts')}/pymap", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--cert", str(certificate / "cert"), "--key", str(certificate / "key"), "maildir", str(folder)]
    log = folder / "pymap.log"
    server = Program(Launch(command, log))
    try:
        eventually(lambda: server.exit_code() is not None or _listens(port), 20)
        assert server.exit_code() is None, log.read_text()
        yield port
    finally:
        server.stop()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def inbox(port: int, recipient: str, certificate: Path, password: str = PASSWORD) -> Iterator[imaplib.IMAP4]:
    """The recipient's INBOX, selected for reading, over TLS."""
    with imaplib.IMAP4("localhost", port, timeout=20) as client:
        client.starttls(trusting(certificate))
        client.login(recipient, password)
        client.select("INBOX", readonly=True)
        yield client


def found(client: imaplib.IMAP4, *criteria: str) -> list[str]:
    """Numbers of the mails that the server's SEARCH finds, in its own order."""
    answer, (numbers,) = client.search(None, *criteria)
    assert answer == "OK"
    return [number.decode() for number in numbers.split()]


def fetched(client: imaplib.IMAP4, number: str, what: str) -> bytes:
    """What the server's FETCH answers as a literal."""
    answer, data = client.fetch(number, f"({what})")
    assert answer == "OK"
    assert isinstance(data[0], tuple), data
    return data[0][1]


def read(raw: bytes) -> EmailMessage:
    """A mail as the standard library reads it, without defects."""
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    assert not [part.defects for part in mail.walk() if part.defects]
    return mail
