"""The errors of Luming: whether a thing is worth trying again stands in the type.

LumingError
├── TransientError            try again later: the other side is down, slow or busy
│   └── UnknownOutcome        the answer was lost: the other side may or may not have acted
├── PermanentError            trying again changes nothing: bad input, a refusal
│   └── UnreadableMessage     bytes on a topic that no known version explains
│       └── LaterVersion      a later program wrote it: readable once this one is brought up to date
└── ConfigError               a file or variable a person wrote is wrong; nothing is started (exit code 2)
"""

from dataclasses import dataclass
from pathlib import Path

EXIT_CONFIG = 2
"""Exit code of every command that was given a wrong configuration."""


class LumingError(Exception):
    """Root of all errors that this project raises on purpose."""


class TransientError(LumingError):
    """The same call may succeed later. `retry_after` is in seconds where the other side named it."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class UnknownOutcome(TransientError):
    """The request was on the wire when the answer was lost; it may have taken effect."""


class PermanentError(LumingError):
    """The same call will fail again."""


class UnreadableMessage(PermanentError):
    """Bytes that are no message of a known version."""


class LaterVersion(UnreadableMessage):
    """A message of a version above the known ones, as there are while a rolling update is under way."""


@dataclass
class ConfigError(LumingError):
    """A configuration that cannot be used: where it stands, what is wrong, what would be right."""

    where: Path | str
    line: int | None
    wrong: str
    right: str

    def __str__(self) -> str:
        place = f"{self.where}:{self.line}" if self.line else f"{self.where}"
        return f"{place}: {self.wrong}\n  mend: {self.right}"
