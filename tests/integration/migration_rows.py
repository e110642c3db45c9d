"""Rows for a schema of any revision: every table that it has gets some, whatever its columns are."""

from sqlalchemy import Connection, text

_COLUMNS = text(
    """
    select table_name, column_name, udt_name, is_nullable = 'YES' or column_default is not null or is_identity = 'YES'
    from information_schema.columns join information_schema.tables using (table_schema, table_name)
    where table_schema = 'public' and table_type = 'BASE TABLE' and table_name <> 'alembic_version'
      and (select relkind from pg_class where oid = to_regclass(quote_ident(table_name))) = 'r'  -- no partitioned ones
    order by table_name, ordinal_position
    """
)
_VALUES = {
    "varchar": "'v' || n",
    "text": "'v' || n",
    "int4": "n",
    "int2": "n",
    "int8": "n",
    "float8": "n",
    "bool": "false",
    "jsonb": "'{}'",
    "bytea": "'\\x00'",
    "date": "date '2026-01-01' + n",
    "timestamptz": "timestamptz '2026-01-01' + make_interval(days => n)",
    "_int4": "array[n]",
    "_int2": "array[n::int2]",
    "_text": "array['v' || n]",
    "_varchar": "array['v' || n]",
}
REFERRING = ("portal_keys", "portal_sessions", "refreshes")
"""Tables whose rows refer to those of others."""
ROWS = 5


def fill(connection: Connection) -> dict[str, int]:
    """Put ROWS rows into every table, all columns that must be given set; how many rows each has then."""
    tables: dict[str, list[tuple[str, str]]] = {}
    for table, column, kind, may_lack in connection.execute(_COLUMNS):
        tables.setdefault(table, [])
        if not may_lack:
            tables[table].append((column, _VALUES[kind]))
    for table in sorted(tables, key=lambda name: name in REFERRING):
        names = ", ".join(name for name, _ in tables[table])
        values = ", ".join(value for _, value in tables[table])
        put = f"insert into {table} ({names}) select {values} from generate_series(1, {ROWS}) n on conflict do nothing"
        connection.execute(text(put))
    return counts(connection)


def counts(connection: Connection) -> dict[str, int]:
    """Rows by table."""
    tables = {table for table, *_ in connection.execute(_COLUMNS)}
    return {table: int(connection.execute(text(f"select count(*) from {table}")).scalar_one()) for table in tables}
