"""Why a second reader was not asked, or what of its answer was dropped: names for metrics, and the typed errors."""

from typing import Literal

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
    "unknown_label",
    "unknown_status",
    "unknown_event",
    "unknown_entity",
    "known_already",
    "contradiction",
    "not_asked",
    "gist",
]
"""Why an answer, or one entry of it, was dropped; the first ten are of a whole answer."""
Refused = Literal["rights", "requests", "characters", "breaker"]
"""Why nothing was asked: the document's rights, the day's requests or characters, an endpoint that failed too often."""


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
