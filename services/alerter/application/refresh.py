"""Changes messages that were sent, when a later report joins their story or a new fact is known: silently, and last."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.alerter.application.ports import Channel
from services.alerter.domain.content import Alert
from services.alerter.domain.may_receive import receivable
from services.alerter.domain.retry import pause
from shared.errors import PermanentError, TransientError
from shared.runtime.logs import get_logger

log = get_logger(__name__)

_TRIES = 20
"""Tries of one change: with the pauses between them about an hour and a half. The next report brings the next one."""


@dataclass(frozen=True)
class ToRefresh:
    """A message that is to be changed."""

    delivery: int
    """The delivery that it was sent by."""
    channel: str
    reference: str
    """What the channel calls it."""
    alert: Alert
    """What it shall say."""
    changes: int
    """How often that was changed: who records an end names the one that he saw."""
    attempts: int

    @property
    def target(self) -> str:
        """The part of the channel after the colon."""
        return self.channel.partition(":")[2]


class Refreshes(Protocol):
    """Messages to be changed; every call is one committed transaction."""

    def lease(self, kind: str) -> ToRefresh | None:
        """The next one of that kind of channel; another's again when it is not ended within half a minute."""

    def done(self, one: ToRefresh) -> None:
        """It says that, or never will."""

    def later(self, one: ToRefresh, seconds: float) -> None:
        """To be tried again in so many seconds."""


class Refresh:
    """The step: one message a call."""

    def __init__(self, channel: Channel, refreshes: Refreshes, now: Callable[[], datetime]) -> None:
        self._channel = channel
        self._refreshes = refreshes
        self._now = now

    def step(self) -> bool:
        """Change one message; False when none is due. Raises TransientError when the database cannot be reached."""
        one = self._refreshes.lease(self._channel.kind)
        if one is None:
            return False
        try:
            alert = receivable(one.alert, self._channel.may_receive)
            self._channel.refresh(one.target, one.reference, alert, self._now())
        except TransientError as error:
            if one.attempts < _TRIES:
                self._refreshes.later(one, pause(one.attempts, error.retry_after))
                return True
            self._give_up(one, str(error))
        except PermanentError as error:  # somebody deleted it, or it is too old to be changed
            self._give_up(one, str(error))
        self._refreshes.done(one)
        return True

    def _give_up(self, one: ToRefresh, reason: str) -> None:
        log.warning("a message cannot be changed", delivery=one.alert.delivery_key, reason=reason)
