"""Signing in and out: by name and password, by the one-time link, by an OIDC provider."""

import asyncio
import secrets
from collections.abc import Callable
from typing import TypeVar

from fastapi import APIRouter
from fastapi import Request as Asked
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from services.portal.application.vouching import Answered, NotLetIn, NotSent, Provider, Refused, person
from services.portal.application.vouching import Asked as OnTheWay
from services.portal.domain.accounts import LONGEST, User, Via, name_of
from services.portal.web import csrf
from services.portal.web.doorman import Doors, cookie_of
from services.portal.web.forms import Fields
from services.portal.web.gate import COOKIE
from services.portal.web.local_paths import local
from services.portal.web.parts import Parts
from services.portal.web.reader import csrf_of, reader_of
from services.portal.web.render import Renderer
from shared.errors import TransientError
from shared.runtime.logs import get_logger

log = get_logger(__name__)

DOOR = "portal_door"
"""Cookie of the sign-in page, so that its form is only sent by itself."""
ON_THE_WAY = "portal_oidc"
"""Cookie of a browser that was sent to the provider: what it must bring back. It is compared, never trusted."""
TEN_MINUTES = 600
WAITING = 8
"""Sign-ins that wait for a hash; further ones are asked to come again."""
T = TypeVar("T")


def routes(parts: Parts, render: Renderer) -> APIRouter:
    """The routes of the doors."""
    router = APIRouter(include_in_schema=False)
    doors = parts.doors
    _password(router, parts, render)
    if doors.provider is not None:
        _oidc(router, doors, doors.provider, render)

    @router.get("/enter")
    def enter(asked: Asked, token: str = "") -> Response:
        """The one-time link: it is used up by the first who opens it."""

        def opened() -> Response | None:
            user = doors.accounts.local(doors.origin(asked.scope))
            return entered(doors, asked, user, "link", "/") if user is not None else None

        answer = parts.gate.enter(token, opened) if doors.link else None
        return answer or page(render, doors, asked, 403, "link_used")

    @router.post("/sign-out")
    def sign_out(asked: Asked) -> Response:
        """End this session, here and in the database."""
        reader = reader_of(asked)
        if reader.via == "session":
            doors.accounts.store.end_sessions(reader.id, reader.by, None, None)
        answer = RedirectResponse("/sign-in", 303)
        answer.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=doors.https)
        return answer

    return router


def _password(router: APIRouter, parts: Parts, render: Renderer) -> None:
    doors = parts.doors
    waiting = 0

    @router.get("/sign-in", response_class=HTMLResponse)
    def sign_in(asked: Asked) -> Response:
        """How to get in."""
        return page(render, doors, asked, 200, "")

    @router.post("/sign-in", response_class=HTMLResponse)
    async def attempt(asked: Asked, fields: Fields) -> Response:
        """A name and a password."""
        nonlocal waiting
        there, name = local(fields.get("next", "")), fields.get("name", "")
        token = cookie_of(asked.headers, DOOR)
        if not token or not csrf.same(fields.get("csrf", ""), csrf_of(token)) or not csrf.from_here(asked.headers):
            return page(render, doors, asked, 403, "sign_in_stale", there)
        origin, counted = doors.origin(asked.scope), _counted(name)
        wait = doors.limits.attempt(counted, origin)
        if wait is not None:
            return _too_many(render, doors, asked, wait, there)
        if waiting >= WAITING:
            return page(render, doors, asked, 503, "sign_in_busy", there)
        waiting += 1
        try:
            user = await hashing(doors, lambda: doors.accounts.check(name, fields.get("password", "")[:5_000], origin))
        finally:
            waiting -= 1
        if user is None:
            return page(render, doors, asked, 403, "sign_in_wrong", there)
        doors.limits.succeeded(counted, origin)
        return await run_in_threadpool(entered, doors, asked, user, "password", there)


async def hashing(doors: Doors, work: Callable[[], T]) -> T:
    """Run what hashes where few do so at once, away from the threads that serve pages."""
    return await asyncio.get_running_loop().run_in_executor(doors.hashing, work)


def _counted(name: str) -> str:
    """The name as attempts are counted by: however it is written, it is one."""
    try:
        return name_of(name)
    except ValueError:
        return "?"


def _oidc(router: APIRouter, doors: Doors, provider: Provider, render: Renderer) -> None:
    @router.get("/sign-in/oidc")
    def begin(asked: Asked) -> Response:
        """Send the browser to the provider."""
        try:
            address, way = provider.begin()
        except (TransientError, Refused) as error:
            log.warning("the OIDC provider cannot be asked", error=str(error))
            return page(render, doors, asked, 503, "sign_in_oidc_away")
        answer = RedirectResponse(address, 303)
        answer.headers["Cache-Control"] = "no-store"
        held = " ".join((way.state, way.nonce, way.verifier, local(asked.query_params.get("next", ""))))
        answer.set_cookie(
            ON_THE_WAY, held[:4_000].encode().hex(), max_age=TEN_MINUTES, path="/sign-in", httponly=True,
            samesite="lax", secure=doors.https,
        )  # fmt: skip
        return answer

    @router.get("/sign-in/oidc/back")
    def back(asked: Asked) -> Response:
        """What the provider says: believed when this browser was sent there, and everything fits.

        The audit log has an entry for answers to what this portal asked; anybody can send others, without end.
        """
        origin = doors.origin(asked.scope)
        if (wait := doors.limits.stranger(origin)) is not None:
            return _too_many(render, doors, asked, wait)
        user: User | None = None
        there = ""
        told = asked.query_params
        answered = Answered(told.get("state", ""), told.get("code", ""), told.get("iss", ""), told.get("error", ""))
        try:
            way, there = _way(cookie_of(asked.headers, ON_THE_WAY))
            user = doors.accounts.vouched(person(provider.finish(way, answered), doors.claims), origin)
        except TransientError as error:
            log.warning("the OIDC provider does not answer", error=str(error))
            return page(render, doors, asked, 503, "sign_in_oidc_away")
        except NotSent as error:
            log.info("a sign-in by OIDC was not begun here", error=str(error))
        except NotLetIn as error:
            doors.accounts.shut_out(error.issuer, error.subject, str(error), origin)
            log.warning("a sign-in by OIDC was refused", error=str(error))
        except Refused as error:
            doors.accounts.refused(str(error), origin)
            log.warning("a sign-in by OIDC was refused", error=str(error))
        if user is None:
            doors.limits.failed(origin)
        answer = (
            entered(doors, asked, user, "oidc", there)
            if user is not None
            else page(render, doors, asked, 403, "sign_in_oidc_refused")
        )
        answer.delete_cookie(ON_THE_WAY, path="/sign-in", httponly=True, samesite="lax", secure=doors.https)
        return answer


def _way(cookie: str) -> tuple[OnTheWay, str]:
    """What the browser was sent away with. Raises NotSent where it was not."""
    try:
        state, nonce, verifier, there = bytes.fromhex(cookie).decode().split(" ", 3)
    except ValueError:
        raise NotSent("the browser was not sent to the provider, or too long ago") from None
    if not state:  # an answer without a state would fit it
        raise NotSent("the browser was sent without a state")
    return OnTheWay(state, nonce, verifier), local(there)


def _too_many(render: Renderer, doors: Doors, asked: Asked, wait: int, there: str = "") -> Response:
    answer = page(render, doors, asked, 429, "sign_in_wait", there, seconds=wait)
    answer.headers["Retry-After"] = str(wait)
    return answer


def entered(doors: Doors, asked: Asked, user: User, via: Via, there: str) -> Response:
    """The answer that signs in: a new session, whatever the browser had before."""
    agent = asked.headers.get("user-agent", "")
    cookie = doors.accounts.enter(user, via, agent, cookie_of(asked.headers) or None)
    answer = RedirectResponse(there, 303)
    answer.headers["Cache-Control"] = "no-store"
    answer.set_cookie(
        COOKIE, cookie, max_age=int(LONGEST.total_seconds()), httponly=True, samesite="lax", secure=doors.https
    )
    return answer


def page(
    render: Renderer, doors: Doors, asked: Asked, status: int, wrong: str, there: str = "", **told: object
) -> Response:
    """The sign-in page; `wrong` is the phrase of what was wrong."""
    there = there or local(asked.query_params.get("next", ""))
    token = cookie_of(asked.headers, DOOR) or secrets.token_urlsafe(24)
    shown = {"wrong": wrong, "told": told, "there": there, "oidc": doors.provider is not None, "link": doors.link}
    answer: Response = render(asked, "sign_in.html", status, door=csrf_of(token), **shown)
    answer.headers["Cache-Control"] = "no-store"
    answer.set_cookie(DOOR, token, httponly=True, samesite="lax", secure=doors.https, path="/sign-in")
    return answer
