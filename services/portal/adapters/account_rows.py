"""Rows of users, sessions and keys as values."""

from typing import Any

from sqlalchemy import RowMapping

from services.portal.domain.accounts import Key, Session, User

USER = (
    "u.id as user_id, u.name as user_name, u.role, u.teams, u.created as user_created, u.disabled, u.password, u.issuer"
)
"""Columns of portal_users u."""


def user_of(row: RowMapping) -> User:
    """The user of a row with the columns `USER`."""
    return User(
        row["user_id"],
        row["user_name"],
        row["role"],
        tuple(row["teams"]),
        row["user_created"],
        row["disabled"],
        row["password"],
        row["issuer"],
    )


def session_of(row: RowMapping) -> Session:
    """The session of a row with those columns and portal_sessions' own."""
    return Session(row["id"], user_of(row), row["via"], row["agent"], row["created"], row["seen"], row["until"])


def key_of(row: RowMapping) -> Key:
    """The key of a row with those columns and portal_keys' own."""
    times: dict[str, Any] = {name: row[name] for name in ("until", "used", "revoked")}
    return Key(row["id"], user_of(row), row["name"], frozenset(row["scopes"]), row["created"], **times)
