"""Users, sessions and keys as values, and the rules they follow."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

Role = Literal["reader", "editor", "admin"]
"""From those who may least to those who may most."""
Via = Literal["link", "password", "oidc"]
"""How a session began."""
READ, WRITE, EXPORT = "read", "write", "export"
"""Scopes of a key: to look, to change, to take out in bulk. A session has all three, as far as its role goes."""
SCOPES = frozenset({READ, WRITE, EXPORT})
LOCAL = "local"
"""Identifier and name of whoever opens the one-time link."""
RESERVED = frozenset({LOCAL, "oidc", "unknown", "command"})
"""Names that nobody may have: in the audit log they stand for the one-time link, an OIDC provider, whoever was not
known, and a command of a login without a name."""

IDLE = timedelta(days=7)
"""A session that nobody uses ends so long after it was last seen."""
LONGEST = timedelta(days=30)
"""Every session ends so long after it began."""
SEEN_EVERY = timedelta(minutes=5)
"""How exactly it is noted when a session or key was last seen, so that not every page writes."""

SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 1_000
"""Characters. NIST SP 800-63B asks for 8 and more, no rules of composition, and that long ones are taken."""
_NAME = re.compile(r"[\w][\w.@+-]{0,63}")
_TEAM = re.compile(r"[^\s,;\x00-\x1f\x7f][^,;\x00-\x1f\x7f]{0,63}")


@dataclass(frozen=True, slots=True)
class User:
    """One person."""

    id: str
    name: str
    role: Role
    teams: tuple[str, ...]
    created: datetime
    disabled: datetime | None = None
    password: str | None = None
    """By Argon2; None where the person signs in otherwise."""
    issuer: str | None = None
    """The OIDC provider that vouches; None for a local user."""


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is signed in."""

    id: str
    user: User
    via: Via
    agent: str
    created: datetime
    seen: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Key:
    """What a program shows."""

    id: str
    user: User
    name: str
    scopes: frozenset[str]
    created: datetime
    until: datetime | None = None
    used: datetime | None = None
    revoked: datetime | None = None

    def good(self, now: datetime) -> bool:
        """Whether it opens anything."""
        return self.revoked is None and (self.until is None or now < self.until)


def session_end(created: datetime, seen: datetime) -> datetime:
    """When a session ends that is not seen again."""
    return min(seen + IDLE, created + LONGEST)


def name_of(told: str) -> str:
    """A user's name as it is stored: width, case and how signs are composed do not tell two people apart.

    Raises ValueError, saying what is wrong, for what can be no name.
    """
    name = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", told).casefold()).strip()
    if not _NAME.fullmatch(name):
        raise ValueError("a name has 1 to 64 letters, digits and . @ + - _, and begins with a letter or digit")
    return name


def new_name(told: str) -> str:
    """The name of a new user. Raises ValueError as `name_of`, and for a name that is reserved."""
    name = name_of(told)
    if name in RESERVED:
        raise ValueError(f"the name {name} is reserved: in the audit log it stands for acts of nobody with an account")
    return name


def password_of(told: str) -> str:
    """A password as it is hashed: the same signs however a keyboard composes them. Its length is checked when set."""
    return unicodedata.normalize("NFKC", told)


def new_password(told: str, name: str) -> str:
    """A password that may be set. Raises ValueError, saying what is wrong, for another."""
    password = password_of(told)
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise ValueError(f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD:,} characters")
    if len(set(password)) < 5 or password.casefold() == name or (len(name) > 3 and password.casefold() == name * 2):
        raise ValueError("this password is guessed first: it is the name, or a few characters again and again")
    return password


def role_of(told: str) -> Role:
    """A role by its name. Raises ValueError."""
    for role in get_args(Role):
        if role == told:
            return role  # type: ignore[no-any-return]  # one of them
    raise ValueError(f"there is no role {told!r}: use {', '.join(get_args(Role))}")


def scopes_of(told: str) -> frozenset[str]:
    """Scopes, comma-separated. Raises ValueError for an unknown one, and for none."""
    scopes = frozenset(part for part in re.split(r"[,\s]+", told.strip()) if part)
    if not scopes or scopes - SCOPES:
        raise ValueError(f"scopes are {', '.join(sorted(SCOPES))}, comma-separated")
    return scopes


def teams_of(told: str) -> tuple[str, ...]:
    """Teams, comma-separated, each once. Raises ValueError for one that is no name of a team."""
    teams = dict.fromkeys(part.strip() for part in told.split(",") if part.strip())
    if len(teams) > 50 or not all(_TEAM.fullmatch(team) for team in teams):
        raise ValueError("teams are at most 50 names of at most 64 characters, comma-separated")
    return tuple(teams)
