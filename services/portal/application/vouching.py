"""Signing in by an OIDC provider: what is asked of it, and what it says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from services.portal.application.account_ports import Vouched
from services.portal.domain import claims as meaning
from shared.errors import PermanentError


class Refused(PermanentError):
    """The provider's answer cannot be believed, or it refused. The text is for the log: it holds no secret."""


class NotSent(Refused):
    """This browser was not sent to the provider with that state: anybody can make it so, at no cost."""


class NotLetIn(Refused):
    """The provider vouches for this person, and by its claims the portal lets the person in no more, or never did."""

    def __init__(self, issuer: str, subject: str) -> None:
        super().__init__("no claim gives this person a role")
        self.issuer = issuer
        self.subject = subject


@dataclass(frozen=True, slots=True)
class Asked:
    """One way to the provider and back, which a browser carries in a cookie of its own."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What the browser brings back."""

    state: str
    code: str
    issuer: str = ""
    """As RFC 9207 has it say; empty where it does not."""
    error: str = ""


class Provider(Protocol):
    """An OIDC provider."""

    def begin(self) -> tuple[str, Asked]:
        """The address to send a browser to. Raises TransientError when the provider is away, Refused for nonsense."""
        ...

    def finish(self, asked: Asked, answered: Answered) -> Mapping[str, object]:
        """The claims about the person, all of them checked.

        Raises Refused, NotSent where the state is not that of `asked`, and TransientError when it is away.
        """
        ...


def person(claims: Mapping[str, object], mapping: meaning.Mapping) -> Vouched:
    """The person that the claims are about. Raises NotLetIn for one whom no role lets in."""
    issuer, subject = str(claims["iss"]), str(claims["sub"])
    role = mapping.role(claims)
    if role is None:
        raise NotLetIn(issuer, subject)
    says = bool(mapping.role_claim)
    return Vouched(issuer, subject, meaning.called(claims), role, says, mapping.team_names(claims))
