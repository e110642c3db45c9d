"""The listings that the crawlers kept, read for mending."""

import zlib

from sqlalchemy import Engine, text

from services.crawler.adapters.database import transaction
from services.crawler.application.values import KeptPage

_KEPT = text("select kept_as, address, charset, body, at from source_pages where source = :source order by at")


def kept_pages(engine: Engine, source: str) -> tuple[KeptPage | None, KeptPage | None]:
    """The last good listing, and a later one that could not be read; None for what there is not.

    Raises TransientError while the database is away.
    """
    with transaction(engine) as connection:
        rows = {row.kept_as: row for row in connection.execute(_KEPT, {"source": source})}
    found = {
        kept_as: KeptPage(row.address, row.charset, zlib.decompress(row.body), kept_as == "last_good")
        for kept_as, row in rows.items()
    }
    good, seen = rows.get("last_good"), rows.get("last_seen")
    if good is not None and seen is not None and seen.at < good.at:
        return found["last_good"], None
    return found.get("last_good"), found.get("last_seen")
