"""Who may come in: whoever opens the one-time link gets a signed session cookie.

The link is printed in the terminal of the machine that serves, so that whoever can read that terminal is let in, and
another user or a web page on the same machine is not.
"""

import hmac
import secrets
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from itsdangerous import BadData, URLSafeTimedSerializer

from services.portal.web.reader import Reader, csrf_of

COOKIE = "portal_session"
LASTS = timedelta(days=7)
"""A session, from its beginning."""
OPEN = timedelta(minutes=30)
"""How long a link that nobody opened stays good."""


class Gate:
    """Makes links and sessions. All of it ends with the process, whose key is its own."""

    def __init__(self, clock: Callable[[], datetime], key: str | None = None, lasts: timedelta = LASTS) -> None:
        """`key` signs sessions; without one a key of this process alone does."""
        self._clock = clock
        self._signer = URLSafeTimedSerializer(key or secrets.token_urlsafe(32), salt="portal session")
        self._lasts = lasts
        self._lock = threading.Lock()
        self._link: tuple[str, datetime] | None = None

    def new_link(self) -> str:
        """The secret of a new one-time link; the one before is void."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._link = (token, self._clock() + OPEN)
        return token

    def enter(self, token: str) -> str | None:
        """The cookie of a new session; None where the link was used, is too old, or never was."""
        with self._lock:
            if self._link is None:
                return None
            known, until = self._link
            if not hmac.compare_digest(known.encode(), token.encode("utf-8", "replace")) or self._clock() > until:
                return None
            self._link = None
        return self._signer.dumps({"role": "admin", "id": secrets.token_urlsafe(8)})

    def reader(self, cookie: str | None) -> Reader | None:
        """Whose session the cookie is; None where there is no such session."""
        if not cookie or not self.valid(cookie):
            return None
        return Reader("local", "local", "admin", (), csrf_of(cookie), "session")

    def valid(self, cookie: str | None) -> bool:
        """Whether the cookie is one of ours and not too old."""
        if not cookie or len(cookie) > 500:
            return False
        try:
            self._signer.loads(cookie, max_age=int(self._lasts.total_seconds()))
        except BadData:
            return False
        return True
