"""An SMTP server of this machine that keeps every mail as an .eml file.

python -m deploy.local.receivers.mail --port 2525 --folder .luming/demo/mail
"""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Annotated

import typer
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.local.receivers.record import LOG, Received, Record, addresses_in
from shared.runtime.stop import stop_on_signals

KEY_HEADER = "X-Luming-Delivery"


class Mailbox:
    """Takes every mail over: on disk before the answer 250 goes out (RFC 5321, 6.1)."""

    def __init__(self, folder: Path) -> None:
        self._record = Record(folder)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's
        """Keep the mail, once a recipient."""
        content = envelope.original_content or b""
        mail = message_from_bytes(content, policy=policy.default)
        for recipient in envelope.rcpt_tos:
            self._record.keep(self._received(mail, recipient), recipient, {"eml": content})
        return "250 2.0.0 taken over"

    def _received(self, mail: EmailMessage, recipient: str) -> Received:
        bodies = [mail.get_body((kind,)) for kind in ("plain", "html")]
        text = "\n".join(body.get_content() for body in bodies if body is not None)
        return Received(
            received=datetime.now(UTC),
            delivery_key=str(mail.get(KEY_HEADER, "")).strip(),  # a long header is folded before its value
            channel=f"email:{recipient}",
            urls=addresses_in(text),
            subject=str(mail.get("Subject", "")),
        )


def make_controller(folder: Path, port: int) -> Controller:
    """The server, not started yet. No TLS and no login: it listens on 127.0.0.1 alone."""
    return Controller(Mailbox(folder), hostname="127.0.0.1", port=port, decode_data=False, enable_SMTPUTF8=True)


def main(
    port: Annotated[int, typer.Option(help="Port of 127.0.0.1 to serve on.")],
    folder: Annotated[Path, typer.Option(help=f"Takes the mails and {LOG}.")],
) -> None:
    """Receive mail for any address."""
    stop = stop_on_signals()
    controller = make_controller(folder, port)
    controller.start()
    stop.wait()
    controller.stop()


if __name__ == "__main__":
    typer.run(main)
