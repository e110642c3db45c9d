"""Exports over HTTP: any search as CSV, JSON Lines or Parquet, sent as it is read."""

from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi import Request as Asked
from fastapi.responses import Response, StreamingResponse
from starlette.concurrency import run_in_threadpool

from services.portal.application.export import MOST, Wish
from services.portal.application.exporting import Busy, Form, Opened, Twice
from services.portal.domain.exported import Shape
from services.portal.domain.query import Problem
from services.portal.web.api import errors, query_problem, zone_asked
from services.portal.web.parts import Parts, outside
from services.portal.web.preferences import ZONE
from services.portal.web.problems import ApiProblem, ProblemRaised
from services.portal.web.reader import EXPORT, need, need_scope, reader_of
from services.portal.web.sending import Sending

MEDIA: dict[Form, str] = {"csv": "text/csv", "jsonl": "application/jsonl", "parquet": "application/vnd.apache.parquet"}
AGAIN = 15
"""Seconds after which to ask again while another export of one's own is under way."""
_BYTES: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
_HEADS: dict[str, Any] = {
    "Luming-Documents": {"description": "documents of the export", "schema": {"type": "integer"}},
    "Luming-Capped": {"description": "there where only the newest are in it", "schema": {"type": "string"}},
}
Words = Annotated[str, Query(description="as the search's; empty: everything")]
Rows = Annotated[Shape, Query(description="a row for each document, or for each event in one")]
Text = Annotated[bool, Query(description="with the article's own text, as far as its rights allow")]
Most = Annotated[int, Query(ge=1, le=MOST, description="documents, the newest; more are told in Luming-Capped")]
Zone = Annotated[str, Query(max_length=64, description="timezone of times, and of `after:` and `before:`")]


def routes(parts: Parts) -> APIRouter:
    """One route a form."""
    router = APIRouter(tags=["export"])

    def described(form: Form) -> dict[str, Any]:
        """What the API's document says of the form."""
        good = {"description": "the file", "content": {MEDIA[form]: _BYTES}, "headers": _HEADS}
        return {
            "response_class": StreamingResponse,
            "responses": {200: good, **errors(400, 401, 403, 422, 429, 503)},
            "operation_id": f"export_{form}",
        }

    @router.get("/export.csv", **described("csv"))
    def csv(asked: Asked, q: Words = "", rows: Rows = "document", text: Text = False, limit: Most = MOST,
            tz: Zone = ZONE) -> Response:  # fmt: skip
        """For spreadsheets: UTF-8 with BOM, no cell is a formula."""
        return _answer(parts, asked, "csv", _wish(parts, asked, q, rows, text, limit, tz))

    @router.get("/export.jsonl", **described("jsonl"))
    def jsonl(asked: Asked, q: Words = "", rows: Rows = "document", text: Text = False, limit: Most = MOST,
              tz: Zone = ZONE) -> Response:  # fmt: skip
        """One object a line."""
        return _answer(parts, asked, "jsonl", _wish(parts, asked, q, rows, text, limit, tz))

    @router.get("/export.parquet", **described("parquet"))
    def parquet(asked: Asked, q: Words = "", rows: Rows = "document", text: Text = False, limit: Most = MOST,
                tz: Zone = ZONE) -> Response:  # fmt: skip
        """Typed columns; times are in UTC."""
        return _answer(parts, asked, "parquet", _wish(parts, asked, q, rows, text, limit, tz))

    return router


def _wish(parts: Parts, asked: Asked, query: str, rows: Shape, text: bool, limit: int, tz: str) -> Wish:
    return Wish(query, rows, text, zone_asked(tz), outside(parts, asked), limit)


def _answer(parts: Parts, asked: Asked, form: Form, wish: Wish) -> Response:
    """The file, for editors and for keys that may export. Raises ProblemRaised."""
    reader = reader_of(asked)
    need(reader, "editor")
    need_scope(reader, EXPORT)
    try:
        opened = parts.exporting(wish, form, reader.name, parts.clock())
    except Twice as twice:
        mend = "wait until it has ended, or ask for less"
        wrong = ApiProblem(type="/problems/too-many", title="One export at a time", status=429, detail=str(twice),
                           mend=mend, retry_after=AGAIN)  # fmt: skip
        raise ProblemRaised(wrong) from twice
    except Busy as busy:
        wrong = ApiProblem(type="/problems/busy", title="Too many exports at once", status=503, detail=str(busy))
        raise ProblemRaised(wrong) from busy
    parts.database("")
    if isinstance(opened, Problem):
        raise ProblemRaised(query_problem(opened))
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(opened.name)}",
        "Luming-Documents": str(opened.documents),
        "Cache-Control": "no-store",
    }
    if opened.capped:
        headers["Luming-Capped"] = opened.capped
    return Sending(_sent(opened), headers, opened.media)


async def _sent(opened: Opened) -> AsyncIterator[bytes]:
    """The pieces as they are read; a reader that goes away ends the export."""
    pieces: Iterator[tuple[int, bytes]] = opened.pieces
    try:
        while True:
            piece = await run_in_threadpool(next, pieces, None)
            if piece is None:
                return
            if piece[1]:
                yield piece[1]
    finally:
        opened.close()
