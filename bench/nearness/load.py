"""Filling a database with a given number of documents: COPY in the order of the key, the primary key built after."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import psycopg

from bench.nearness.signatures import Signatures

CHUNK = 500_000
"""Rows sent at once."""
HOT_DOCUMENTS, HOT_KEYS = 20_000, 10
"""Documents that share boilerplate, and the fingerprints that they share."""
_ROW = np.dtype([("fields", ">i2"), ("one", ">i4"), ("key", ">i8"), ("two", ">i4"), ("number", ">i8")])
"""A row of two bigint in PostgreSQL's binary COPY format."""
_BEFORE = (
    "set local maintenance_work_mem = '512MB'",
    # What is made up is not worth a journal: it is gone after the run. Look-ups read the same pages all the same.
    "alter table bands set unlogged",
    "alter table documents set unlogged",
    "alter table bands drop constraint bands_pkey",
    "alter table documents drop constraint documents_pkey",
    "alter table documents drop constraint documents_number_key",
    "truncate bands, documents",
)
_AFTER = (
    "alter table bands add constraint bands_pkey primary key (key, number)",
    "alter table documents add constraint documents_number_key unique (number)",
    "alter table documents add constraint documents_pkey primary key (document_id, revision)",
)
_DOCUMENTS = (
    "insert into documents (document_id, revision, number, url, source, role, rights, title, paragraphs, language, "
    "content_hash, matched, first_seen, fetched) overriding system value "
    "select md5(n::text), 1, n, 'https://example.com/a/' || n, 'wire', 'alert', 'excerpt', 'document ' || n, "
    "jsonb_build_array(repeat(md5(n::text), 36), repeat(md5((-n)::text), 36), repeat(md5('x' || n), 36)), 'en', "
    "md5(n::text), '[]', now(), now() from generate_series(%s::bigint, %s::bigint) as n"
)


def hot_keys() -> list[int]:
    """The fingerprints that `HOT_DOCUMENTS` share: as many of bands as of winnows."""
    return [10_000_000 + number for number in range(HOT_KEYS)]


def load(url: str, made: Signatures) -> None:
    """Fill the migrated, empty database at `url`: documents of 3.4 kB, their fingerprints, and the hot ones."""
    with psycopg.connect(url) as connection:
        for statement in _BEFORE:
            connection.execute(statement)
        with connection.cursor().copy("copy bands (key, number) from stdin (format binary, freeze)") as copy:
            copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8))
            for part in _chunks(made):
                copy.write(part)
            copy.write(b"\xff\xff")
        connection.execute(_DOCUMENTS, (1, made.documents))
        for statement in _AFTER:
            connection.execute(statement)
        if made.documents >= HOT_DOCUMENTS:
            connection.execute(
                "insert into bands select key, number "
                "from unnest(%s::bigint[]) as key, generate_series(1, %s) as number",
                (hot_keys(), HOT_DOCUMENTS),
            )
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("vacuum analyze bands")
        connection.execute("vacuum analyze documents")


def warm(url: str) -> None:
    """Read the whole index of the fingerprints, as a server has it in memory that looked up for a day."""
    with psycopg.connect(url) as connection:
        connection.execute("set local enable_seqscan = off")
        connection.execute("set local max_parallel_workers_per_gather = 0")
        connection.execute("select count(*) from bands")


def size_megabytes(url: str) -> float:
    """What fingerprints take on disk, with their index."""
    with psycopg.connect(url) as connection:
        row: Any = connection.execute("select pg_total_relation_size('bands')").fetchone()
    return float(row[0]) / 1_048_576


def _chunks(made: Signatures) -> Iterator[bytes]:
    for start in range(0, len(made.keys), CHUNK):
        keys = made.keys[start : start + CHUNK]
        rows = np.empty(len(keys), _ROW)
        rows["fields"], rows["one"], rows["two"] = 2, 8, 8
        rows["key"], rows["number"] = keys, made.numbers[start : start + CHUNK]
        yield rows.tobytes()
