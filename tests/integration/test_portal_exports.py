"""Exports of searches: whole, typed, within the rights, no formula in a spreadsheet, flat in memory, noted."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from sqlalchemy import text

from deploy.local.database import Database
from shared.rights import QUOTES, SUMMARY
from shared.store.engine import make_engine
from tests.integration.portal_rows import classify, document, identity, indexed, store
from tests.integration.portal_web_rig import DENIAL, EXCERPT, HOSTILE, LINKED, RUMOUR, SCRIPT, Client, Site, filled

pytestmark = pytest.mark.integration

FORMULAS = ("=1+1", "+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", " =1+1", "＝1+1")


@pytest.fixture(scope="module")
def site(local_database: Database, project_root: Path) -> Iterator[Site]:
    engine = make_engine(local_database.create("portal_exports", template="template"))
    filled(engine)
    store(engine, *(document(30 + at, one, "公式公文", outlet=one) for at, one in enumerate(FORMULAS)))
    store(engine, *(document(100 + at, f"公告第{at}号", "很多公告") for at in range(620)))
    two = document(50, "医鹿两件事", "医鹿与甲合作。", "医鹿被处罚。")
    store(engine, two)
    classify(
        engine,
        two,
        entities=["alibaba_health"],
        events=[("partnership", "announced"), ("enforcement_penalty", "planned")],
    )
    while indexed(engine).full:
        pass
    made = Site(engine, project_root / "config")
    made.engine = engine  # type: ignore[attr-defined]  # for what the tests look up
    yield made
    engine.dispose()
    local_database.drop("portal_exports")


@pytest.fixture
def client(site: Site) -> Client:
    return site.client()


def exported(client: Client, form: str, **asked: Any) -> list[dict[str, Any]]:
    """The rows of an export."""
    answer = client.get(f"/export.{form}", params=asked)
    assert answer.status_code == 200, answer.text
    assert int(answer.headers["luming-documents"]) >= 0
    if form == "parquet":
        table = pyarrow.parquet.read_table(io.BytesIO(answer.content))
        return list(table.to_pylist())
    if form == "jsonl":
        return [json.loads(line) for line in answer.text.splitlines()]
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def test_three_forms_hold_the_same_documents(client: Client) -> None:
    found = {form: exported(client, form, q="医鹿") for form in ("csv", "jsonl", "parquet")}
    for rows in found.values():
        assert {row["document_id"] for row in rows} == {identity(number) for number in (*range(1, 8), 50)}
        moments = [row["at"] if isinstance(row["at"], datetime) else datetime.fromisoformat(row["at"]) for row in rows]
        assert moments == sorted(moments, reverse=True)
        assert all(at.tzinfo for at in moments)
    row = {form: next(row for row in rows if row["document_id"] == RUMOUR) for form, rows in found.items()}
    assert row["jsonl"]["entities"] == row["parquet"]["entities"] == ["alibaba_health"]
    assert row["jsonl"]["events"] == ["mergers_acquisitions/rumoured"]
    assert row["csv"]["events"] == "mergers_acquisitions/rumoured"
    assert row["jsonl"]["thread_id"] == "tstory"
    assert row["jsonl"]["outlet"] == "搜狐财经"
    assert row["jsonl"]["link"] == f"http://portal.test/documents/{RUMOUR}"
    assert row["parquet"]["importance"] == row["jsonl"]["importance"] == int(row["csv"]["importance"]) == 4
    assert row["jsonl"]["at"].endswith("+08:00")
    assert datetime.fromisoformat(row["jsonl"]["at"]) == row["parquet"]["at"]
    assert exported(client, "jsonl", q="医鹿", tz="UTC")[0]["at"].endswith("+00:00")
    script = next(row for row in found["csv"] if row["document_id"] == SCRIPT)
    assert script["title"] == HOSTILE


def test_a_row_for_each_event(client: Client) -> None:
    for form in ("csv", "jsonl", "parquet"):
        rows = [row for row in exported(client, form, q="医鹿", rows="event") if row["document_id"] == identity(50)]
        assert [(int(row["event"]), row["label"]) for row in rows] == [(1, "partnership"), (2, "enforcement_penalty")]
    rumour = next(row for row in exported(client, "jsonl", q="医鹿", rows="event") if row["document_id"] == RUMOUR)
    assert rumour["paragraph"] == 16
    assert "医鹿与多家医院" in rumour["quote"]
    assert rumour["confidence"] == pytest.approx(0.91)


def test_more_documents_than_one_batch_are_all_there_once(client: Client) -> None:
    for form in ("csv", "jsonl", "parquet"):
        ids = [row["document_id"] for row in exported(client, form, q="公告")]
        assert len(ids) == len(set(ids)) == 620
    assert len(exported(client, "jsonl", q="")) == 620 + 7 + len(FORMULAS) + 1


def test_each_thread_once(client: Client) -> None:
    rows = exported(client, "jsonl", q="kind:thread")
    assert [(row["thread_id"], row["document_id"]) for row in rows] == [("tstory", identity(3))]


def test_no_cell_is_a_formula(client: Client) -> None:
    answer = client.get("/export.csv", params={"q": "公式公文"})
    cells = [cell for line in csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")) for cell in line]
    assert len(cells) > 100
    assert not [cell for cell in cells if cell.lstrip(" ")[:1] in ("=", "+", "-", "@", "\t", "\r", "＝")]
    titles = {row["title"] for row in exported(client, "csv", q="公式公文")}
    assert titles == {f"'{one}" for one in FORMULAS}
    assert {row["title"] for row in exported(client, "jsonl", q="公式公文")} == set(FORMULAS)


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
@pytest.mark.parametrize("rows", ["document", "event"])
def test_text_as_far_as_rights_allow(client: Client, form: str, rows: str) -> None:
    found = {row["document_id"]: row for row in exported(client, form, q="医鹿", text=True, rows=rows)}
    assert "传闻第17段" in found[RUMOUR]["text"]
    linked = found[LINKED]
    assert "仅链接第" not in str(linked)
    excerpt = found[EXCERPT]
    shown = [excerpt.get(name) or "" for name in ("text", "quote", "summary")]
    assert 0 < len("".join(shown)) <= QUOTES + SUMMARY
    assert "text" not in exported(client, form, q="医鹿")[0]


def test_what_is_left_out_is_said(client: Client) -> None:
    answer = client.get("/export.jsonl", params={"q": "公告", "limit": 100, "tz": "UTC"})
    rows = [json.loads(line) for line in answer.text.splitlines()]
    assert len(rows) == 100
    said = answer.headers["luming-capped"]
    assert said.startswith("only the newest 100 are in it; ask again with before:")
    assert "newest-100" in answer.headers["content-disposition"]
    day = said.rpartition("before:")[2].split()[0]
    older = exported(client, "jsonl", q=f"公告 before:{day}", tz="UTC")
    assert {row["document_id"] for row in rows + older} == {identity(100 + at) for at in range(620)}
    assert "luming-capped" not in client.get("/export.jsonl", params={"q": "医鹿"}).headers


def test_an_export_is_noted_before_its_first_byte(site: Site, client: Client) -> None:
    exported(client, "csv", q="医鹿 label:partnership", rows="event")
    with site.engine.connect() as db:  # type: ignore[attr-defined]  # as above
        entry = db.execute(text("select who, what, subject, detail from audit_log order by id desc limit 1")).one()
    assert (entry.who, entry.what, entry.subject) == ("local", "export.make", "医鹿 label:partnership")
    assert entry.detail == {"form": "csv", "shape": "event", "text": False, "documents": 2, "capped": False}


def test_a_document_that_goes_away_meanwhile_is_not_in_it(site: Site, client: Client) -> None:
    with site.engine.begin() as db:  # type: ignore[attr-defined]  # as above
        db.execute(text("delete from documents where document_id = :one"), {"one": DENIAL})
    assert DENIAL not in {row["document_id"] for row in exported(client, "jsonl", q="医鹿")}
