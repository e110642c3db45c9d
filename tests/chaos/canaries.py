"""A unique string in the place of every secret, peers that say back what they were sent, and a search for the strings.

Which secrets there are is read from the settings themselves: a new one without a place here fails the test.
"""

import http.server
import itertools
import socketserver
import threading
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import get_args
from uuid import uuid4

from pydantic import SecretStr
from pydantic_settings import BaseSettings

from services.alerter.channels import all_channels
from services.alerter.channels.named import prefix_of
from services.alerter.settings import AlerterSettings
from services.classifier.settings import ClassifierSettings
from services.crawler.settings import CrawlerSettings
from services.maintenance.settings import MaintenanceSettings
from services.portal.settings import PortalSettings

TARGET = "ops"
SERVICES = (AlerterSettings, ClassifierSettings, CrawlerSettings, MaintenanceSettings, PortalSettings)
MAY_HOLD_ONE = ("DATABASE_URL", "HTTPS_PROXY", "HTTP_PROXY", "FEED_KEY")
"""Not of the type of secrets, but an address may bear a password, and FEED_KEY is what a source's address asks for."""


def _of(settings: type[BaseSettings], prefix: str = "") -> Iterator[str]:
    for name, field in settings.model_fields.items():
        if SecretStr in (field.annotation, *get_args(field.annotation)):
            yield f"{prefix}{name}".upper()


def declared() -> set[str]:
    """The variables of all secrets that settings declare, of one target for each kind of channel."""
    found = {name for settings in SERVICES for name in _of(settings)} | set(MAY_HOLD_ONE)
    for kind, channel in all_channels().items():
        found |= set(_of(channel.settings))
        if channel.target_settings is not None:
            found |= set(_of(channel.target_settings, prefix_of(kind, TARGET)))
    return found


@dataclass(frozen=True)
class Canaries:
    """The strings by their variables."""

    words: Mapping[str, str]

    @classmethod
    def hatch(cls) -> "Canaries":
        """A new string for each declared secret."""
        return cls({name: f"cnry{number:02d}{uuid4().hex}" for number, name in enumerate(sorted(declared()))})

    def environment(self, web: int, mail: int, database_url: str) -> dict[str, str]:
        """Every secret, so that it can be used: addresses lead to the peers at these ports."""
        told = dict(self.words)
        for name, word in self.words.items():
            if name.endswith("_URL"):
                told[name] = f"http://127.0.0.1:{web}/{word}"
        told["APPRISE_OPS_URL"] = f"json://user:{self.words['APPRISE_OPS_URL']}@127.0.0.1:{web}/"
        told["TELEGRAM_BOT_TOKEN"] = f"123456:{self.words['TELEGRAM_BOT_TOKEN']}"
        told["SLACK_BOT_TOKEN"] = f"xoxb-{self.words['SLACK_BOT_TOKEN']}"
        told["DATABASE_URL"] = database_url.replace("@/", f":{self.words['DATABASE_URL']}@/", 1)
        for name in ("HTTPS_PROXY", "HTTP_PROXY"):
            told[name] = f"http://user:{self.words[name]}@127.0.0.1:{web}"
        told |= {
            "NO_PROXY": "127.0.0.1,localhost",
            "SLACK_API_URL": f"http://127.0.0.1:{web}/api/",
            "SMTP_PORT": str(mail),
            "SMTP_USERNAME": "luming",
            "KAFKA_SASL_USERNAME": "luming",
            "SECOND_READER_URL": f"http://127.0.0.1:{web}/v1",
            "SECOND_READER_MODEL": "m",
        }
        return told

    def found_in(self, text: str | bytes) -> list[str]:
        """The variables whose string stands in it, plain or in base64 (three shifts), as headers carry them."""
        raw = text if isinstance(text, bytes) else text.encode("utf-8", "replace")
        return [name for name, word in self.words.items() if any(form in raw for form in _forms(word))]


def _forms(word: str) -> Iterator[bytes]:
    yield word.encode()
    for shift in range(3):
        yield b64encode(b"\x00" * shift + word.encode())[4:-4]


class _Echo(http.server.BaseHTTPRequestHandler):
    """Refuses, in turn for good and for now, and repeats all that it was sent."""

    turns = itertools.cycle((400, 500, 401, 503, 404))

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        said = f"{self.requestline}\n{self.headers}\n".encode() + body
        self.send_response(next(self.turns), "no")
        self.send_header("Content-Length", str(len(said)))
        self.send_header("X-You-Said", self.path)
        self.end_headers()
        self.wfile.write(said)

    do_GET = do_POST = do_PUT = do_CONNECT = _answer  # noqa: N815  names that http.server asks for

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


class _Mail(socketserver.StreamRequestHandler):
    """Offers a login, refuses it and repeats what it was sent."""

    def handle(self) -> None:
        self.wfile.write(b"220 mail\r\n")
        for line in self.rfile:
            if line.upper().startswith(b"EHLO"):
                self.wfile.write(b"250-mail\r\n250 AUTH PLAIN LOGIN\r\n")
            elif line.upper().startswith(b"QUIT"):
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"535 5.7.8 you said " + line.strip() + b"\r\n")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no news."""


@contextmanager
def echoing() -> Iterator[tuple[int, int]]:
    """Ports of the web peer and of the mail peer."""
    with _Server(("127.0.0.1", 0), _Echo) as web, _Server(("127.0.0.1", 0), _Mail) as mail:
        threads = [threading.Thread(target=server.serve_forever, args=(0.1,)) for server in (web, mail)]
        for thread in threads:
            thread.start()
        try:
            yield web.server_address[1], mail.server_address[1]
        finally:
            for server in (web, mail):
                server.shutdown()
            for thread in threads:
                thread.join()


def command_lines() -> bytes:
    """What `ps` shows of all processes."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(path.read_bytes())
        except OSError:
            continue  # it has ended
    return b"\n".join(found)
