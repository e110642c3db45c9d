"""The API for programs, version 1."""

from datetime import tzinfo
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Path, Query
from fastapi import Request as Asked
from fastapi.openapi.utils import get_openapi

from services.portal.application.library import Gone
from services.portal.application.search import MOST, Request
from services.portal.domain.cursor import Sort
from services.portal.domain.query import Problem
from services.portal.domain.story_cursor import place_of
from services.portal.web.api_answers import document_answer, search_answer, thread_answer
from services.portal.web.api_models import DocumentAnswer, SearchAnswer, ThreadAnswer
from services.portal.web.gate import COOKIE
from services.portal.web.parts import Parts
from services.portal.web.preferences import ZONE, zone_of
from services.portal.web.problems import MEDIA, ApiProblem, ProblemRaised
from services.portal.web.reader import EXPORT, READ, audience_of

BASE = "/api/v1"
ABOUT = (
    "Search over documents and threads, with citations. Programs send an API key with each request:"
    " `Authorization: Bearer luming_…`. Make one on the page `/account`, or with"
    " `python -m services.portal key add NAME --user USER --scopes read,export`; `read` is enough for all but exports."
)
_SCHEMES = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "luming_ and 43 signs",
        "description": "An API key. Its scopes: `read` looks, `export` takes out in bulk, `write` changes.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": "What a browser has that is signed in; programs take a key.",
    },
}
_ALWAYS = (401, 403, 429, 503)
"""What every operation may answer: the guard stands before all of them."""
_SCHEMA = {"schema": {"$ref": "#/components/schemas/ApiProblem"}}
_ERRORS = {400: "the query or its cursor cannot be asked", 401: "not signed in", 403: "not allowed to this reader",
           404: "there is none", 405: "the method is not allowed", 410: "it was deleted",
           422: "a parameter cannot be used", 429: "too many requests; try again later",
           503: "the database cannot be asked; try again"}  # fmt: skip


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route's description says of its errors."""
    return {status: {"description": _ERRORS[status], "content": {MEDIA: _SCHEMA}} for status in statuses}


def routes(parts: Parts) -> APIRouter:
    """The routes of the API."""
    router = APIRouter(prefix=BASE, tags=["portal"])

    @router.get("/search", responses=errors(400, 401, 422, 503), operation_id="search")
    def search(
        q: Annotated[str, Query(description="words, phrases, -minus and fields; empty: everything")] = "",
        sort: Annotated[Sort, Query(description="which come first")] = "relevance",
        limit: Annotated[int, Query(ge=1, le=MOST, description="results of a page")] = 20,
        cursor: Annotated[str | None, Query(description="`next` of the page before")] = None,
        tz: Annotated[str, Query(max_length=64, description="timezone of `after:` and `before:`")] = ZONE,
    ) -> SearchAnswer:
        """One page of a search."""
        found = parts.search(Request(q, sort, limit, cursor, zone_asked(tz)), parts.clock())
        parts.database("")
        if isinstance(found, Problem):
            raise ProblemRaised(query_problem(found))
        return search_answer(found)

    @router.get("/documents/{document_id}", responses=errors(401, 404, 410, 422, 503), operation_id="document")
    def document(asked: Asked, document_id: Annotated[str, Path(pattern="^[0-9a-f]{32}$")]) -> DocumentAnswer:
        """One document, as far as its source's rights allow."""
        found = parts.library.article(document_id, audience=audience_of(asked))
        parts.database("")
        if found is None:
            raise ProblemRaised(ApiProblem(title="There is no such document", status=404))
        if isinstance(found, Gone):
            raise ProblemRaised(ApiProblem(title="The document was deleted", status=410, detail=found.why))
        return document_answer(found)

    @router.get("/threads/{thread_id}", responses=errors(400, 401, 404, 422, 503), operation_id="thread")
    def thread(
        asked: Asked,
        thread_id: Annotated[str, Path(pattern="^[0-9A-Za-z_.-]{1,100}$")],
        cursor: Annotated[str, Query(description="`next` of the page before; empty: the newest reports")] = "",
    ) -> ThreadAnswer:
        """One story over all outlets and languages, its newest 500 reports a page."""
        before = place_of(cursor, thread_id)
        if isinstance(before, Problem):
            raise ProblemRaised(query_problem(before))
        found = parts.library.story(thread_id, audience_of(asked), before)
        parts.database("")
        if found is None:
            raise ProblemRaised(ApiProblem(title="There is no such thread", status=404))
        return thread_answer(found)

    return router


def zone_asked(name: str) -> tzinfo:
    """The timezone. Raises ProblemRaised for a name that is none."""
    zone = zone_of(name)
    if zone is None:
        raise ProblemRaised(_wrong("there is no such timezone", "an IANA name or an offset such as +08:00"))
    return zone


def query_problem(problem: Problem) -> ApiProblem:
    """Why a query cannot be asked."""
    return _wrong(problem.wrong, problem.mend, at=problem.at, suggestions=list(problem.suggestions))


def _wrong(detail: str, mend: str, **more: Any) -> ApiProblem:
    title = "This cannot be searched for"
    return ApiProblem(type="/problems/query", title=title, status=400, detail=detail, mend=mend, **more)


def describe(app: FastAPI) -> None:
    """Have the application describe its problems as what they are; FastAPI knows its own form of 422 only."""

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
            schemas = made.setdefault("components", {}).setdefault("schemas", {})
            own = ApiProblem.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
            schemas.update(own.pop("$defs", {}))
            schemas["ApiProblem"] = own
            made["components"]["securitySchemes"] = _SCHEMES
            made["security"] = [{"bearer": [READ]}, {"session": []}]
            for path, operations in made["paths"].items():
                for operation in operations.values():
                    for status, answer in errors(*_ALWAYS).items():
                        operation["responses"].setdefault(str(status), answer)
                    if path.startswith("/export."):
                        operation["security"] = [{"bearer": [READ, EXPORT]}, {"session": []}]
            app.openapi_schema = made
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]  # as FastAPI's documentation says
