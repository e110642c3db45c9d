"""The routes of the feeds: every search is one, in Atom and in JSON Feed, fifty documents a page."""

import json
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi import Request as Asked
from fastapi.responses import HTMLResponse, Response

from services.portal.application.account_ports import Edit
from services.portal.application.feed_keys import FeedKeys, Kind, TooManyFeeds
from services.portal.application.search import Request
from services.portal.domain.page import SearchPage
from services.portal.domain.parse import LONGEST
from services.portal.domain.query import Problem
from services.portal.web.api import query_problem
from services.portal.web.conditional import conditional
from services.portal.web.feed import atom_feed
from services.portal.web.feed_json import json_feed
from services.portal.web.feed_parts import MEDIA, Addresses, Form
from services.portal.web.forms import Fields
from services.portal.web.parts import Parts, outside
from services.portal.web.preferences import preferences_of
from services.portal.web.problems import ApiProblem, ProblemRaised
from services.portal.web.reader import Reader, own_session
from services.portal.web.render import Renderer

ENTRIES = 50
"""Of a page."""
Words = Annotated[str, Query(description="as the search's")]
Place = Annotated[str, Query(description="`next` of the page before")]
Secret = Annotated[str, Query(description="of a feed that is read without signing in")]


def routes(parts: Parts, render: Renderer) -> APIRouter:
    """Both feeds, and the addresses with which feed readers come."""
    router = APIRouter(include_in_schema=False)

    @router.get("/feed.atom")
    def atom(asked: Asked, q: Words = "", cursor: Place = "", token: Secret = "") -> Response:
        """The newest documents of a search as an Atom feed."""
        page = _page(parts, asked, q, cursor)
        speech = preferences_of(asked).speech
        return _answer(asked, "atom", atom_feed(page, _where(parts, asked, q, cursor, token), parts.clock(), speech))

    @router.get("/feed.json")
    def jsons(asked: Asked, q: Words = "", cursor: Place = "", token: Secret = "") -> Response:
        """The newest documents of a search as a JSON Feed."""
        page = _page(parts, asked, q, cursor)
        feed = json_feed(page, _where(parts, asked, q, cursor, token), preferences_of(asked).speech)
        return _answer(asked, "json", json.dumps(feed, ensure_ascii=False).encode("utf-8", "replace"))

    @router.post("/feed-address", response_class=HTMLResponse)
    def address(asked: Asked, fields: Fields) -> Response:
        """Make a key for the feed of one search and show it, this once."""
        reader, query = own_session(asked), fields.get("q", "")
        if len(query) > LONGEST:
            raise ProblemRaised(query_problem(Problem("the query is too long", "leave words out", LONGEST)))
        token = new_secret(parts, reader, query)
        where = _where(parts, asked, query, "", token)
        addresses = [("Atom", where.feed("atom")), ("JSON Feed", where.feed("json"))]
        answer = render(asked, "feed_address.html", query=query, addresses=addresses)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return router


def new_secret(parts: Parts, reader: Reader, what: str, kind: Kind = "search") -> str:
    """A secret for the feed of a query, or for the calendar of an entity. Raises ProblemRaised (404, 409)."""
    accounts = parts.doors.accounts
    user = accounts.store.user_by_id(reader.id)
    if user is None:
        raise ProblemRaised(ApiProblem(type="/problems/user", title="There is no such user", status=404))
    try:
        return FeedKeys(accounts.store, parts.clock).new(user, what, Edit(reader.name), kind)
    except TooManyFeeds as error:
        wrong, mend = "Too many feeds", "revoke one that is not read on the account page"
        told = ApiProblem(type="/problems/feeds", title=wrong, status=409, detail=str(error), mend=mend)
        raise ProblemRaised(told) from error


def _page(parts: Parts, asked: Asked, query: str, cursor: str) -> SearchPage:
    zone = preferences_of(asked).zone
    found = parts.search(Request(query, "newest", ENTRIES, cursor or None, zone), parts.clock())
    parts.database("")
    if isinstance(found, Problem):
        raise ProblemRaised(query_problem(found))
    return found


def _where(parts: Parts, asked: Asked, query: str, cursor: str, token: str) -> Addresses:
    return Addresses(outside(parts, asked), query, cursor, token)


def _answer(asked: Asked, form: Form, body: bytes) -> Response:
    """The feed, or that it is the one which the reader has already."""
    return conditional(asked, body, MEDIA[form] + ("; charset=utf-8" if form == "atom" else ""))
