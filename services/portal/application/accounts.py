"""Signing in, and what users, sessions and keys are good for.

Secrets are random, 256 bits, and are known to the store by their SHA-256 alone: whoever reads the database cannot come
in by what stands there.
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from services.portal.application.account_ports import AccountStore, Edit, Hasher, Vouched
from services.portal.domain.accounts import (
    LOCAL,
    SEEN_EVERY,
    Key,
    Role,
    Session,
    User,
    Via,
    name_of,
    new_name,
    new_password,
    password_of,
    session_end,
)

KEY_BEGINS = "luming_"
"""What keys begin with, so that a scanner for leaked secrets knows one."""
LONGEST_SECRET = 200
"""Characters of a cookie or key that are looked at."""
AGENT = 160
"""Characters of a browser's name that are kept."""


class Accounts:
    """What the pages and commands do with users, sessions and keys."""

    def __init__(self, store: AccountStore, hasher: Hasher, clock: Callable[[], datetime]) -> None:
        self.store = store
        self._hasher = hasher
        self._clock = self.clock = clock

    # Signing in

    def check(self, name: str, password: str, origin: str) -> User | None:
        """The user with that name and password; None for all other reasons alike, each after the same time."""
        try:
            user = self.store.user(name_of(name))
        except ValueError:
            user = None
        may = user is not None and user.disabled is None
        right = self._hasher.verify(user.password if user and may else None, password_of(password))
        if user is None or not right:
            # A name that nobody has may be a password that was typed into the wrong field: it is not recorded.
            self.store.refused(Edit(user.name if user else "unknown", "name or password is wrong", {"address": origin}))
            return None
        if user.password and self._hasher.outdated(user.password):
            self.store.set_password(user.id, self._hasher.hash(password_of(password)), None)
        return user

    def vouched(self, told: Vouched, origin: str) -> User | None:
        """The user of whom a provider says this, new or known; None where that user is disabled."""
        user = self.store.vouched(told, secrets.token_hex(8), self._clock())
        if user.disabled is not None:
            self.store.refused(Edit(user.name, "the user is disabled", {"address": origin}))
            return None
        return user

    def local(self, origin: str) -> User | None:
        """Whoever opened the one-time link; None where that user was disabled."""
        user = self.store.local(self._clock())
        if user.disabled is not None:
            self.store.refused(Edit(user.name, "the user is disabled", {"address": origin}))
            return None
        return user

    def enter(self, user: User, via: Via, agent: str, leaving: str | None = None) -> str:
        """The cookie of a new session. The one that the browser had, `leaving`, ends."""
        now, secret = self._clock(), secrets.token_urlsafe(32)
        if leaving and (old := self.session(leaving)):
            self.store.end_sessions(old.user.id, old.id, None, None)
        session = Session(digest(secret), user, via, " ".join(agent.split())[:AGENT], now, now, session_end(now, now))
        self.store.open_session(session, Edit(user.name, detail={"via": via}))
        return secret

    def shut_out(self, issuer: str, subject: str, why: str, origin: str) -> None:
        """A provider's claims let this person in no more: what was opened before ends, keys and feeds too."""
        self.store.shut_out(issuer, subject, self._clock(), Edit("unknown", why, {"address": origin}))

    def refused(self, why: str, origin: str) -> None:
        """Record that somebody whose name is not known was not let in."""
        self.store.refused(Edit("unknown", why, {"address": origin}))

    # What comes with a request

    def session(self, cookie: str) -> Session | None:
        """The session of a cookie; None where there is none, or it has ended, or its user was disabled."""
        if not 20 <= len(cookie) <= LONGEST_SECRET:
            return None
        now = self._clock()
        found = self.store.session(digest(cookie), now)
        if found is not None and now - found.seen >= SEEN_EVERY:
            self.store.saw_session(found.id, now, session_end(found.created, now))
        return found

    def key(self, shown: str) -> Key | None:
        """The key that was shown; None where it is none, or no longer good, or its user was disabled."""
        if not shown.startswith(KEY_BEGINS) or len(shown) > LONGEST_SECRET:
            return None
        now = self._clock()
        found = self.store.key(digest(shown))
        if found is None or not found.good(now) or found.user.disabled is not None:
            return None
        if found.used is None or now - found.used >= SEEN_EVERY:
            self.store.saw_key(found.id, now)
        return found

    # Edits

    def add_user(self, name: str, password: str, role: Role, teams: tuple[str, ...], edit: Edit) -> User:
        """A new local user. Raises ValueError for a name or password that cannot be, PermanentError for one taken."""
        name = new_name(name)
        hashed = self._hasher.hash(new_password(password, name))
        user = User(secrets.token_hex(8), name, role, teams, self._clock(), password=hashed)
        self.store.add_user(user, edit)
        return user

    def set_password(self, user: User, password: str, edit: Edit) -> None:
        """Give a local user another password; all sessions end. Raises ValueError for a password that cannot be."""
        if user.issuer is not None or user.id == LOCAL:
            raise ValueError(f"{user.name} signs in without a password")
        self.store.set_password(user.id, self._hasher.hash(new_password(password, user.name)), edit)

    def right(self, user: User, password: str) -> bool:
        """Whether that is the user's password now."""
        return self._hasher.verify(user.password, password_of(password))

    def disable(self, user: User, edit: Edit) -> None:
        """Let the user in no more; sessions end, keys open nothing."""
        self.store.set_disabled(user.id, self._clock(), edit)

    def enable(self, user: User, edit: Edit) -> None:
        """Let the user in again."""
        self.store.set_disabled(user.id, None, edit)

    def delete(self, user: User, edit: Edit) -> None:
        """Delete a user for ever: sessions, keys and feed addresses with it."""
        self.store.delete_user(user.id, edit)

    def new_key(self, user: User, name: str, scopes: frozenset[str], lasts: timedelta | None, edit: Edit) -> str:
        """A new key in words, which nobody can tell again. Raises ValueError for a name that says nothing."""
        now, shown = self._clock(), KEY_BEGINS + secrets.token_urlsafe(32)
        named = " ".join(name.split())
        if not 1 <= len(named) <= 100:
            raise ValueError("a key has a name of 1 to 100 characters, which says what it is for")
        key = Key(secrets.token_hex(5), user, named, scopes, now, now + lasts if lasts else None)
        self.store.add_key(key, digest(shown), edit)
        return shown

    def revoke(self, key_id: str, user: User | None, edit: Edit) -> None:
        """Have a key open nothing any more; only one of that user's, if one is named."""
        self.store.revoke_key(key_id, user.id if user else None, self._clock(), edit)


def digest(secret: str) -> str:
    """SHA-256. A secret of 256 random bits needs no slower hash."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
