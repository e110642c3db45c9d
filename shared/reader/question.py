"""What is asked of the language model, and why no answer came: values and typed errors without any IO."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from shared.errors import PermanentError, TransientError

Dropped = Literal[
    "timeout",
    "unreachable",
    "busy",
    "server_error",
    "refused",
    "redirect",
    "too_large",
    "not_json",
    "no_content",
    "wrong_schema",
    "invented_quote",
]
"""Why an answer was dropped, as metrics name it."""
NotAskedFor = Literal["rights", "requests", "characters", "breaker", "time"]
"""Why nothing was asked: the document's rights, the day's requests or characters, an endpoint that failed too often, or
the seconds that one document may take."""


@dataclass(frozen=True)
class Question:
    """A question in words and the JSON schema of its answer; the same question, the same words."""

    system: str
    user: str
    name: str
    """Of the schema: letters, digits and _ (the endpoint's own rule)."""
    schema: Mapping[str, Any]

    @property
    def characters(self) -> int:
        """What it costs of the day's characters."""
        return len(self.system) + len(self.user)


class NoAnswer(TransientError):
    """The endpoint is away, slow or busy; `retry_after` in seconds where it named a time."""

    def __init__(self, reason: Dropped, message: str, retry_after: float | None = None) -> None:
        super().__init__(message, retry_after)
        self.reason = reason


class WrongAnswer(PermanentError):
    """The endpoint answered with what cannot be used; asking the same again is of no use."""

    def __init__(self, reason: Dropped, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class NotAsked(TransientError):
    """Nothing was sent."""

    def __init__(self, by: NotAskedFor, message: str) -> None:
        super().__init__(message)
        self.by = by


class Closed(TransientError):
    """The client was closed, which a program does when it ends: the question is still open."""
