"""Where the older reports of a thread begin, as text that a link can hold: a search's cursor, bound to the thread."""

from datetime import datetime

from services.portal.domain import cursor as cursors
from services.portal.domain.cursor import Cursor
from services.portal.domain.query import Problem

Place = tuple[datetime, str]
"""When a report joined the thread, and its document."""


def written(place: Place, thread_id: str) -> str:
    """The cursor of what joined before that report."""
    return cursors.write(Cursor(_asked(thread_id), place[0], 0, after=place))


def place_of(text: str, thread_id: str) -> Place | Problem | None:
    """Before which report to begin; None for no cursor, a problem for one that this thread did not give."""
    if not text:
        return None
    found = cursors.read(text, _asked(thread_id))
    if isinstance(found, Problem):
        return found
    return found.after or Problem("the cursor is none that a search gave", "begin at the first page")


def _asked(thread_id: str) -> str:
    return cursors.digest(f"thread {thread_id}", "newest")
