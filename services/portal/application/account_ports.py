"""What the application asks of the place where users are kept, and of the hashing of passwords."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from services.portal.domain.accounts import Key, Role, Session, User


@dataclass(frozen=True, slots=True)
class Vouched:
    """What an OIDC provider says of a person."""

    issuer: str
    subject: str
    name: str
    role: Role
    says_role: bool
    """Whether the provider's word holds each time; else `role` is that of a new user, and an admin may set another."""
    teams: tuple[str, ...] | None
    """None: the provider does not say."""


@dataclass(frozen=True, slots=True)
class Edit:
    """In whose name something is changed, for the audit log."""

    who: str
    reason: str = ""
    detail: dict[str, object] = field(default_factory=dict)


class Hasher(Protocol):
    """Hashes passwords; takes some tenths of a second and much memory."""

    def hash(self, password: str) -> str:
        """The hash with its parameters and salt."""
        ...

    def verify(self, hashed: str | None, password: str) -> bool:
        """Whether that is the password; without a hash False, after the same time."""
        ...

    def outdated(self, hashed: str) -> bool:
        """Whether it was made with parameters that are no longer used."""
        ...


class AccountStore(Protocol):
    """Where users, sessions and keys are. All methods raise TransientError when the database is away.

    Edits of what is not there raise PermanentError. Every edit is recorded in the audit log by its own transaction.
    """

    def user(self, name: str) -> User | None:
        """The user with that name, as `name_of` writes it."""
        ...

    def user_by_id(self, user_id: str) -> User | None:
        """The user with that identifier."""
        ...

    def users(self) -> Sequence[User]:
        """All users by name, disabled ones too."""
        ...

    def add_user(self, user: User, edit: Edit) -> None:
        """Store a new user. Raises PermanentError where the name is taken."""
        ...

    def vouched(self, told: Vouched, fresh: str, now: datetime) -> User:
        """The user of whom a provider says this: made as `fresh` where unknown, else brought up to date."""
        ...

    def shut_out(self, issuer: str, subject: str, at: datetime, edit: Edit) -> None:
        """Record that a person for whom a provider vouches was not let in; sessions and keys of that user end."""
        ...

    def local(self, now: datetime) -> User:
        """The user of the one-time link, made where there is none yet."""
        ...

    def set_role(self, user_id: str, role: Role, teams: tuple[str, ...], edit: Edit) -> None:
        """Say what a user may and sees; takes hold with the next request."""
        ...

    def set_disabled(self, user_id: str, at: datetime | None, edit: Edit) -> None:
        """Let a user in no more, and end all sessions; or, with None, in again."""
        ...

    def delete_user(self, user_id: str, edit: Edit) -> None:
        """Delete a user with all that opens in the user's name."""
        ...

    def set_password(self, user_id: str, hashed: str, edit: Edit | None) -> None:
        """Store a hash. With an edit all sessions end; without, it is the same password, hashed anew."""
        ...

    def open_session(self, session: Session, edit: Edit) -> None:
        """Store a new session, and forget those that ended."""
        ...

    def session(self, session_id: str, now: datetime) -> Session | None:
        """The session, with its user as he is now; None for one that ended or whose user is disabled."""
        ...

    def saw_session(self, session_id: str, seen: datetime, until: datetime) -> None:
        """Note that it was seen, and until when it lasts therefore."""
        ...

    def sessions(self, user_id: str, now: datetime) -> Sequence[Session]:
        """Those of a user that last, the newest first."""
        ...

    def end_sessions(self, user_id: str, only: str | None, but: str | None, edit: Edit | None) -> int:
        """End those of a user, `only` one or all `but` one; how many. Without an edit nothing is recorded."""
        ...

    def add_key(self, key: Key, hashed: str, edit: Edit) -> None:
        """Store a new key by its hash."""
        ...

    def key(self, hashed: str) -> Key | None:
        """The key with that hash, with its user as he is now."""
        ...

    def saw_key(self, key_id: str, seen: datetime) -> None:
        """Note that it was used."""
        ...

    def keys(self, user_id: str | None) -> Sequence[Key]:
        """Those of a user, or of all; the newest first, revoked ones too."""
        ...

    def revoke_key(self, key_id: str, user_id: str | None, at: datetime, edit: Edit) -> None:
        """Have a key open nothing; only one of that user, if one is named."""
        ...

    def refused(self, edit: Edit) -> None:
        """Record that somebody was not let in."""
        ...
