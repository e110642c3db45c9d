"""The look-up of documents that share fingerprints: the one query that is asked for every article that is stored.

It goes straight to the driver, prepared: through SQLAlchemy it takes three times the processor time here, as long as
the database works on it (measured 2026-11-22: 0.5 ms a look-up against 0.15).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from psycopg import RawCursor
from psycopg.rows import dict_row
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from services.crawler.application.values import Stored
from services.crawler.domain.fingerprint import SHARED_WINNOWS, asked
from shared.messages.common import Role

CANDIDATES = 8
"""Look-alikes that are compared; the most alike come first."""
HOT_KEY = 64
"""Documents taken of one fingerprint, newest first: boilerplate that thousands share must not slow the look-up."""
COLUMNS = "document_id, revision, number, title, paragraphs, content_hash, role, duplicate_of, matched, source"
"""What is read of a document to compare it."""

# Texts are read of the few that are left at the end; fingerprints come from the primary key alone (key, number).
_QUERY = (
    f"select {COLUMNS} from (select band.number, count(*) filter (where band.key & 1 = 0) as bands, "  # noqa: S608  # fixed names
    "count(*) filter (where band.key & 1 = 1) as winnows from unnest($1::bigint[]) as wanted(key) "
    f"cross join lateral (select key, number from bands where key = wanted.key order by number desc limit {HOT_KEY}) "
    "as band group by band.number) as alike join documents using (number) "
    f"where document_id <> $2 and (bands > 0 or winnows >= {SHARED_WINNOWS}) and (role = 'alert' or $3 = 'recall') "
    f"order by bands * 10 + winnows desc, number limit {CANDIDATES}"
)


def lookalikes(connection: Connection, keys: Sequence[int], document_id: str, role: Role) -> list[Stored]:
    """At most eight other documents that share fingerprints, most shared first; `alert` looks at `alert` only.

    `connection` is in a transaction. Raises SQLAlchemy's errors, as everything else that is asked of it.
    """
    driver = connection.connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        raise TypeError("look-alikes are asked of PostgreSQL through psycopg")
    try:
        with RawCursor(driver, row_factory=dict_row) as cursor:
            cursor.execute(_QUERY, (array(asked(keys)), document_id, role), prepare=True)
            return [stored(row) for row in cursor]
    except psycopg.Error as error:
        raise DBAPIError.instance("the look-up of look-alikes", None, error, psycopg.Error) from error


def array(keys: Sequence[int]) -> str:
    """Keys as PostgreSQL writes an array: to adapt eighty numbers one by one takes longer than to look them up."""
    return f"{{{','.join(map(str, keys))}}}"


def stored(values: Mapping[str, Any]) -> Stored:
    """A row of `COLUMNS` as a document."""
    return Stored(**{**values, "paragraphs": tuple(values["paragraphs"]), "matched": tuple(values["matched"])})
