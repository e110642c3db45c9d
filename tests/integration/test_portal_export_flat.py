"""An export takes the same memory for few documents and for many; a hundred thousand with FULL=1."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet
import pytest
from sqlalchemy import text

from deploy.local.database import Database
from shared.store.engine import make_engine
from tests.integration.portal_web_rig import DENIAL, filled

pytestmark = [pytest.mark.integration, pytest.mark.timeout(1_800)]

MANY = 100_500 if os.environ.get("FULL") else 6_000
FEW = 1_000
MORE = 24.0
"""MiB that many documents may take beyond few: a group of Parquet's rows, 24 bytes a document, what Python keeps."""


@pytest.fixture(scope="module")
def url(local_database: Database) -> Iterator[str]:
    """A database with many copies of one document and its classification."""
    made = local_database.create("portal_export_flat", template="template")
    engine = make_engine(made)
    filled(engine)
    with engine.begin() as db:
        for table in ("documents", "classifications", "search_documents"):
            names = db.execute(
                text(
                    "select column_name from information_schema.columns where table_name = :table"
                    " and is_identity = 'NO' and is_generated = 'NEVER' order by ordinal_position"
                ),
                {"table": table},
            ).scalars()
            columns = [name for name in names if not (table == "documents" and name == "number")]
            changed = {"document_id": "md5(g::text)", "content_hash": "md5(g::text)"}
            changed |= {"number": "g + 1000"} if table == "search_documents" else {}
            values = ", ".join(changed.get(name, name) for name in columns)
            db.execute(
                text(
                    f"insert into {table} ({', '.join(columns)}) select {values} from {table},"
                    f" generate_series(1, {MANY}) g where document_id = '{DENIAL}'"
                )
            )
        db.execute(text("update search_marks set number = 1000000 where name = 'documents'"))
        db.execute(text("update search_quarters set documents = documents + 1000"))
    engine.dispose()
    yield made
    local_database.drop("portal_export_flat")


def run(url: str, root: Path, out: Path, form: str, limit: int) -> tuple[float, str]:
    """MiB at most of an export by command, and what it said."""
    env = {**os.environ, "DATABASE_URL": url, "CONFIG_DIR": str(root / "config")}
    command = [sys.executable, "-m", "services.portal", "export", "", "--out", str(out), "--format", form]
    command += ["--limit", str(limit), "--text"]
    with subprocess.Popen(command, cwd=root, env=env, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, said
    return usage.ru_maxrss / 1024, said


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_memory_stays_flat(url: str, project_root: Path, tmp_path: Path, form: str) -> None:
    out = tmp_path / f"out.{form}"
    few, said = run(url, project_root, out, form, FEW)
    assert f"only the newest {FEW:,}".replace(",", "") in said
    wanted = min(MANY, 100_000)
    many, said = run(url, project_root, out, form, wanted)
    assert f"{wanted} documents" in said
    assert "ask again with before:" in said
    assert rows(out, form) == wanted
    assert many - few < MORE, f"{few:.0f} MiB for {FEW}, {many:.0f} MiB for {wanted}"


def rows(out: Path, form: str) -> int:
    """How many a reader of that form finds."""
    if form == "parquet":
        return int(pyarrow.parquet.ParquetFile(out).metadata.num_rows)
    if form == "jsonl":
        with out.open(encoding="utf-8") as file:
            return sum(1 for line in file if json.loads(line)["document_id"])
    with out.open(encoding="utf-8-sig", newline="") as file:
        return sum(1 for _ in csv.DictReader(file))
