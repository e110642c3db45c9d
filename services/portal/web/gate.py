"""The one-time link: whoever opens it first is let in.

It is printed in the terminal of the machine that serves, so that whoever can read that terminal is let in, and another
user or a web page on the same machine is not. A service that logs to others than its admins does without it.
"""

import hmac
import secrets
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

T = TypeVar("T")
COOKIE = "portal_session"
OPEN = timedelta(minutes=30)
"""How long a link that nobody opened stays good."""


class Gate:
    """Makes links. They end with the process, sessions that began with one do not."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._link: tuple[str, datetime] | None = None

    def new_link(self) -> str:
        """The secret of a new one-time link; the one before is void."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._link = (token, self._clock() + OPEN)
        return token

    def enter(self, token: str, then: Callable[[], T]) -> T | None:
        """Use the link up and do what it opens. None where it was used, is too old, or never was.

        When `then` raises, the link stays good: the database may have been away.
        """
        with self._lock:
            if self._link is None:
                return None
            known, until = self._link
            if not hmac.compare_digest(known.encode(), token.encode("utf-8", "replace")) or self._clock() > until:
                return None
            done = then()
            self._link = None
        return done
