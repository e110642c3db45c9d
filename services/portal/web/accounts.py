"""A reader's own account: sessions, password, keys."""

from collections.abc import Callable
from datetime import timedelta

from fastapi import APIRouter
from fastapi import Request as Asked
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from services.portal.application.account_ports import Edit
from services.portal.domain.accounts import LOCAL, SCOPES, User, new_password, scopes_of
from services.portal.web import users
from services.portal.web.doors import entered, hashing
from services.portal.web.forms import Fields
from services.portal.web.gate import COOKIE
from services.portal.web.parts import Parts
from services.portal.web.reader import Reader, own_session
from services.portal.web.render import Renderer
from shared.errors import PermanentError

DAYS = 90
"""That a key lasts unless its maker says otherwise."""
LONGEST_KEY = 3_650
"""Days."""
FORMER = 20
"""Keys that are no longer good and still listed."""


def routes(parts: Parts, render: Renderer) -> APIRouter:
    """The routes of a reader's own account, and those of all users, which admins have."""
    router = APIRouter(include_in_schema=False)
    page = _page(parts, render)
    accounts = parts.doors.accounts

    @router.get("/account", response_class=HTMLResponse)
    def account(asked: Asked) -> Response:
        """What may I, where am I signed in, which keys have I."""
        return page(asked, own_session(asked))

    @router.post("/account/sessions/end")
    def end(asked: Asked, fields: Fields) -> Response:
        """End one session, or all: `sign out everywhere` ends this one too."""
        reader = own_session(asked)
        only = fields.get("session") or None
        accounts.store.end_sessions(reader.id, only, None, Edit(reader.name))
        answer = RedirectResponse("/account" if only and only != reader.by else "/sign-in", 303)
        if only in (None, reader.by):
            answer.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=parts.doors.https)
        return answer

    @router.post("/account/keys", response_class=HTMLResponse)
    def make(asked: Asked, fields: Fields) -> Response:
        """Make a key and show it, this once."""
        reader = own_session(asked)
        told = ",".join(scope for scope in sorted(SCOPES) if fields.get(scope))
        try:
            lasts = _days(fields.get("days") or str(DAYS))
            user = _user(parts, reader)
            made = accounts.new_key(user, fields.get("name", ""), scopes_of(told), lasts, Edit(reader.name))
        except ValueError:
            return page(asked, reader, 422, wrong="account_wrong")
        answer = page(asked, reader, made=made)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @router.post("/account/keys/revoke")
    def revoke(asked: Asked, fields: Fields) -> Response:
        """Have a key of one's own open nothing any more."""
        reader = own_session(asked)
        try:
            accounts.revoke(fields.get("key", ""), _user(parts, reader), Edit(reader.name))
        except PermanentError:
            return page(asked, reader, 422, wrong="account_wrong")
        return RedirectResponse("/account", 303)

    _password(router, parts, page)
    for path in ("/account/keys", "/account/keys/revoke", "/account/password", "/account/sessions/end"):
        router.add_api_route(path, lambda: RedirectResponse("/account", 303), methods=["GET"])
    users.add(router, parts, render)
    return router


def _password(router: APIRouter, parts: Parts, page: Callable[..., Response]) -> None:
    doors = parts.doors

    @router.post("/account/password")
    async def change(asked: Asked, fields: Fields) -> Response:
        """Another password; all sessions end but the one that follows."""
        reader = own_session(asked)
        user = await run_in_threadpool(_user, parts, reader)
        origin = doors.origin(asked.scope)
        wait = doors.limits.attempt(user.name, origin)
        if user.password is None or wait is not None:
            status, wrong = (422, "account_no_password") if wait is None else (429, "e429_help")
            answer = await run_in_threadpool(page, asked, reader, status, wrong=wrong)
            if wait is not None:
                answer.headers["Retry-After"] = str(wait)
            return answer
        if not await hashing(doors, lambda: doors.accounts.right(user, fields.get("old", ""))):
            return await run_in_threadpool(page, asked, reader, 403, wrong="account_wrong_password")
        doors.limits.succeeded(user.name, origin)
        try:
            new_password(fields.get("new", ""), user.name)
        except ValueError:
            return await run_in_threadpool(page, asked, reader, 422, wrong="account_weak")
        await hashing(doors, lambda: doors.accounts.set_password(user, fields["new"], Edit(reader.name)))
        # All sessions ended; whoever changes a password stays.
        return await run_in_threadpool(entered, doors, asked, user, "password", "/account")


def _page(parts: Parts, render: Renderer) -> Callable[..., Response]:
    def page(asked: Asked, reader: Reader, status: int = 200, **told: object) -> Response:
        now, store = parts.clock(), parts.doors.accounts.store
        keys = store.keys(reader.id)
        good = [key for key in keys if key.good(now)]
        shown = {
            "user": _user(parts, reader),
            "sessions": store.sessions(reader.id, now),
            "keys": good + [key for key in keys if not key.good(now)][:FORMER],
            "now": now,
            "days": DAYS,
            "may_password": reader.id != LOCAL,
        }
        parts.database("")
        return render(asked, "account.html", status, **shown, **{"wrong": "", "made": "", **told})

    return page


def _days(told: str) -> timedelta:
    days = int(told)
    if not 1 <= days <= LONGEST_KEY:
        raise ValueError("a key lasts 1 to 3,650 days")
    return timedelta(days=days)


def _user(parts: Parts, reader: Reader) -> User:
    """The reader's row. Raises PermanentError where it was deleted this moment."""
    user = parts.doors.accounts.store.user_by_id(reader.id)
    if user is None:
        raise PermanentError("the user is gone")
    return user
