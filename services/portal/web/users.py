"""All users, as admins see them: who may what, who is signed in, who is let in no more."""

from dataclasses import dataclass

from fastapi import APIRouter
from fastapi import Request as Asked
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.portal.application.account_ports import Edit
from services.portal.domain.accounts import User, role_of, teams_of
from services.portal.web.forms import Fields
from services.portal.web.parts import Parts
from services.portal.web.problems import ApiProblem, ProblemRaised
from services.portal.web.reader import Reader, need, own_session
from services.portal.web.render import Renderer


@dataclass(frozen=True, slots=True)
class Listed:
    """A user and how much is open in the user's name."""

    user: User
    sessions: int
    keys: int


def add(router: APIRouter, parts: Parts, render: Renderer) -> None:
    """Add the routes of all users."""
    accounts = parts.doors.accounts

    def page(asked: Asked, status: int = 200, wrong: str = "") -> Response:
        now, store = parts.clock(), accounts.store
        keys = [key.user.id for key in store.keys(None) if key.good(now)]
        listed = [Listed(user, len(store.sessions(user.id, now)), keys.count(user.id)) for user in store.users()]
        parts.database("")
        return render(asked, "users.html", status, users=listed, wrong=wrong)

    @router.get("/accounts", response_class=HTMLResponse)
    def listed(asked: Asked) -> Response:
        """Who there is."""
        _admin(asked)
        return page(asked)

    @router.post("/accounts/disable")
    def disable(asked: Asked, fields: Fields) -> Response:
        """Let a user in no more: sessions end, keys open nothing."""
        reader, user = _admin(asked), _named(parts, fields.get("user", ""))
        if user.id == reader.id:
            return page(asked, 422, "users_not_self")
        accounts.disable(user, Edit(reader.name))
        return _again()

    @router.post("/accounts/enable")
    def enable(asked: Asked, fields: Fields) -> Response:
        """Let a user in again."""
        reader = _admin(asked)
        accounts.enable(_named(parts, fields.get("user", "")), Edit(reader.name))
        return _again()

    @router.post("/accounts/sessions/end")
    def end(asked: Asked, fields: Fields) -> Response:
        """End all sessions of a user."""
        reader = _admin(asked)
        accounts.store.end_sessions(_named(parts, fields.get("user", "")).id, None, None, Edit(reader.name))
        return _again()

    @router.post("/accounts/role")
    def role(asked: Asked, fields: Fields) -> Response:
        """Say what a user may, and whose subscriptions the user sees."""
        reader, user = _admin(asked), _named(parts, fields.get("user", ""))
        if user.id == reader.id:
            return page(asked, 422, "users_not_self")
        try:
            wanted, teams = role_of(fields.get("role", "")), teams_of(fields.get("teams", ""))
        except ValueError:
            return page(asked, 422, "account_wrong")
        accounts.store.set_role(user.id, wanted, teams, Edit(reader.name))
        return _again()

    for path in ("/accounts/disable", "/accounts/enable", "/accounts/role", "/accounts/sessions/end"):
        router.add_api_route(path, _again, methods=["GET"])


def _admin(asked: Asked) -> Reader:
    reader = own_session(asked)
    need(reader, "admin")
    return reader


def _named(parts: Parts, user_id: str) -> User:
    user = parts.doors.accounts.store.user_by_id(user_id)
    if user is None:
        raise ProblemRaised(ApiProblem(type="/problems/user", title="There is no such user", status=404))
    return user


def _again() -> Response:
    return RedirectResponse("/accounts", 303)
