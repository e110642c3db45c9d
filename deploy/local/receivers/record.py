"""What a receiver got: one line a message in an append-only log, beside the message itself as a file."""

import html
import json
import re
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from pydantic import AwareDatetime

from shared.messages.common import Frozen

LOG = "received.jsonl"
_ADDRESS = re.compile(r"https?://[^\s<>|\"'()（）\[\]【】、。，；]+")
_UNSAFE = re.compile(r"[^\w.@-]+")


class Received(Frozen):
    """One message as a receiver took it over."""

    received: AwareDatetime
    """When it was whole; UTC."""
    delivery_key: str
    """Empty when the message carried none."""
    channel: str
    """`slack:#name`, `email:address` or `console`, as in the subscriptions."""
    urls: tuple[str, ...] = ()
    """Every address in it."""
    subject: str = ""
    file: str = ""
    """The message itself, beside the log."""


def addresses_in(text: str) -> tuple[str, ...]:
    """The web addresses of a text, each once; `&amp;` as Slack and HTML write it is read as `&`."""
    return tuple(dict.fromkeys(_ADDRESS.findall(html.unescape(text))))


def read_log(folder: Path) -> list[Received]:
    """All that was received there, in order; a last line that is still being written is left for the next look."""
    file = folder / LOG
    if not file.is_file():
        return []
    return [Received.model_validate_json(line) for line in file.read_bytes().split(b"\n")[:-1] if line]


class Record:
    """Writes files and log of one receiver; goes on counting where an earlier process stopped."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._lock = threading.Lock()
        self._count = len(read_log(folder))

    def keep(self, message: Received, name: str, contents: Mapping[str, bytes]) -> Received:
        """Write `contents` (by suffix; the first is the message itself) as NNN-name.suffix, then the log line.

        The log line goes last and is flushed: what stands in the log can be opened.
        """
        with self._lock:
            self._count += 1
            stem = f"{self._count:03d}-{_UNSAFE.sub('-', name).strip('-')}"
            for suffix, content in contents.items():
                (self.folder / f"{stem}.{suffix}").write_bytes(content)
            kept = message.model_copy(update={"file": f"{stem}.{next(iter(contents))}"})
            with (self.folder / LOG).open("ab") as log:
                log.write(kept.model_dump_json().encode() + b"\n")
        return kept


def read_console(file: Path) -> list[Received]:
    """The alerts that the alerter wrote to its console file: one JSON object a line."""
    if not file.is_file():
        return []
    return [_console_line(line) for line in file.read_bytes().split(b"\n")[:-1] if line]


def _console_line(line: bytes) -> Received:
    plain = json.loads(line)
    text = json.dumps(plain, ensure_ascii=False)
    said = plain.get("delivered") or plain.get("at")
    return Received(
        received=datetime.fromisoformat(said) if said else datetime.now(UTC),
        delivery_key=str(plain.get("delivery_key", "")),
        channel="console",
        urls=addresses_in(text),
        subject=str(plain.get("title", "")),
    )
