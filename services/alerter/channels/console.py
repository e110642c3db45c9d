"""The console: the alerter's standard output, and one JSON line an alert in CONSOLE_FILE where that is set."""

import json
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Self

from pydantic import Field

from services.alerter.channels.base import ChannelSettings, from_environment
from services.alerter.domain.content import Alert
from services.alerter.domain.may_receive import MayReceive, Region
from services.alerter.domain.presentation import plain_text, present
from shared.errors import PermanentError, TransientError


class ConsoleSettings(ChannelSettings):
    """Settings of the console."""

    console_file: Path | None = Field(default=None, description="file that takes one JSON line for each console alert")


class Console:
    """Prints. With a file it can say later what it printed."""

    kind: ClassVar[str] = "console"
    settings: ClassVar[type[ChannelSettings]] = ConsoleSettings
    target_settings: ClassVar[type[ChannelSettings] | None] = None
    region: ClassVar[Region] = "own"
    may_receive = MayReceive("full")
    pace = None
    limits: ClassVar[str] = "none"
    can_refresh = False

    def __init__(self, file: Path | None) -> None:
        self._file = file

    @classmethod
    def start(cls) -> Self:
        """From the environment."""
        return cls(from_environment(ConsoleSettings).console_file)

    @staticmethod
    def check_target(target: str) -> str:
        """There is one console."""
        return "the console takes no target: write `console: true`" if target else ""

    @property
    def can_look_up(self) -> bool:
        """Only what stands in a file can be read again."""
        return self._file is not None

    def check_ready(self, target: str) -> None:
        """Nothing is needed."""

    def send(self, target: str, alert: Alert, now: datetime) -> str:
        """Write the line, then print the alert; control characters of a title cannot move the cursor."""
        text = "".join(sign for sign in plain_text(present(alert, now)) if sign == "\n" or sign.isprintable())
        try:
            if self._file is not None:
                _append(self._file, _line(alert, now))
            sys.stdout.write(f"{text}\n")
            sys.stdout.flush()
        except OSError as error:
            raise TransientError(f"the console cannot be written: {error}") from error
        return alert.delivery_key

    def look_up(self, target: str, alert: Alert) -> str | None:
        """The key, when the file has a line of it. Raises TransientError when the file cannot be read."""
        if self._file is None or not self._file.exists():
            return None
        try:
            lines = self._file.read_bytes().split(b"\n")[:-1]
        except OSError as error:
            raise TransientError(f"{self._file} cannot be read: {error}") from error
        return alert.delivery_key if any(_key(line) == alert.delivery_key for line in lines) else None

    def refresh(self, target: str, reference: str, alert: Alert, now: datetime) -> None:
        """What is printed is printed. Raises PermanentError."""
        raise PermanentError("the console cannot change what it printed")


def _key(line: bytes) -> object:
    """The delivery key of a line; None for one that was damaged."""
    try:
        plain = json.loads(line)
    except ValueError:
        return None
    return plain.get("delivery_key") if isinstance(plain, dict) else None


def _line(alert: Alert, now: datetime) -> bytes:
    plain = {"at": now.isoformat(), **alert.model_dump(mode="json", exclude_none=True)}
    return json.dumps(plain, ensure_ascii=False).encode() + b"\n"


def _append(file: Path, line: bytes) -> None:
    """On disk before it counts as told; half a line that a crash left is cut off first."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("ab+") as out:
        size = out.seek(0, os.SEEK_END)
        if size:
            out.seek(size - 1)
            if out.read(1) != b"\n":
                out.seek(0)
                out.truncate(out.read().rfind(b"\n") + 1)
        out.write(line)
        out.flush()
        os.fsync(out.fileno())


CHANNEL = Console
