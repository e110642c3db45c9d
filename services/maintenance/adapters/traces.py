"""Where a text still stands: in kept listings, and in any row of any table."""

import json
import zlib
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, text

_RAW = text("select source, kept_as, charset, body from source_pages")
_TABLES = text(
    """
    select t.table_name::text, array(
        select c.column_name::text from information_schema.columns c
        where c.table_schema = t.table_schema and c.table_name = t.table_name
          and has_column_privilege(format('%I.%I', t.table_schema, t.table_name), c.column_name, 'select')
        order by c.ordinal_position
    ) as columns
    from information_schema.tables t
    where t.table_schema = current_schema() and t.table_type = 'BASE TABLE'
      and t.table_name not in ('tombstones', 'alembic_version', 'bands') order by 1
    """
)
"""With the columns that may be read: of who may use the portal maintenance sees a few."""
CHARSETS = ("utf-8", "gb18030", "big5")


def spelt(trace: str) -> list[bytes]:
    """The text in the spellings in which bytes may hold it."""
    escaped = json.dumps(trace)[1:-1].encode()
    return [escaped, *(trace.encode(charset, "ignore") for charset in CHARSETS)]


def holds(body: bytes, traces: Sequence[str]) -> bool:
    """Whether bytes hold one of the texts, in any of the spellings."""
    return any(form and form in body for trace in traces for form in spelt(trace))


def raw_listings(db: Connection, traces: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Source and kind of each kept listing that holds one of the texts."""
    for row in db.execute(_RAW).all():
        if holds(zlib.decompress(row.body), traces):
            yield row.source, row.kept_as


def rows_holding(db: Connection, traces: Sequence[str]) -> dict[str, int]:
    """Rows that hold one of the texts, by table; bytes are compared as UTF-8."""
    found: dict[str, int] = {}
    if not traces:
        return found
    bodies = [trace.encode().hex() for trace in traces]  # as PostgreSQL shows bytes
    for table, columns in db.execute(_TABLES).all():
        name = table.replace('"', '""')
        row = ", ".join('r."{}"'.format(column.replace('"', '""')) for column in columns)
        query = (
            f'select count(*) from "{name}" r where exists (select 1 from unnest(cast(:traces as text[]))'  # noqa: S608  # names of the catalogue
            f" trace where position(lower(trace) in lower(row({row})::text)) > 0)"
        )
        count = int(db.execute(text(query), {"traces": [*traces, *bodies]}).scalar_one())
        if count:
            found[str(table)] = count
    return found
