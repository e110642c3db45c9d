"""Errors for programs: problem details (RFC 9457)."""

from pydantic import BaseModel, Field
from starlette.responses import Response

MEDIA = "application/problem+json"
PROGRAMS = ("/api/", "/feed.", "/export.", "/mcp", "/calendar.")
"""What addresses begin with that programs ask for."""


class FieldProblem(BaseModel):
    """One part of a request that is wrong."""

    where: str = Field(description="query, path, and the name of the parameter")
    wrong: str


class ApiProblem(BaseModel):
    """Why there is no answer."""

    type: str = Field(default="about:blank", description="names the kind of problem")
    title: str
    status: int = Field(ge=400, le=599)
    detail: str = ""
    mend: str = Field(default="", description="what to do about it")
    at: int | None = Field(default=None, description="place in the query, from 0")
    retry_after: int | None = Field(default=None, description="seconds after which to ask again")
    suggestions: list[str] = Field(default_factory=list, description="queries that may have been meant")
    errors: list[FieldProblem] = Field(default_factory=list)


def for_program(path: str) -> bool:
    """Whether a program asks, so that it is answered with problem details and not with a page."""
    return path.startswith(PROGRAMS)


class ProblemRaised(Exception):
    """Ends a request of a program with a problem."""

    def __init__(self, problem: ApiProblem) -> None:
        super().__init__(problem.title)
        self.problem = problem


def problem_answer(problem: ApiProblem) -> Response:
    """The answer; parts that say nothing are left out."""
    wait = problem.retry_after or (5 if problem.status == 503 else None)
    headers = {"Retry-After": str(wait)} if wait else None
    return Response(problem.model_dump_json(exclude_defaults=False, exclude_none=True), problem.status, headers, MEDIA)
