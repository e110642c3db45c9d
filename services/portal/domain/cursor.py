"""Where the next page begins, as text that a link can hold.

It is checked and not signed: whoever makes one up gets an error, or a page of the same results that anyone may turn to.
"""

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from services.portal.domain.query import Problem

Sort = Literal["relevance", "newest"]
SORTS: tuple[Sort, ...] = ("relevance", "newest")
_VERSION = 1
_LONGEST = 400
_MOST = 100_000


@dataclass(frozen=True, slots=True)
class Cursor:
    """What a further page needs to follow on the one before."""

    asked: str
    """Digest of the query and its order: a cursor serves the search that gave it."""
    now: datetime
    """When the first page was read: freshness is counted from it on every page."""
    up_to: int
    """Highest document number then: later ones do not move the pages."""
    passed: int = 0
    """Ranked results that were shown."""
    after: tuple[datetime, str] | None = None
    """Time and id of the last one shown of those that follow by date."""


def digest(text: str, sort: Sort) -> str:
    """Names a search."""
    return hashlib.sha256(f"{sort}\n{text}".encode("utf-8", "replace")).hexdigest()[:16]


def write(cursor: Cursor) -> str:
    """The cursor as text of letters, digits, - and _."""
    after = [cursor.after[0].isoformat(), cursor.after[1]] if cursor.after else None
    fields = [_VERSION, cursor.asked, cursor.now.isoformat(), cursor.up_to, cursor.passed, after]
    packed = json.dumps(fields, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed + _sum(packed)).decode().rstrip("=")


def read(written: str, asked: str) -> Cursor | Problem:
    """The cursor of the search `asked` (a digest), or why it is none."""
    if len(written) > _LONGEST:
        return Problem("the cursor is longer than any that a search gives", "begin at the first page")
    try:
        raw = base64.b64decode(written + "=" * (-len(written) % 4), altchars=b"-_", validate=True)
        packed, summed = raw[:-4], raw[-4:]
        version, own, now, up_to, passed, after = json.loads(packed if summed == _sum(packed) else b"null")
        last = (_moment(after[0]), str(after[1])) if after else None
        cursor = Cursor(str(own), _moment(now), int(up_to), int(passed), last)
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError, binascii.Error):
        return Problem("the cursor is none that a search gave", "begin at the first page")
    if version != _VERSION or not 0 <= cursor.passed <= _MOST or not 0 <= cursor.up_to < 1 << 62:
        return Problem("the cursor is none that a search gave", "begin at the first page")
    if own != asked:
        return Problem("the cursor belongs to another search", "begin at the first page of this one")
    return cursor


def _moment(written: str) -> datetime:
    found = datetime.fromisoformat(written)
    if found.tzinfo is None or not 1 < found.year < 9999:
        raise ValueError("no moment")
    return found.astimezone(UTC)


def _sum(packed: bytes) -> bytes:
    """Four bytes by which a mistyped or cut cursor is known."""
    return hashlib.sha256(b"luming cursor" + packed).digest()[:4]
