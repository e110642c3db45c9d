"""Who asks, by the session cookie or the key that a request shows."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from starlette.datastructures import Headers, QueryParams
from starlette.types import Scope

from services.portal.application.accounts import Accounts
from services.portal.application.feed_keys import FeedKeys
from services.portal.application.vouching import Provider
from services.portal.domain.accounts import SCOPES
from services.portal.domain.claims import Mapping
from services.portal.web.cookies import value_of
from services.portal.web.gate import COOKIE
from services.portal.web.limits import Limits
from services.portal.web.proxies import Network, address_of
from services.portal.web.reader import Reader, csrf_of

CALENDAR = "/calendar.ics"
"""Where the calendar is."""
HASHINGS = 2
"""Passwords that are hashed at once, 64 MiB each."""


@dataclass(frozen=True)
class Doors:
    """All that signing in needs; bootstrap fills it in."""

    accounts: Accounts
    limits: Limits
    proxies: Sequence[Network] = ()
    """Networks whose X-Forwarded-For is believed."""
    address: str = ""
    """Where readers find the portal, without a slash at its end; empty: wherever they ask."""
    provider: Provider | None = None
    """The OIDC provider, if there is one."""
    claims: Mapping = field(default_factory=Mapping)
    """What its claims mean."""
    link: bool = True
    """Whether there is a one-time link."""
    hashing: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(HASHINGS, "hashing"))

    @property
    def https(self) -> bool:
        """Whether readers come by https, so that cookies are sent by nothing else."""
        return self.address.startswith("https://")

    def origin(self, scope: Scope) -> str:
        """The address from which a request comes."""
        return address_of(scope, self.proxies)


class WrongKey(Exception):
    """A key was shown that opens nothing."""


def reader_by(accounts: Accounts, headers: Headers) -> Reader | None:
    """Who asks; None for a stranger. A key that is shown decides, also beside a cookie; a login of another kind is that
    of a proxy before us, and passed over.

    Raises WrongKey, and TransientError when the database is away.
    """
    kind, _, secret = headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        key = accounts.key(secret.strip())
        if key is None:
            raise WrongKey
        user = key.user
        return Reader(user.id, user.name, user.role, user.teams, "", "key", key.scopes, key.id)
    cookie = cookie_of(headers)
    session = accounts.session(cookie) if cookie else None
    if session is None:
        return None
    user = session.user
    return Reader(user.id, user.name, user.role, user.teams, csrf_of(cookie), "session", SCOPES, session.id)


def reader_of_feed(accounts: Accounts, scope: Scope) -> Reader | None:
    """Who reads a feed by the secret in its address, which is good for that search or calendar alone; else None.

    Raises TransientError when the database is away.
    """
    asked = QueryParams(scope["query_string"])  # read as the feed's route reads it
    keys, secret = FeedKeys(accounts.store, accounts.clock), asked.get("token", "")
    if scope["path"] == CALENDAR:
        key = keys.key(secret, asked.get("entity", ""), "calendar")
    else:
        key = keys.key(secret, asked.get("q", ""))
    if key is None:
        return None
    user = key.user
    return Reader(user.id, user.name, user.role, user.teams, "", "key", key.scopes, key.id)


def cookie_of(headers: Headers, name: str = COOKIE) -> str:
    """The cookie of that name; empty where there is none."""
    return value_of(headers, name)
