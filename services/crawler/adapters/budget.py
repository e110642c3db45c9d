"""A host's budget: how many of its pages may wait in the queue."""

from collections.abc import Sequence

from sqlalchemy import Connection

from services.crawler.adapters import statements
from services.crawler.application.values import NewPage
from shared.runtime.logs import get_logger

log = get_logger(__name__)

MOST_WAITING = 50_000
"""Pages that may wait for one host; what its listings name beyond is left out until some are looked at. At a request a
second they take fourteen hours: what lists more has new addresses for old pages, or no end."""


def within_budget(connection: Connection, pages: Sequence[NewPage], most: int) -> tuple[Sequence[NewPage], str]:
    """The pages without those of hosts for which `most` wait, and what is to be said of that; empty when all are kept.

    Pages of the past have bounds of their own and are not counted.
    """
    hosts = {page.host for page in pages if not page.history}
    if not hosts:
        return pages, ""
    full = set(connection.execute(statements.FULL_HOSTS, {"hosts": list(hosts), "most": most}).scalars())
    kept = [page for page in pages if page.host not in full or page.history]
    if len(kept) == len(pages):
        return pages, ""
    left_out = len(pages) - len(kept)
    log.warning("a host lists more than its budget", hosts=sorted(full), left_out=left_out, waiting=most)
    return kept, f"{left_out} left out: {most} pages wait for {', '.join(sorted(full))}"[:1000]
