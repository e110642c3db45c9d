"""What sources of `role: recall` list, written down for measuring: in the transaction that ends their poll.

The queue alone does not tell: there an address belongs to the source that may alert.
"""

import json
from collections.abc import Sequence

from sqlalchemy import Connection, text

from services.crawler.application.values import NewPage
from shared.store.tombstones import NOT_ERASED

_TITLE = 500
"""Characters kept of a headline; real ones have fewer than a hundred."""
_FAULT = 500
_HEADLINES = text(
    "insert into recall_headlines (source, address, title, outlet, listed, dated) "  # noqa: S608  # fixed names
    "select :source, address, title, outlet, now(), coalesce(published, now()) "
    "from jsonb_to_recordset(cast(:rows as jsonb)) "
    "as row(address text, title text, outlet text, published timestamptz) "
    f"where {NOT_ERASED.format(address='address')} order by address on conflict do nothing"
)
_POLL = text("insert into recall_polls (source, at, listed, fault) values (:source, now(), :listed, :fault)")


def index_read(connection: Connection, source: str, pages: Sequence[NewPage], listed: int | None, fault: str) -> None:
    """A poll that was read: its headlines, those of the past left out. `listed` is None when nothing had changed."""
    rows = json.dumps([_row(page) for page in pages if not page.history])
    connection.execute(_HEADLINES, {"source": source, "rows": rows})
    connection.execute(_POLL, {"source": source, "listed": listed, "fault": fault[:_FAULT]})


def index_failed(connection: Connection, source: str, fault: str) -> None:
    """A poll that failed."""
    connection.execute(_POLL, {"source": source, "listed": None, "fault": fault[:_FAULT] or "it failed"})


def _row(page: NewPage) -> dict[str, object]:
    hints = page.hints
    published = page.ordered_by.isoformat() if "published" in hints else None
    title, outlet = str(hints.get("title") or "")[:_TITLE], str(hints.get("outlet") or "")
    return {"address": page.address, "title": title, "outlet": outlet, "published": published}
