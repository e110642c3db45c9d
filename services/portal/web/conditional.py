"""Answers for programs that ask again and again: what they have already is not sent once more."""

import hashlib
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response


def conditional(asked: Request, body: bytes, media: str, headers: Mapping[str, str] | None = None) -> Response:
    """The body with a tag of what it holds, or that it is the one which the reader has already."""
    known = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    held = {"ETag": known, "Vary": "Accept-Language, Authorization, Cookie"}
    if known in asked.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=held)
    return Response(body, headers={**held, **(headers or {})}, media_type=media)
