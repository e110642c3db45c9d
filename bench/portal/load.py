"""Filling a database with documents and their index: COPY by several processes, the GIN indexes built after.

The rows are those that the indexer would write (`entry_of`); how they reach the database is what differs.
"""

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import psycopg
from psycopg import sql
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from bench import report
from bench.corpora import ROOT
from bench.portal.made import DAYS, NEWEST, Pieces, documents, pieces
from services.portal.adapters.index_store import quarter_of
from services.portal.domain.entry import Entry, Facet, StoredDocument, entry_of
from services.portal.domain.names import FIELD as NAME
from services.portal.domain.names import Names, watched_names
from shared.watch import load_watchlist

CHUNK = 2_500
"""Documents of one COPY."""
_DOCUMENTS = (
    "copy documents (document_id, revision, number, url, source, outlet, role, rights, title, paragraphs, language,"
    " published, published_precision, content_hash, matched, first_seen, fetched) from stdin"
)
_INDEX = (
    "copy search_documents (at, document_id, number, codes, title_codes, words, entities, labels, statuses, source,"
    " kind, language, importance, thread_id, repeats) from stdin (format binary)"
)
_TYPES = (
    "timestamptz", "text", "int8", "bytea", "bytea", "text", "bytea", "bytea", "bytea", "int2", "int2", "int2", "int2",
    "text", "bool",
)  # fmt: skip
"""Arrays are given as the bytes that they are sent as: element by element they take longer than all the rest."""
_PLACES = "copy search_places (document_id, at, revision, revisions, classified, thread_id, names) from stdin"
_NUMBERS = {4: 23, 2: 21}
"""Bytes of a whole number to its type (pg_type.oid: int4, int2)."""
_INDEXES = ("codes", "title_codes")
_AFTER = (
    "insert into search_quarters select cast(date_trunc('quarter', at at time zone 'UTC') as date), count(*)"
    " from search_documents group by 1",
    "insert into search_versions (quarter, writer, began, times)"
    " select quarter, 0, timestamptz 'epoch', 1 from search_quarters",
    "insert into search_marks (name, number) select 'documents', max(number) from documents",
)
_TABLES = ("documents", "classifications", "search_places")
WORKERS = min(4, os.cpu_count() or 1)


def load(url: str, count: int) -> None:
    """Fill the migrated, empty database at `url` with `count` documents.

    Its large tables are set unlogged: what is measured is reading, and so half as much is written.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        for column in _INDEXES:
            connection.execute(sql.SQL("drop index {}").format(sql.Identifier(f"search_documents_{column}")))
        for quarter in _quarters():
            connection.execute("select search_make_quarter(%s)", (quarter,))
        found = connection.execute("select inhrelid::regclass::text from pg_inherits"
                                   " where inhparent = 'search_documents'::regclass order by 1")  # fmt: skip
        parts = [row[0] for row in found]
        for table in (*_TABLES, *parts):
            connection.execute(sql.SQL("alter table {} set unlogged").format(_named(table)))
    numbers = _numbers(url, count)
    starts = range(0, count, CHUNK)
    with _progress() as told:
        with ProcessPoolExecutor(max_workers=WORKERS) as pool:
            tasks = (pool.submit(_chunk, url, start, min(start + CHUNK, count), numbers) for start in starts)
            _each(told, f"{count:,} documents", list(tasks))
        with ThreadPoolExecutor(WORKERS) as threads:
            _each(told, "indexes", [threads.submit(_index, url, part) for part in parts])
            _each(told, "statistics", [threads.submit(_vacuum, url, table) for table in (*_TABLES, *parts)])
    with psycopg.connect(url, autocommit=True) as connection:
        for column in _INDEXES:  # the whole takes over what its parts have
            connection.execute(_create_index("search_documents", column))
        for statement in _AFTER:
            connection.execute(statement)


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        TimeRemainingColumn(), console=report.console(),
    )  # fmt: skip


def _each(told: Progress, what: str, tasks: Sequence[Any]) -> None:
    bar = told.add_task(what, total=len(tasks))
    for task in as_completed(tasks):
        task.result()
        told.advance(bar)


def _named(table: str) -> sql.Composable:
    return sql.Identifier(*table.split("."))


def _create_index(table: str, column: str) -> sql.Composed:
    name = sql.Identifier(f"search_documents_{column}") if table == "search_documents" else sql.SQL("")
    return sql.SQL("create index {} on {} using gin ({}) with (gin_pending_list_limit = 512)").format(
        name, _named(table), sql.Identifier(column)
    )


def _index(url: str, part: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("set maintenance_work_mem = '256MB'")
        for column in _INDEXES:
            connection.execute(_create_index(part, column))


def _vacuum(url: str, table: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("vacuum (analyze) {}").format(_named(table)))


def _quarters() -> list[date]:
    last = quarter_of(NEWEST)
    first = date(last.year - DAYS // 365 - 1, 1, 1)
    return [date(year, month, 1) for year in range(first.year, last.year + 1) for month in (1, 4, 7, 10)]


def _numbers(url: str, count: int) -> dict[Facet, int]:
    """The numbers of all facets, as found in the first documents: there are few, and all come early."""
    names = watched_names(load_watchlist(ROOT / "config" / "watchlist.yaml"))
    facets: set[Facet] = {(NAME, name) for name in names}
    facets |= {
        facet for document in documents(0, min(count, 5_000), _pieces()) for facet in entry_of(document).facets()
    }
    numbers: dict[Facet, int] = {}
    last: dict[str, int] = {}
    for field, value in sorted(facets):
        last[field] = last.get(field, 0) + 1
        numbers[field, value] = last[field]
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        rows = [(field, value, number) for (field, value), number in numbers.items()]
        cursor.executemany("insert into search_facets (field, value, number) values (%s, %s, %s)", rows)
    return numbers


@cache
def _pieces() -> dict[str, Pieces]:
    """Read once in each process: it takes two seconds."""
    return pieces()


def _names(numbers: dict[Facet, int]) -> Names:
    return Names({value: number for (field, value), number in numbers.items() if field == NAME})


def _chunk(url: str, first: int, last: int, numbers: dict[Facet, int]) -> None:
    made = list(documents(first, last, _pieces()))
    named = _names(numbers)
    entries = [entry_of(each, named) for each in made]
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        # Triggers would note each row by itself; what they note of the index is written at the end.
        cursor.execute("set session_replication_role = replica")
        _copy(cursor, _DOCUMENTS, (_stored(each) for each in made))
        _copy(cursor, _INDEX, (_indexed(each, numbers) for each in entries), _TYPES)
        _copy(cursor, _PLACES, (_place(each) for each in entries))
        answers = ((each.document_id, 1, _json(each), each.received) for each in made)
        _copy(cursor, "copy classifications (document_id, revision, message, received) from stdin", answers)


def _copy(
    cursor: psycopg.Cursor[Any], statement: str, rows: Iterator[Sequence[Any]], types: Sequence[str] = ()
) -> None:
    with cursor.copy(statement) as copy:
        if types:
            copy.set_types(types)
        for row in rows:
            copy.write_row(row)


def _json(document: StoredDocument) -> str:
    assert document.classified is not None  # noqa: S101  # made so
    return document.classified.model_dump_json()


def _stored(document: StoredDocument) -> Sequence[Any]:
    one = document.revisions[0]
    return (
        document.document_id, 1, one.number, f"https://example.test/{one.number}", one.source, one.outlet, "alert",
        "full", one.title, json.dumps(one.paragraphs, ensure_ascii=False), one.language, one.published, "minute", "0",
        "[]", one.first_seen, one.first_seen,
    )  # fmt: skip


def _indexed(entry: Entry, numbers: dict[Facet, int]) -> Sequence[Any]:
    return (
        entry.at, entry.document_id, entry.number, _array(entry.codes(numbers)), _array(sorted(entry.title_codes)),
        entry.words, *(_array((numbers[field, each] for each in values), 2) for field, values in (
            ("entity", entry.entities), ("label", entry.labels), ("status", entry.statuses)
        )), numbers["source", entry.sources[0]], numbers["kind", entry.kind], numbers["language", entry.language],
        entry.importance, entry.thread_id, entry.repeats,
    )  # fmt: skip


def _place(entry: Entry) -> Sequence[Any]:
    return entry.document_id, entry.at, entry.revision, entry.revisions, entry.received, entry.thread_id, entry.named


def _array(numbers: Iterable[int], size: int = 4) -> bytes:
    """An array as array_recv() reads it: dimensions, nulls, type, length, first place; then size and value of each."""
    values = np.array(list(numbers), dtype=f">i{size}")
    if not values.size:
        return np.array([0, 0, _NUMBERS[size]], dtype=">i4").tobytes()
    each = np.empty(values.size, dtype=[("size", ">i4"), ("value", f">i{size}")])
    each["size"], each["value"] = size, values
    return np.array([1, 0, _NUMBERS[size], values.size, 1], dtype=">i4").tobytes() + each.tobytes()
