"""What readers ask for in the portal's pages, and whether it is theirs to change. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from services.alerter.domain.silences import Matcher, refuse_unknown
from services.alerter.domain.subscriptions import Subscriptions

Kind = Literal["check", "preview", "apply", "silence_add", "silence_end"]
State = Literal["done", "refused", "failed"]
Content = Mapping[str, object]
CHANGING: frozenset[Kind] = frozenset({"apply", "silence_add", "silence_end"})
"""What a reader alone may not ask for."""
DAYS = (14, 30)
"""How far back a preview looks, in days: beyond that a reader waits for minutes."""

NAME = "the subscriptions"
"""What errors call the text of a request."""


@dataclass(frozen=True)
class Asked:
    """One request, in a reader's name."""

    id: int
    kind: Kind
    who: str
    teams: frozenset[str] | None
    """Teams whose subscriptions the reader might change when it was asked; None: all."""
    content: Content
    base_version: int | None
    """The version of the subscriptions that was edited."""
    attempts: int = 1

    def word(self, key: str) -> str:
        """A text of the request; empty where there is none. Raises Refused for something else than a text."""
        found = self.content.get(key, "")
        if not isinstance(found, str):
            raise Refused(f"{key} is no text", "write a text")
        return found


@dataclass(frozen=True)
class Rights:
    """What a reader may now, whatever it was when something was asked."""

    role: str
    teams: frozenset[str]


@dataclass(frozen=True)
class Answer:
    """What came of it."""

    state: State
    content: Mapping[str, object] = field(default_factory=dict)


class Refused(Exception):
    """What was asked cannot be done: what is wrong, what would be right, and what else is to be said."""

    def __init__(self, wrong: str, mend: str, **more: object) -> None:
        super().__init__(wrong)
        self.content = {"wrong": wrong, "mend": mend, **more}


def changed_teams(before: Subscriptions | None, after: Subscriptions | None) -> frozenset[str]:
    """The subscriptions that are not the same in both, in whatever way they are written."""
    old, new = _by_name(before), _by_name(after)
    return frozenset(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))


def allowed(asked: Asked, now: Rights | None) -> Asked:
    """The request with the teams that were the reader's when it was asked and are still.

    Raises Refused for a reader who may not do it any more; `now` is None for one who may not come in.
    """
    if now is None:
        raise Refused(f"{asked.who} may not come in any more", "ask again as a user who may, or ask an admin")
    if asked.kind in CHANGING and now.role not in ("editor", "admin"):
        raise Refused(f"{asked.who} may not change anything any more", "ask an editor of the team, or an admin")
    if now.role == "admin":
        return asked
    return replace(asked, teams=now.teams if asked.teams is None else asked.teams & now.teams)


def refuse_foreign(asked: Asked, changed: Collection[str]) -> None:
    """Raises Refused where a subscription would change that is none of the reader's teams'."""
    if asked.teams is None:
        return
    if foreign := sorted(set(changed) - asked.teams):
        own = ", ".join(sorted(asked.teams)) or "none"
        raise Refused(
            f"{asked.who} may not change {', '.join(foreign)}", f"yours are: {own}; ask an admin for the others"
        )


def refuse_foreign_silence(asked: Asked, matcher: Matcher, now: Subscriptions | None) -> None:
    """Raises Refused where a silence names no subscription or route of the reader's teams, Misfit for a new one that
    names what there is not.
    """
    if asked.teams is not None:
        _refuse_of_others(asked, asked.teams, matcher, now)
    if asked.kind == "silence_add" and now is not None:
        refuse_unknown(matcher, now)


def _refuse_of_others(asked: Asked, teams: frozenset[str], matcher: Matcher, now: Subscriptions | None) -> None:
    own = {
        wish.name
        for place, wish in (now.wishes() if now is not None else ())
        if now is not None and now.subscriptions[int(place[1])].name in teams
    }
    if matcher.subscription not in own:
        known = ", ".join(sorted(own)) or "none"
        raise Refused("the silence would hold for other teams too", f"name one of your subscriptions: {known}")


def matcher_of(asked: Asked) -> Matcher:
    """The keys of a silence that were filled in, be it with blanks: without that key it would hold for much more.

    Raises Refused for one that is no text.
    """
    told = {key: asked.word(key) for key in Matcher.__dataclass_fields__}
    return Matcher(**{key: value.strip() if value else None for key, value in told.items()})


def whole_of(asked: Asked, key: str) -> int:
    """A whole number of the request. Raises Refused for anything else."""
    found = asked.content.get(key)
    if not isinstance(found, int) or isinstance(found, bool):
        raise Refused(f"{key} is no number", "write a number")
    return found


def _by_name(subscriptions: Subscriptions | None) -> dict[str, object]:
    return {one.name: one for one in subscriptions.subscriptions} if subscriptions is not None else {}
