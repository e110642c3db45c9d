"""A mail: headers that keep a thread's mails together, the alert as plain text and as a page, a chart inside it."""

import hashlib
import re
from datetime import datetime
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, formataddr
from urllib.parse import quote

from services.alerter.channels.mail_page import page
from services.alerter.domain.content import Alert, Chart
from services.alerter.domain.presentation import Presented, plain_text, present

_LONGEST_SUBJECT = 200
"""Characters; more is cut by most readers anyway."""
_MESSAGE_ID = re.compile(r"<[!-;=?-~]+@[!-;=?-~]+>")


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
    for name, value in (*_thread(alert, sender).items(), *_list(alert.subscription, sender).items()):
        mail[name] = value
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Luming-Delivery"] = alert.delivery_key  # ASCII: identifiers, a subscription's name and an address
    mail.attach(MIMEText(plain_text(shown), "plain", "utf-8"))
    mail.attach(_page(shown, alert))
    whole = mail.as_bytes(policy=compat32.clone(max_line_length=0))  # the subject is folded already, a key never is
    return re.sub(rb"\r?\n", b"\r\n", whole).rstrip() + b"\r\n"


def _thread(alert: Alert, sender: str) -> dict[str, str]:
    """What mail readers keep together by (RFC 5322, 3.6.4): a root that all mails of a story name, and the first mail.

    The root is no mail, so that mails of a story stay together in whatever order they arrive.
    """
    root, first = message_id(alert.thread_id, sender), alert.first_message or ""
    if not _MESSAGE_ID.fullmatch(first):
        return {"References": root}
    return {"In-Reply-To": first, "References": f"{root} {first}"}


def _list(subscription: str, sender: str) -> dict[str, str]:
    """Which list it belongs to (RFC 2919), and how to leave it (RFC 2369): a person takes the address out."""
    name, host = quote(subscription, safe=""), sender.rpartition("@")[2]
    return {
        "List-Id": f"<{name}.luming.{host}>",
        "List-Unsubscribe": f"<mailto:{sender}?subject=unsubscribe%20{name}>",
    }


def _header(text: str, name: str) -> str:
    """Encoded whole, so that nothing in it is read as an encoded word or a line break."""
    clean = "".join(sign if sign.isprintable() else " " for sign in text)
    return Header(clean, "utf-8", header_name=name).encode()


def _page(shown: Presented, alert: Alert) -> MIMEBase:
    """The page alone, or together with its chart (RFC 2387), which it names by Content-ID (RFC 2392)."""
    chart = alert.chart
    if chart is None:
        return MIMEText(page(shown, alert.language), "html", "utf-8")
    identifier = message_id(f"{alert.delivery_key}/{chart.name}", "chart@luming.invalid")
    together = MIMEMultipart("related", type="text/html")
    told = page(shown, alert.language, f"cid:{identifier[1:-1]}", chart.described)
    together.attach(MIMEText(told, "html", "utf-8"))
    together.attach(_image(chart, identifier))
    return together


def _image(chart: Chart, identifier: str) -> MIMEImage:
    image = MIMEImage(chart.png, "png")
    image["Content-ID"] = identifier
    image["Content-Disposition"] = f'inline; filename="{chart.name}"'
    return image
