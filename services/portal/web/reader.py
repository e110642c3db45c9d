"""Who asks: a person with a session, or a program with a key; what each may do."""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Literal, get_args

from starlette.requests import Request
from starlette.types import Scope

from services.portal.domain.accounts import EXPORT, READ, SCOPES, WRITE, Role
from services.portal.domain.audience import EVERYBODY, Audience
from services.portal.web.problems import ApiProblem, ProblemRaised

__all__ = ["EXPORT", "KEY", "READ", "SCOPES", "WRITE", "Reader", "Role", "csrf_of", "known", "need", "need_scope",
           "own_session", "reader_of"]  # fmt: skip
KEY = "portal.reader"
"""Where the guard puts the reader in a request's scope."""


@dataclass(frozen=True)
class Reader:
    """Who asks, as the guard found it."""

    id: str
    """Of the user; `local` for whoever opened the one-time link."""
    name: str
    role: Role
    teams: tuple[str, ...]
    """Teams whose subscriptions are shown; none: every team, of admins only."""
    csrf: str
    """What forms of this session carry; empty for a key."""
    via: Literal["session", "key"]
    scopes: frozenset[str] = SCOPES
    by: str = ""
    """Identifier of the session or key."""

    def sees(self, team: str) -> bool:
        """Whether what belongs to the team is this reader's to see."""
        return self.role == "admin" or team in self.teams


def audience_of(asked: Request) -> Audience:
    """Whose alerts the pages show to whoever asks. Raises what `reader_of` does."""
    reader = reader_of(asked)
    return EVERYBODY if reader.role == "admin" else Audience(frozenset(reader.teams))


def reader_of(asked: Request) -> Reader:
    """Who asks. Raises ProblemRaised (401) on the pages that are open to strangers, when one asks."""
    found = known(asked.scope)
    if found is None:
        raise ProblemRaised(ApiProblem(type="/problems/signed-out", title="You are not signed in", status=401))
    return found


def known(scope: Scope) -> Reader | None:
    """Who asks, None for a stranger."""
    found = scope.get(KEY)
    return found if isinstance(found, Reader) else None


def need(reader: Reader, role: Role) -> None:
    """Raise the 403 problem unless the reader has the role, or one that may more."""
    order = get_args(Role)
    if order.index(reader.role) < order.index(role):
        detail = f"this needs the role {role}, and {reader.name} has the role {reader.role}"
        raise ProblemRaised(_forbidden("role", detail, "ask an admin for the role"))


def own_session(asked: Request) -> Reader:
    """Who asks, signed in. Raises ProblemRaised (401, 403): a key cannot make keys or end sessions."""
    reader = reader_of(asked)
    if reader.via != "session":
        raise ProblemRaised(_forbidden("scope", "accounts are not for keys", "sign in"))
    return reader


def need_scope(reader: Reader, scope: str) -> None:
    """Raise the 403 problem unless the key that asks has the scope."""
    if scope not in reader.scopes:
        detail = f"this needs a key with the scope {scope}"
        raise ProblemRaised(_forbidden("scope", detail, "make a key with that scope"))


def csrf_of(secret: str) -> str:
    """What forms of a session carry: made of the session's own secret, which no other site can read."""
    return hmac.new(secret.encode("utf-8", "replace"), b"portal csrf", hashlib.sha256).hexdigest()


def _forbidden(kind: str, detail: str, mend: str) -> ApiProblem:
    return ApiProblem(type=f"/problems/{kind}", title="You may not do this", status=403, detail=detail, mend=mend)
