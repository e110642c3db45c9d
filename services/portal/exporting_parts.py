"""Puts exports together, for the pages and for the command."""

from collections.abc import Mapping

from sqlalchemy import Engine

from services.portal.adapters.audit_book import SqlBook
from services.portal.adapters.export_files import CsvFile, JsonLines
from services.portal.adapters.export_reader import SqlExportIndex
from services.portal.application.export import Export
from services.portal.application.exporting import Exporting, File, Files
from services.portal.application.search import Search
from services.portal.domain.exported import Columns


def _parquet(columns: Columns, about: Mapping[str, str]) -> File:
    """Its library is loaded when the first such file is wanted: it takes a second and 60 MB."""
    from services.portal.adapters.export_parquet import ParquetFile

    return ParquetFile(columns, about)


FILES: Files = {"csv": CsvFile, "jsonl": JsonLines, "parquet": _parquet}


def make_exporting(engine: Engine, search: Search) -> Exporting:
    """Exports over a database; queries are read as the search reads them."""
    return Exporting(Export(SqlExportIndex(engine), search.read), FILES, SqlBook(engine))
