"""Electronic mail: one message a recipient over SMTP, STARTTLS unless it is switched off, AUTH where a name is given.

The Message-ID follows from the delivery's key, so that a repeat is the same message to whoever receives it.
"""

import re
import smtplib
import ssl
from datetime import datetime
from typing import ClassVar, Self

from pydantic import Field, SecretStr

from services.alerter.application.hand_over import handing_over
from services.alerter.channels.base import CannotBeAsked, ChannelSettings, from_environment
from services.alerter.channels.mail_message import compose, message_id
from services.alerter.domain.content import Alert
from services.alerter.domain.may_receive import MayReceive, Region
from shared.errors import PermanentError, TransientError, UnknownOutcome
from shared.runtime.logs import get_logger
from shared.runtime.veil import hide

log = get_logger(__name__)

_TIMEOUT = 5.0
"""Seconds for each step of the dialogue but the last."""
_LAST_TIMEOUT = 60.0
"""Seconds for the answer to the whole message: servers filter it before they answer, for minutes (RFC 5321, 4.5.3.2.6,
allows ten). Longer would hold the mails behind it; what is lost after a minute is sent once more."""
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


class SmtpSettings(ChannelSettings):
    """Settings of the e-mail channel."""

    smtp_host: str = Field(min_length=1, description="name of the SMTP server")
    smtp_port: int = Field(default=587, ge=1, le=65535, description="its port; 587 is for submission")
    smtp_from: str = Field(pattern=f"^(?:{_ADDRESS.pattern})$", description="one address that alerts come from")
    smtp_username: str | None = Field(default=None, description="name for AUTH; without one nobody logs in")
    smtp_password: SecretStr | None = Field(default=None, description="password of SMTP_USERNAME")
    smtp_starttls: bool = Field(default=True, description="0 switches STARTTLS off (for a server on this machine)")


class Email(CannotBeAsked):
    """One SMTP server, which cannot be asked whether a message arrived."""

    kind: ClassVar[str] = "email"
    settings: ClassVar[type[ChannelSettings]] = SmtpSettings
    target_settings: ClassVar[type[ChannelSettings] | None] = None
    region: ClassVar[Region] = "own"
    may_receive = MayReceive("full")
    pace = None
    limits: ClassVar[str] = "none"
    tells_hand_over: ClassVar[bool] = True

    def __init__(self, settings: SmtpSettings, tls: ssl.SSLContext | None = None) -> None:
        """`tls` says whom to trust; by default the system's authorities."""
        self._settings = settings
        self._tls = tls or ssl.create_default_context()

    @classmethod
    def start(cls) -> Self:
        """From the environment."""
        return cls(from_environment(SmtpSettings))

    @staticmethod
    def check_target(target: str) -> str:
        """One plain address."""
        return "" if _ADDRESS.fullmatch(target) else f"{target!r} is no address: write name@host.example"

    def send(self, target: str, alert: Alert, now: datetime) -> str:
        """Hand it to the server; the Message-ID."""
        identifier = message_id(alert.delivery_key, self._settings.smtp_from)
        content = compose(alert, target, self._settings.smtp_from, identifier, now)
        with self._connected() as server:
            _accepted(server.mail(self._settings.smtp_from), "sender")
            _accepted(server.rcpt(target), "recipient")
            _hand_over(server, content)
        return identifier

    def check_ready(self, target: str) -> None:
        """The server's variables are all it needs."""

    def _connected(self) -> "_Dialogue":
        settings = self._settings
        try:
            server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=_TIMEOUT)
        except (OSError, smtplib.SMTPException) as error:
            raise TransientError(f"SMTP server: {error}") from error
        try:
            if settings.smtp_starttls:
                server.starttls(context=self._tls)
            server.ehlo_or_helo_if_needed()
            if settings.smtp_username is not None:
                password = settings.smtp_password.get_secret_value() if settings.smtp_password else ""
                server.login(settings.smtp_username, password)
        except (OSError, smtplib.SMTPException) as error:
            # Without TLS nothing is sent, and a wrong password is mended by a person within the day that is tried.
            server.close()
            raise TransientError(hide(f"SMTP server: {type(error).__name__}: {error}")) from error
        return _Dialogue(server)


class _Dialogue:
    """A connection that says goodbye; what fails before the message is whole may simply be tried again."""

    def __init__(self, server: smtplib.SMTP) -> None:
        self._server = server

    def __enter__(self) -> smtplib.SMTP:
        return self._server

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        try:
            if error is None or isinstance(error, PermanentError):
                self._server.quit()
            else:
                self._server.close()
        except (OSError, smtplib.SMTPException) as trouble:
            log.info("the SMTP server left first", error=str(trouble))  # after 250 it has the message all the same
            self._server.close()
        if isinstance(error, OSError | smtplib.SMTPException):
            raise TransientError(hide(f"SMTP server: {type(error).__name__}: {error}")) from error


def _accepted(reply: tuple[int, bytes], what: str) -> None:
    code, said = reply
    text = hide(f"{what} refused: {code} {said.decode('utf-8', 'replace')}")
    if 400 <= code < 500 or code < 0:
        raise TransientError(text)
    if code >= 500:
        raise PermanentError(text)


def _hand_over(server: smtplib.SMTP, content: bytes) -> None:
    """DATA. Until the final dot nothing counts; from the dot to its answer nobody knows (RFC 1047)."""
    code, said = server.docmd("DATA")
    if code != 354:
        _accepted((code, said), "message")
        raise TransientError(f"SMTP server answered DATA with {code}")
    server.send(re.sub(rb"(?m)^\.", b"..", content))
    handing_over()
    try:
        server.send(b".\r\n")
        if server.sock is not None:
            server.sock.settimeout(_LAST_TIMEOUT)
        reply = server.getreply()
        if server.sock is not None:
            server.sock.settimeout(_TIMEOUT)
    except (OSError, smtplib.SMTPException) as error:
        raise UnknownOutcome(f"the answer to the message was lost: {error}") from error
    _accepted(reply, "message")


CHANNEL = Email
