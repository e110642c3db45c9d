"""Who may use the portal: users, their sessions and their keys. Maintenance deletes what ended and whom it erases, and
sees the columns for that (rights.py). Writer: portal, which alone may read them whole.

Sessions and keys are known by the SHA-256 of a random secret of 256 bits, so that nobody who reads these tables can
come in by them; passwords are hashed by Argon2.
"""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from shared.store.base import instant


def _words() -> Column[list[str]]:
    return Column(ARRAY(String), nullable=False)


class PortalUser(SQLModel, table=True):
    """One person, known here by a password or by the word of an OIDC provider."""

    __tablename__ = "portal_users"
    __table_args__ = (
        Index("portal_users_name", "name", unique=True),
        Index("portal_users_subject", "issuer", "subject", unique=True, postgresql_where=text("issuer is not null")),
    )

    id: str = Field(primary_key=True)
    """Random; `local` for whoever opens the one-time link."""
    name: str
    """In lower case, as domain/accounts.py writes it."""
    password: str | None = None
    """By Argon2, with its parameters; None for those who sign in otherwise."""
    issuer: str | None = None
    subject: str | None = None
    """Of an OIDC provider and what it calls the person."""
    role: str
    """reader | editor | admin"""
    teams: list[str] = Field(sa_column=_words())
    """As subscriptions name them."""
    created: datetime = instant()
    disabled: datetime | None = instant(default=None)


class PortalSession(SQLModel, table=True):
    """A browser that is signed in. Deleted when it ends."""

    __tablename__ = "portal_sessions"
    __table_args__ = (Index("portal_sessions_user", "user_id"),)

    id: str = Field(primary_key=True)
    """SHA-256 of the cookie."""
    user_id: str = Field(sa_column=Column(ForeignKey("portal_users.id", ondelete="cascade"), nullable=False))
    via: str
    """link | password | oidc"""
    agent: str
    """What the browser calls itself, so that its owner knows it in a list."""
    created: datetime = instant()
    seen: datetime = instant()
    """Last, to some minutes."""
    until: datetime = instant()
    """Unless it is seen before."""


class PortalKey(SQLModel, table=True):
    """What a program shows instead of a session. It may do what its user may, as far as its scopes go."""

    __tablename__ = "portal_keys"
    __table_args__ = (Index("portal_keys_hash", "hash", unique=True), Index("portal_keys_user", "user_id"))

    id: str = Field(primary_key=True)
    """Random and short, to name it by; not secret."""
    hash: str
    """SHA-256 of the key."""
    user_id: str = Field(sa_column=Column(ForeignKey("portal_users.id", ondelete="cascade"), nullable=False))
    name: str
    scopes: list[str] = Field(sa_column=_words())
    """read | write | export"""
    created: datetime = instant()
    until: datetime | None = instant(default=None)
    """None: until it is revoked."""
    used: datetime | None = instant(default=None)
    """Last, to some minutes."""
    revoked: datetime | None = instant(default=None)
