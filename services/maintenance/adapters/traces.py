"""Where what is sought still stands: in kept listings, and in any row of any table."""

import json
import re
import zlib
from collections.abc import Iterator

from sqlalchemy import Connection, text

from services.maintenance.domain.spellings import Sought, hex_pattern, pattern

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
CHARSETS = ("utf-8", "gb18030", "big5hkscs")
_ESCAPES = re.compile(r"(?:\\u[0-9a-fA-F]{4})+")


def spelt(trace: str) -> list[bytes]:
    """The text in the spellings in which bytes may hold it."""
    escaped = json.dumps(trace)[1:-1].encode()
    return [escaped, *(trace.encode(charset, "ignore") for charset in CHARSETS)]


def holds(body: bytes, sought: Sought) -> bool:
    """Whether bytes hold any of it, in any of the spellings."""
    if any(form and form in body for trace in sought.texts for form in spelt(trace)):
        return True
    return bool(sought.person) and any(re.search(pattern(sought.person), read) for read in _read(body))


def _read(body: bytes) -> Iterator[str]:
    """The bytes as text, in each character set, with the letters that JSON writes as their numbers."""
    for charset in CHARSETS:
        yield _ESCAPES.sub(_letters, body.decode(charset, "ignore"))


def _letters(found: re.Match[str]) -> str:
    return bytes.fromhex(found[0].replace("\\u", "")).decode("utf-16-be", "ignore")


def raw_listings(db: Connection, sought: Sought) -> Iterator[tuple[str, str]]:
    """Source and kind of each kept listing that holds any of it."""
    for row in db.execute(_RAW).all():
        if holds(zlib.decompress(row.body), sought):
            yield row.source, row.kept_as


def rows_holding(db: Connection, sought: Sought) -> dict[str, int]:
    """Rows that hold any of it, by table; bytes are compared as UTF-8."""
    found: dict[str, int] = {}
    traces = [trace for trace in sought.texts if trace]
    if not traces and not sought.person:
        return found
    asked = {
        "traces": [*traces, *(trace.encode().hex() for trace in traces)],  # as PostgreSQL shows bytes
        "person": f"{pattern(sought.person)}|{hex_pattern(sought.person)}" if sought.person else None,
    }
    for table, columns in db.execute(_TABLES).all():
        name = table.replace('"', '""')
        row = ", ".join('r."{}"'.format(column.replace('"', '""')) for column in columns)
        query = (
            f'select count(*) from "{name}" r cross join lateral (select row({row})::text as said) s'  # noqa: S608  # names of the catalogue
            " where s.said ~ cast(:person as text) or exists"
            " (select 1 from unnest(cast(:traces as text[])) trace where position(lower(trace) in lower(s.said)) > 0)"
        )
        count = int(db.execute(text(query), asked).scalar_one())
        if count:
            found[str(table)] = count
    return found
