"""Keys of feeds: a secret in the address of one search's feed, for feed readers that cannot sign in, or of a calendar.

It stands in the table of keys, with the scope `read`, so that it is listed, revoked and ends with its user as they do.
What is stored is the digest of secret and query together: the secret opens the feed of that query and nothing else.
That of a calendar stands with the entity whose days it holds, in a digest of its own kind.
"""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Literal

from services.portal.application.account_ports import AccountStore, Edit
from services.portal.application.accounts import LONGEST_SECRET, digest
from services.portal.domain.accounts import READ, SEEN_EVERY, Key, User
from shared.errors import PermanentError

BEGINS = "feed_"
"""What such secrets begin with."""
CALLED = "Feed: "
"""What the names of such keys begin with; the query follows."""
MOST = 100
"""Good ones of a user: nobody reads more feeds."""


Kind = Literal["search", "calendar"]
"""What a secret opens: the feed of a query, or the calendar of an entity (no text: of all)."""


class TooManyFeeds(PermanentError):
    """The user has as many feeds as may be; one is to be revoked first."""


class FeedKeys:
    """Makes and knows keys of feeds."""

    def __init__(self, store: AccountStore, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def new(self, user: User, what: str, edit: Edit, kind: Kind = "search") -> str:
        """A new secret for the feed of that query, which nobody can tell again. Raises TooManyFeeds, TransientError."""
        secret = BEGINS + secrets.token_urlsafe(32)
        held = " ".join(what.split()) or "*"
        name = f"{CALLED}{held if kind == 'search' else f'{kind}, {held}'}"[:100]
        key = Key(secrets.token_hex(5), user, name, frozenset({READ}), self._clock(), None)
        self._store.add_key(key, _bound(secret, what, kind), edit)
        return secret

    def key(self, secret: str, what: str, kind: Kind = "search") -> Key | None:
        """The key of that secret and query, or entity; None where it is none, or revoked, or its user was disabled."""
        if not secret.startswith(BEGINS) or len(secret) > LONGEST_SECRET:
            return None
        now = self._clock()
        found = self._store.key(_bound(secret, what, kind))
        if found is None or not found.good(now) or found.user.disabled is not None:
            return None
        if found.used is None or now - found.used >= SEEN_EVERY:
            self._store.saw_key(found.id, now)
        return found


def _bound(secret: str, what: str, kind: Kind) -> str:
    """A secret begins with `BEGINS`, so that nothing asked as a search has the digest of a calendar."""
    return digest(f"{'' if kind == 'search' else f'{kind} '}{secret}\n{what}")
