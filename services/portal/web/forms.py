"""Forms as browsers send them: names and values, in a body of bounded size."""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends
from starlette.requests import Request

from services.portal.web.csrf import FORM, LARGEST
from services.portal.web.problems import ApiProblem, ProblemRaised

FIELDS = 200
"""Of one form."""
NO_CHARACTER = "\ufffd"
"""Stands for a NUL, which the database does not take, as in HTML: a field that held one is not taken as left empty."""


async def form_of(asked: Request) -> Mapping[str, str]:
    """The fields, the last one where a name comes twice. Raises ProblemRaised (413, 415, 422)."""
    kind = asked.headers.get("content-type", FORM).partition(";")[0].strip().lower()
    if kind != FORM:
        raise ProblemRaised(ApiProblem(title="This is no form", status=415, detail=f"a form is sent as {FORM}"))
    body = b""
    async for part in asked.stream():
        body += part
        if len(body) > LARGEST:
            raise ProblemRaised(ApiProblem(type="/problems/too-large", title="The form is too large", status=413))
    try:
        told = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=FIELDS)
    except ValueError as error:  # UnicodeDecodeError is one
        raise ProblemRaised(ApiProblem(title="The form cannot be read", status=422)) from error
    return {name: value.replace("\x00", NO_CHARACTER) for name, value in told}


Fields = Annotated[Mapping[str, str], Depends(form_of)]
"""A parameter of a route that takes a form."""
