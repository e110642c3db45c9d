"""What the claims of an OIDC provider mean here: which role, which teams, which name."""

import re
from collections.abc import Mapping as Values
from dataclasses import dataclass, field

from services.portal.domain.accounts import Role, new_name, role_of, teams_of

_ORDER: tuple[Role, ...] = ("reader", "editor", "admin")
_NO_NAME = re.compile(r"[^\w.@+-]+")


@dataclass(frozen=True, slots=True)
class Mapping:
    """Which values of which claims give which role and teams. A claim is named as it stands, or by a path a.b.c."""

    role_claim: str = ""
    roles: Values[str, Role] = field(default_factory=dict)
    fallback: Role | None = "reader"
    """Of whom no value says a role; None: such a person is not let in."""
    team_claim: str = ""
    teams: Values[str, str] = field(default_factory=dict)
    """Value to team; empty: each value names a team."""

    def role(self, claims: Values[str, object]) -> Role | None:
        """The highest role that the claims give; None for a person who is not let in."""
        given = [self.roles[value] for value in values(claims, self.role_claim) if value in self.roles]
        return max(given, key=_ORDER.index) if given else self.fallback

    def team_names(self, claims: Values[str, object]) -> tuple[str, ...] | None:
        """The teams; None where the claims are not asked for them. What can be no team is passed over."""
        if not self.team_claim:
            return None
        found: dict[str, None] = {}
        for value in values(claims, self.team_claim):
            named = self.teams.get(value, "") if self.teams else value
            try:
                found.update(dict.fromkeys(teams_of(named)))
            except ValueError:
                continue
        return tuple(found)[:50]


def values(claims: Values[str, object], name: str) -> tuple[str, ...]:
    """The texts of a claim, one or a list. A name that stands there as a whole is meant before a path of names."""
    if not name:
        return ()
    held: object = claims.get(name)
    if held is None and "." in name:
        held = claims
        for step in name.split("."):
            held = held.get(step) if isinstance(held, dict) else None
    if isinstance(held, str):
        return (held,)
    return tuple(each for each in held if isinstance(each, str)) if isinstance(held, list) else ()


def called(claims: Values[str, object]) -> str:
    """A user's name here: what the person is called there, as far as a name may hold it, else the subject.

    A reserved name is refused: whoever is called so there has the next of these names.
    """
    for claim in ("preferred_username", "email", "name", "sub"):
        told = claims.get(claim)
        if isinstance(told, str):
            try:
                return new_name(_NO_NAME.sub("-", told.strip())[:64].strip(".@+-"))
            except ValueError:
                continue
    return "reader"


def pairs(told: str) -> dict[str, str]:
    """`value=meaning`, by commas, or by semicolons where a value holds one. The last `=` parts. Raises ValueError."""
    found = {}
    for part in (each.strip() for each in told.split(";" if ";" in told else ",") if each.strip()):
        value, sign, meaning = part.rpartition("=")
        if not sign or not value.strip() or not meaning.strip():
            raise ValueError(f"{part!r} is no value=meaning")
        found[value.strip()] = meaning.strip()
    return found


def roles(told: str) -> dict[str, Role]:
    """`value=role`, as `pairs` reads them. Raises ValueError."""
    return {value: role_of(meaning) for value, meaning in pairs(told).items()}
