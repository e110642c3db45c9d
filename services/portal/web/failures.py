"""What is answered when there is no answer: a page for people, problem details for programs, never a trace."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from services.portal.web.guard import secured
from services.portal.web.parts import Parts
from services.portal.web.phrases import PHRASES
from services.portal.web.preferences import preferences_of
from services.portal.web.problem_speech import answered
from services.portal.web.problems import ApiProblem, FieldProblem, ProblemRaised, for_program
from services.portal.web.render import Renderer
from services.portal.web.words import said
from shared.errors import PermanentError, TransientError
from shared.runtime.logs import get_logger

log = get_logger(__name__)

AGAIN = "5"
"""Seconds after which to try again when the database is away."""
_HELP = {404: "e404_help", 500: "e500_help", 503: "e503_help"}
_HELP_OF = {"/problems/csrf": "e403_csrf", "/problems/role": "e403_role", "/problems/scope": "e403_scope",
            "/problems/too-large": "e413_help", "/problems/too-many": "e429_help",
            "/problems/waiting": "e429_waiting",
            "/problems/feeds": "e409_feeds", "/problems/signed-out": "e401_help", "/problems/key": "e401_key",
            "/problems/busy": "e503_busy_help"}  # fmt: skip
_HEADING_OF = {"/problems/busy": "e503_busy"}
"""Of problems whose status has the heading of another."""


def error_page(
    render: Renderer, request: Request, status: int, help_key: str | None = None, heading_key: str = ""
) -> Response:
    """The page of an error that has a heading in phrases.py."""
    speech = preferences_of(request).speech
    key = help_key or _HELP.get(status)
    heading = said(PHRASES[heading_key or (f"e{status}" if f"e{status}" in PHRASES else "e400")], speech)
    words = said(PHRASES[key], speech) if key else ""
    return render(request, "error.html", status, code=status, heading=heading, words=words)


def failure(render: Renderer, request: Request, status: int, detail: str = "", mend: str = "", **more: Any) -> Response:
    """The error for whoever asked."""
    if for_program(request.url.path):
        title = HTTPStatus(status).phrase
        return answered(ApiProblem(title=title, status=status, detail=detail, mend=mend, **more), request)
    return error_page(render, request, status)


def refusal(render: Renderer, request: Request, problem: ApiProblem) -> Response:
    """A problem for whoever asked."""
    if for_program(request.url.path):
        return answered(problem, request)
    kind = problem.type
    answer = error_page(render, request, problem.status, _HELP_OF.get(kind), _HEADING_OF.get(kind, ""))
    if problem.retry_after:
        answer.headers["Retry-After"] = str(problem.retry_after)
    elif problem.status == HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = AGAIN
    return answer


def answer_failures(app: FastAPI, parts: Parts, render: Renderer) -> None:
    """Have the application answer every error."""

    def wrong_request(request: Request, error: Exception) -> Response:
        errors = error.errors() if isinstance(error, RequestValidationError) else ()
        return failure(render, request, 422, "a parameter cannot be used", errors=_fields(errors))

    def no_such_page(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 404
        answer = failure(render, request, status)
        for name, value in (getattr(error, "headers", None) or {}).items():
            answer.headers[name] = value  # of 405 those methods that are allowed
        return answer

    def problem(request: Request, error: Exception) -> Response:
        told = error.problem if isinstance(error, ProblemRaised) else ApiProblem(title="Problem", status=400)
        return refusal(render, request, told)

    def away(request: Request, error: Exception) -> Response:
        log.warning("a request had no answer", path=request.url.path, error=str(error))
        parts.database(str(error))
        answer = failure(render, request, 503, "the database cannot be asked", "try again in some seconds")
        answer.headers["Retry-After"] = AGAIN
        return answer

    def refused(request: Request, error: Exception) -> Response:
        log.error("the database refused a request", path=request.url.path, error=str(error))
        return failure(render, request, 500)

    def broken(request: Request, error: Exception) -> Response:
        answer = failure(render, request, 500)
        secured(answer.headers)  # it is sent past the guard; the server logs the trace
        return answer

    app.add_exception_handler(RequestValidationError, wrong_request)
    app.add_exception_handler(HTTPException, no_such_page)
    app.add_exception_handler(ProblemRaised, problem)
    app.add_exception_handler(TransientError, away)
    app.add_exception_handler(PermanentError, refused)
    app.add_exception_handler(Exception, broken)


def _fields(errors: Sequence[Any]) -> list[FieldProblem]:
    """The values that were sent are not repeated."""
    return [FieldProblem(where=".".join(str(each) for each in one["loc"]), wrong=str(one["msg"])) for one in errors]
