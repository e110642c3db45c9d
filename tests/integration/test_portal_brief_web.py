"""Briefs over HTTP and by command: a story from rumour to denial to completion, files, and what cannot be asked."""

import io
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pypdfium2
import pytest
from markdown_it import MarkdownIt
from sqlalchemy import text

from deploy.local.database import Database
from services.portal.adapters import brief_pdf
from services.portal.adapters.brief_pdf import FONT, WeasyPrinter
from services.portal.application.printing import NoPrinter, PrinterBusy
from shared.rights import QUOTES, SUMMARY
from shared.store.engine import make_engine
from tests.integration.portal_rows import identity
from tests.integration.portal_web_rig import DENIAL, DONE, HOSTILE, RUMOUR, Client, Site, filled
from tests.integration.test_portal_web_rights import words_of

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def url(local_database: Database) -> Iterator[str]:
    made = local_database.create("portal_brief", template="template")
    engine = make_engine(made)
    filled(engine)
    engine.dispose()
    yield made
    local_database.drop("portal_brief")


@pytest.fixture(scope="module")
def site(url: str) -> Iterator[Site]:
    engine = make_engine(url)
    yield Site(engine, ROOT / "config")
    engine.dispose()


@pytest.fixture
def client(site: Site) -> Client:
    return site.client()


def pdf_text(content: bytes) -> str:
    """All that a PDF says."""
    document = pypdfium2.PdfDocument(io.BytesIO(content))
    return "".join(page.get_textpage().get_text_range() for page in document)


def command(url: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "services.portal", "brief", *arguments],
        cwd=ROOT, env={**os.environ, "DATABASE_URL": url, **environment}, capture_output=True, timeout=120, check=False,
    )  # fmt: skip


def test_a_story_over_outlets_and_languages(client: Client) -> None:
    told = client.get("/api/v1/brief?q=医鹿&lang=zh").json()
    documents = {one["document_id"]: one for one in told["documents"]}
    assert {RUMOUR, DENIAL, DONE} <= set(documents)
    denied = next(one for one in told["contradictions"] if one["kind"] == "denied")
    assert [side["status"] for side in denied["sides"]] == ["rumoured", "denied", "completed"]
    assert denied["thread_id"] == "tstory"
    story = [one["status"] for one in told["timeline"] if one["thread_id"] == "tstory"]
    assert story == ["rumoured", "denied", "completed"]
    assert told["coverage"]["links"] == 1
    assert told["coverage"]["unread"] >= 1
    assert {one["title"] for one in told["documents"]} >= {HOSTILE}
    page = client.get("/brief?q=医鹿&lang=en").text
    assert "Where sources contradict each other" in page
    assert f"/documents/{DENIAL}#p1" in page
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    assert 'href="javascript' not in page


def test_a_question_finds_what_its_topic_does(client: Client) -> None:
    plain, asked = (client.get(f"/api/v1/brief?q={each}").json() for each in ("医鹿", "请问医鹿APP最近怎么样？"))
    assert asked["heading"] == "医鹿"
    assert asked["documents"] == plain["documents"]


def test_markdown_cannot_be_injected(client: Client) -> None:
    answer = client.get("/brief.md?q=医鹿&lang=en")
    assert answer.headers["content-disposition"].startswith('attachment; filename="brief.md"')
    assert "text/markdown" in answer.headers["content-type"]
    html = MarkdownIt("commonmark", {"html": True, "linkify": False}).enable("table").render(answer.text)
    for hostile in ("<script", "<img", "<b>", "<i>", "javascript:alert"):
        assert hostile not in html, hostile
    assert "&lt;script&gt;alert('title')&lt;/script&gt;" in html
    assert f"http://portal.test/documents/{DENIAL}#p1" in answer.text


def test_pdf_says_what_the_page_says_in_letters_of_its_own(client: Client, site: Site) -> None:
    answer = client.get("/brief.pdf?q=医鹿")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    said = pdf_text(answer.content)
    assert "时间线" in said
    assert "醫鹿併入" in said
    assert "alert('title')" in said
    assert "仅链接第" not in said
    assert words_of(said, "摘录") <= QUOTES + SUMMARY


def test_a_pdf_fetches_nothing(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET")
    page = f"""<style>@font-face {{ font-family: S; src: url({FONT}) }} body {{ font-family: S }}
    @import url(http://127.0.0.1:9/x.css); </style><img src="file://{secret}"><img src="http://127.0.0.1:9/x.png">
    <object data="data:text/html,SECRET"></object><link rel="attachment" href="file://{secret}"><p>正文</p>"""
    made = WeasyPrinter().pdf(page)
    assert "正文" in pdf_text(made)
    assert b"SECRET" not in made
    assert b"EmbeddedFile" not in made


def drawn(page: str) -> npt.NDArray[np.int16]:
    """The first page as it is printed: rows, columns, and blue, green and red of each."""
    style = f"@font-face {{ font-family: S; src: url({FONT}) }} body {{ font: 20pt S; color: #a00 }}"
    made = pypdfium2.PdfDocument(WeasyPrinter().pdf(f"<style>{style}</style>{page}"))
    return np.asarray(made[0].render(scale=2).to_numpy()[:, :, :3], np.int16)


def test_bold_letters_of_a_pdf_are_bolder() -> None:
    """The letters come in one weight; what is bold must not look like the rest."""
    words = "商业模式 bold 強" * 3
    plain, bold = drawn(f"<p>{words}</p>"), drawn(f"<p><b>{words}</b></p>")
    assert 1.2 < (255 - bold).sum() / (255 - plain).sum() < 1.8
    assert bold[:, :, 2].min() >= 0xAA - 2, "in their own colour"


def test_what_stands_beside_bold_letters_is_drawn_as_before() -> None:
    mixed = (
        "<p>甲<b>乙</b>丙</p><hr style='border: 0; border-top: 1px solid #00f'>"
        "<p style='text-decoration: underline'>丁</p><p style='color: #0a0'>戊<b>己</b></p>"
    )
    plain = mixed.replace("<b>", "<i style='font-style: normal'>").replace("</b>", "</i>")
    rows, columns = np.nonzero(np.abs(drawn(mixed) - drawn(plain)).max(axis=2))
    lines = sorted({int(row) for row in rows})
    gaps = [place for place in range(1, len(lines)) if lines[place] - lines[place - 1] > 20]
    assert len(gaps) == 1, "two letters, each in a line of its own"
    for those in (rows < lines[gaps[0]], rows >= lines[gaps[0]]):
        assert np.ptp(rows[those]) < 50
        assert np.ptp(columns[those]) < 50


def test_a_third_pdf_waits_and_is_told_so(client: Client, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    go, begun = threading.Event(), threading.Semaphore(0)

    def slow(page: str) -> bytes:
        begun.release()
        assert go.wait(30)
        return b"%PDF"

    monkeypatch.setattr(brief_pdf, "_pdf", slow)
    printer = WeasyPrinter(wait=0.1)
    threads = [threading.Thread(target=printer.pdf, args=("",)) for _ in range(2)]
    for each in threads:
        each.start()
    assert begun.acquire(timeout=30)
    assert begun.acquire(timeout=30)
    with pytest.raises(PrinterBusy, match="2 are made at once"):
        printer.pdf("")
    go.set()
    for each in threads:
        each.join()
    assert printer.pdf("") == b"%PDF"


def test_without_pango_it_is_said_what_to_install(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> None:
        raise NoPrinter("PDFs cannot be made here: Pango is not installed")

    monkeypatch.setattr(brief_pdf, "_library", none)
    answer = client.get("/brief.pdf?q=医鹿&lang=en")
    assert answer.status_code == 501
    assert "apt-get install libpango-1.0-0" in answer.text


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("q=" + "a" * 10_000, "10,000"),
        ('q=医"鹿', "quotation mark"),
        ("q=no:field", "there is no field"),
        ("q=怎么样？", "there is no word"),
        ("q=医鹿&since=2031-01", "in the future"),
        ("q=医鹿&since=<b>", "cannot read the date"),
        ("q=%00", "there is no word"),
        ("q=' or 1=1 --", ""),
        ("q=<script>alert(1)</script>", ""),
    ],
)
def test_bad_input(client: Client, asked: str, words: str) -> None:
    for path in ("/brief", "/brief.md", "/brief.pdf", "/api/v1/brief"):
        answer = client.get(f"{path}?{asked}&lang=en")
        assert answer.status_code in ((400,) if words else (200, 400)), (path, answer.text[:500])
        if words:
            assert words.lower() in answer.text.lower().replace("&#39;", "'"), path
        assert "Traceback" not in answer.text
        assert "<script>alert" not in answer.text or path.startswith("/api/")  # JSON, and told not to be sniffed


def test_nothing_found_and_nothing_asked_help(client: Client) -> None:
    page = client.get("/brief?q=zzzz qqqq&since=30d&lang=en")
    assert page.status_code == 200
    assert "No document was found" in page.text
    assert "All times" in page.text
    assert "For example" in client.get("/brief?lang=en").text
    assert client.get("/api/v1/brief?q=zzzz").json()["documents"] == []
    assert client.get("/brief.md?q=zzzz&lang=en").text.count("No document was found") == 1


def test_pruned_documents_are_counted(client: Client, site: Site, url: str) -> None:
    engine = make_engine(url)
    with engine.begin() as db:
        db.execute(
            text(
                "insert into thread_documents (document_id, thread_id, revision, joined, fact_version, reason)"
                " values (:document, 'tstory', 1, now(), 1, 'test')"
            ),
            {"document": identity(99)},
        )
    engine.dispose()
    assert client.get("/api/v1/brief?q=医鹿").json()["coverage"]["pruned"] == 1
    assert "1 document was deleted" in client.get("/brief?q=医鹿&lang=en").text


def test_the_command(url: str, tmp_path: Path) -> None:
    out = tmp_path / "brief"
    for format, begin in (("markdown", b"# "), ("html", b"<!doctype html>"), ("pdf", b"%PDF-")):
        done = command(url, "医鹿 怎么样?", "--language", "en", "--format", format, "--out", str(out))
        assert done.returncode == 0, done.stderr
        assert out.read_bytes().startswith(begin)
        assert b"points of" in done.stderr
    done = command(url, "医鹿", "--since", "2y")
    assert done.stdout.decode().startswith("# 医鹿")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("",), "there is no word"),
        (("药" * 10_000,), "10,000 characters"),
        (("医鹿", "--since", "2031-01"), "in the future"),
        (("医鹿", "--out", "/nowhere/brief.md"), "cannot be written"),
        (("医鹿", "--timezone", "Mars/Olympus"), "no timezone"),
    ],
)
def test_the_command_says_what_is_wrong(url: str, arguments: tuple[str, ...], words: str) -> None:
    done = command(url, *arguments)
    assert done.returncode == 2
    assert words in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()
