"""An SMTP server on this machine that does what it is told, also what no server should."""

import asyncio
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from deploy.local.ports import free_ports
from services.alerter.channels.email import Email, SmtpSettings


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
