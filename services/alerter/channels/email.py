"""Electronic mail: one message a recipient over SMTP, STARTTLS unless it is switched off, AUTH where a name is given.

The Message-ID follows from the delivery's key, so that a repeat is the same message to whoever receives it.
"""

import hashlib
import html
import re
import smtplib
import ssl
from datetime import datetime
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, formataddr
from typing import ClassVar, Self

from pydantic import Field, SecretStr

from services.alerter.channels.base import CannotBeAsked, ChannelSettings, from_environment
from services.alerter.domain.content import Alert
from services.alerter.domain.may_receive import MayReceive, Region
from services.alerter.domain.presentation import Presented, plain_text, point_lines, present
from shared.errors import PermanentError, TransientError, UnknownOutcome
from shared.runtime.logs import get_logger

log = get_logger(__name__)

_TIMEOUT = 5.0
"""Seconds for each step of the dialogue but the last."""
_LAST_TIMEOUT = 60.0
"""Seconds for the answer to the whole message: servers filter it before they answer, for minutes (RFC 5321, 4.5.3.2.6,
allows ten). Longer would hold the mails behind it; what is lost after a minute is sent once more."""
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_LONGEST_SUBJECT = 200
"""Characters; more is cut by most readers anyway."""


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
            raise TransientError(f"SMTP server: {type(error).__name__}: {error}") from error
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
            raise TransientError(f"SMTP server: {type(error).__name__}: {error}") from error


def _accepted(reply: tuple[int, bytes], what: str) -> None:
    code, said = reply
    text = f"{what} refused: {code} {said.decode('utf-8', 'replace')}"
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


def message_id(delivery_key: str, sender: str) -> str:
    """The same for every repeat of one delivery."""
    digest = hashlib.sha256(delivery_key.encode()).hexdigest()[:40]
    return f"<{digest}@{sender.rpartition('@')[2]}>"


def compose(alert: Alert, recipient: str, sender: str, identifier: str, now: datetime) -> bytes:
    """The whole message with CRLF line ends, only ASCII; whatever a title holds, it makes no header."""
    shown = present(alert, now)
    mail = MIMEMultipart("alternative")
    mail["Subject"] = _header(f"{shown.headline} — {shown.title}"[:_LONGEST_SUBJECT], "Subject")
    mail["From"] = formataddr(("Luming", sender))
    mail["To"] = recipient
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = identifier
    mail["References"] = message_id(alert.thread_id, sender)
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Luming-Delivery"] = alert.delivery_key  # ASCII: identifiers, a subscription's name and an address
    mail.attach(MIMEText(plain_text(shown), "plain", "utf-8"))
    mail.attach(MIMEText(_page(shown, alert.language), "html", "utf-8"))
    whole = mail.as_bytes(policy=compat32.clone(max_line_length=0))  # the subject is folded already, a key never is
    return re.sub(rb"\r?\n", b"\r\n", whole).rstrip() + b"\r\n"


def _header(text: str, name: str) -> str:
    """Encoded whole, so that nothing in it is read as an encoded word or a line break."""
    clean = "".join(sign if sign.isprintable() else " " for sign in text)
    return Header(clean, "utf-8", header_name=name).encode()


def _page(shown: Presented, language: str) -> str:
    e = html.escape
    news = "".join(f"<li><b>{e(line)}</b></li>" for line in shown.news)
    events = "".join(
        f"<li>{e(line)}" + (f"<blockquote>{e(quote)}</blockquote>" if quote else "") + "</li>"
        for line, quote in shown.events
    )
    lines = "".join(f"<p>{e(line)}</p>" for line in shown.lines)
    summary = "".join(f"<p>{e(sentence)}</p>" for sentence in shown.summary)
    points = "".join(f"<li>{e(line)}</li>" for line in point_lines(shown))
    summary += f"<ul>{points}</ul>" if points else ""
    told = f"<ul>{news}</ul>" if news else ""
    link = f'<a href="{e(shown.url)}">{e(shown.title)}</a>' if shown.url.startswith(("http://", "https://")) else ""
    return (
        f'<!doctype html><html lang="{e(language)}"><head><meta charset="utf-8"></head>'
        f'<body style="font-family:sans-serif;max-width:44em"><h2>{e(shown.headline)}</h2>'
        f"<p>{link}<br>{e(shown.url)}</p><p>{e(shown.source)}</p>{lines}{told}<ul>{events}</ul>{summary}"
        f'<p style="color:#666;font-size:small">{e(shown.times)}<br>{e(shown.why)}</p></body></html>'
    )


CHANNEL = Email
