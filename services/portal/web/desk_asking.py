"""What the rooms of the desk share: who asks for whom, and where the answer is shown."""

from collections.abc import Mapping

from fastapi.responses import RedirectResponse

from services.portal.application.desk import Kind, Request, Version, Wish
from services.portal.web.parts import Parts
from services.portal.web.problems import ApiProblem, ProblemRaised
from services.portal.web.reader import Reader
from services.portal.web.refusals import MANY_WAIT, too_many

WAITING = 10
"""Requests of one kind and reader that may wait for their answers."""
LARGEST = 200_000
"""Characters of a text that a reader may send; the alerter takes more from its own command."""


def teams_of(reader: Reader) -> tuple[str, ...] | None:
    """Teams whose subscriptions the reader may change; None: all."""
    return None if reader.role == "admin" else reader.teams


def ask(
    parts: Parts, reader: Reader, kind: Kind, content: Mapping[str, object], base: int | None = None
) -> RedirectResponse:
    """Put a request in the reader's name; the way to its answer. Raises ProblemRaised (429)."""
    if parts.desk.shelf.waiting(reader.id, kind) >= WAITING:
        raise ProblemRaised(MANY_WAIT)
    wait = parts.doors.limits.preview(reader.id) if kind == "preview" else None
    if wait is not None:
        raise ProblemRaised(too_many(wait))
    number = parts.desk.shelf.ask(Wish(kind, reader.name, teams_of(reader), content, base, reader.id))
    parts.database("")
    return RedirectResponse(f"/asked/{number}", 303)


def may_see(reader: Reader, request: Request) -> bool:
    """Whether a request is the reader's, and of teams that are so still. An admin sees all."""
    if reader.role == "admin":
        return True
    wish, team = request.wish, request.text("team")
    if not wish.asker or wish.asker != reader.id:
        return False
    if wish.kind in ("silence_add", "silence_end"):
        return wish.teams is not None and set(wish.teams) <= set(reader.teams)
    return bool(team) and reader.sees(team)


def whole(told: str | None) -> int | None:
    """A number of a form; None for anything else."""
    return int(told) if told and len(told) < 10 and told.isascii() and told.isdigit() else None


def missing(what: str) -> ProblemRaised:
    """The 404 problem: there is none, or it is another team's, which is not said."""
    return ProblemRaised(ApiProblem(title=f"There is no such {what}", status=404))


def in_force(parts: Parts) -> Version:
    """The newest version. Raises ProblemRaised (409) before an alerter has begun."""
    found = parts.desk.shelf.newest()
    parts.database("")
    if found is None:
        wrong = "There are no subscriptions yet"
        mend = "start an alerter: it takes config/subscriptions.yaml over"
        raise ProblemRaised(ApiProblem(type="/problems/no-alerter", title=wrong, status=409, mend=mend))
    return found
