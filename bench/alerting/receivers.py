"""Receivers for a run under load: Slack's methods over HTTP and an SMTP server, each thinking as a real one does.

They answer in threads of this process. What arrived stands in their logs, as in the demo; `arrived` is kept beside
them for whoever looks in the middle of the run.
"""

import asyncio
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.local.ports import free_ports
from deploy.local.receivers.mail import KEY_HEADER, Mailbox
from deploy.local.receivers.record import Received, read_console, read_log
from deploy.local.receivers.slack import Workspace, arguments_of
from deploy.local.receivers.web import Request, make_server

Think = Callable[[], float]
"""Seconds that a receiver takes before it has a message, and again before it says so."""


def thinking(seed: int, longest: float) -> Think:
    """Anything up to `longest` seconds, the same again for the same seed."""
    rng, lock = random.Random(seed), threading.Lock()  # noqa: S311  # nothing is secret about a pause

    def think() -> float:
        with lock:
            return rng.uniform(0.0, longest)

    return think


@dataclass
class Receivers:
    """Both receivers of one run, and the console's file."""

    folder: Path
    slack_port: int
    mail_port: int
    arrived: dict[str, float] = field(default_factory=dict)
    """Delivery key to the moment of its first arrival, in seconds since 1970."""

    def note(self, key: str) -> None:
        """A message with that key is here."""
        self.arrived.setdefault(key, time.time())

    @property
    def console(self) -> Path:
        """The file that console alerts go to."""
        return self.folder / "console.jsonl"

    def received(self) -> list[Received]:
        """All that arrived anywhere, doubles too, from what stands on disk."""
        found = [*read_log(self.folder / "slack"), *read_log(self.folder / "mail")]
        return [*found, *read_console(self.console)]

    def environment(self) -> dict[str, str]:
        """What the alerter needs to be told to reach them."""
        return {
            "SLACK_BOT_TOKEN": "xoxb-bench",
            "SLACK_API_URL": f"http://127.0.0.1:{self.slack_port}/api/",
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(self.mail_port),
            "SMTP_FROM": "luming@example.com",
            "SMTP_STARTTLS": "0",
            "CONSOLE_FILE": str(self.console),
        }


@contextmanager
def receiving(folder: Path, think: Think) -> Iterator[Receivers]:
    """Both up until the block ends."""
    slack_port, mail_port = free_ports(2)
    receivers = Receivers(folder, slack_port, mail_port)
    mailbox = ThinkingMailbox(folder / "mail", think, receivers.note)
    mail = Controller(mailbox, hostname="127.0.0.1", port=mail_port, decode_data=False, enable_SMTPUTF8=True)
    mail.start()
    try:
        with _slack(receivers, think):
            yield receivers
    finally:
        mail.stop()


class ThinkingMailbox(Mailbox):
    """A mailbox that takes its time before a mail is there, and before its sender hears so."""

    def __init__(self, folder: Path, think: Think, note: Callable[[str], None]) -> None:
        super().__init__(folder)
        self._think = think
        self._note = note

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's
        """Keep the mail between two pauses."""
        await asyncio.sleep(self._think())
        said = await super().handle_DATA(server, session, envelope)
        self._note(_key_of(envelope.original_content or b""))
        await asyncio.sleep(self._think())
        return said


def _key_of(content: bytes) -> str:
    head = content.partition(b"\r\n\r\n")[0].replace(b"\r\n ", b" ")
    name = f"{KEY_HEADER}:".encode()
    line = next((line for line in head.split(b"\r\n") if line.startswith(name)), b"")
    return line[len(name) :].strip().decode()


@contextmanager
def _slack(receivers: Receivers, think: Think) -> Iterator[None]:
    workspace = Workspace(receivers.folder / "slack")

    def answer(request: Request) -> dict[str, Any]:
        method = request.path.rsplit("/", 1)[-1]
        arguments = {**request.query, **arguments_of(request.content_type, request.body)}
        if method != "chat.postMessage":
            return workspace.call(method, arguments)
        time.sleep(think())
        given = workspace.call(method, arguments)
        receivers.note(str(((arguments.get("metadata") or {}).get("event_payload") or {}).get("delivery_key", "")))
        time.sleep(think())
        return given

    server = make_server(receivers.slack_port, answer)
    # A client that was killed leaves half a request or hangs up on its answer: that is what is tried here.
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
