"""Pages that nest, that bait regular expressions, and PDFs made to harm: read or refused, in bounded time."""

import os
import re
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from services.crawler.adapters.pdf import read_pdf
from shared.errors import PermanentError
from tests.chaos.crawl_rig import STORY, Desk
from tests.chaos.hostile import lines_with, memory_grows_by, opened_files
from tests.chaos.strain import strain
from tests.integration.crawler_site import Site, serve
from tests.pdf_files import pdf, stream, written

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(120)]

nested = pytest.mark.fault(41, "nested tags, regex bait")
pdfs = pytest.mark.fault(42, "hostile PDFs")
N = 100_000
MB = 1_000_000
SECONDS = 4.0
"""Of the processor, for one page from the site to its row; two are promised for reading on an idle machine."""
GOOD = f"<p>{STORY}</p>"


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as made:
        yield made


NESTED: dict[str, Callable[[], str]] = {
    **{
        tag: lambda tag=tag: f"<{tag}>" * N + GOOD  # type: ignore[misc]  # mypy infers no default in a lambda
        for tag in ("div", "span", "b", "ul><li", "table><tr><td", "blockquote", "font", "a href=/x", "svg", "template")
    },
    "closed again": lambda: "<div>" * N + GOOD + "</div>" * N,
    "closed in another order": lambda: "<b><i>" * (N // 2) + GOOD + "</b></i>" * (N // 2),
    "json": lambda: '<script type="application/ld+json">' + "[" * N + "]" * N + "</script>" + GOOD,
    "json objects": lambda: '<script type="application/ld+json">' + '{"@graph":' * N + "</script>" + GOOD,
    "comments": lambda: "<!--" * N + GOOD,
}
BAIT: dict[str, Callable[[], str]] = {
    "spaces": lambda: f"<title>{' ' * 500_000}x</title>{GOOD}",
    "separators of a title": lambda: f"<title>{'_-|' * 200_000}</title>{GOOD}",
    "authors": lambda: f"<p>{'记者 ' * 200_000}</p>{GOOD}",
    "sources": lambda: f"<p>{'来源：' * 200_000}</p>{GOOD}",
    "dates": lambda: f"<p>{'2026-11-' * 100_000}</p>{GOOD}",
    "digits": lambda: f"<p>{'1' * 1_000_000}</p>{GOOD}",
    "clocks": lambda: f"<p>{'1:' * 500_000}</p>{GOOD}",
    "half tags": lambda: "<a " * 300_000 + GOOD,
    "half references": lambda: "&#" * 500_000 + GOOD,
    "links to a canonical": lambda: "<link " * 100_000 + GOOD,
    "charsets": lambda: "<meta charset=" * 100_000 + GOOD,
    "marks of a check": lambda: "<script>$_ts=" * 50_000 + GOOD,
    "quotes": lambda: "<div class='" + '"' * 500_000 + GOOD,
    "full stops": lambda: f"<p>{'。' * 500_000}</p>{GOOD}",
    "brackets": lambda: f"<p>{'（' * 300_000}</p>{GOOD}",
    "one word": lambda: f"<p>{'阿里健康' * 300_000}</p>{GOOD}",
}


@nested
@pytest.mark.parametrize("shapes", [NESTED, BAIT], ids=["nested", "bait"])
def test_pages_that_nest_or_bait_are_settled_in_time_and_those_beside_them_read(
    site: Site, engine: Engine, shapes: dict[str, Callable[[], str]]
) -> None:
    desk = Desk(engine)
    for number, (shape, make) in enumerate(shapes.items()):
        site.add(f"/{number}", f"<html><body>{make()}</body></html>"[:4_900_000])
        began = time.process_time()
        with memory_grows_by(400 * MB):
            (verdict,) = desk.look(site.url(f"/{number}"))
        took = time.process_time() - began
        assert verdict.outcome in ("published", "duplicate", "failed"), (shape, verdict)
        assert verdict.outcome != "failed" or "no article text" in verdict.reason, (shape, verdict)
        assert took < SECONDS, f"{took:.1f} s for {shape}"
    other = "另一篇报道与前面各篇都不相同：医保部门公布了新的目录，药店自下月起按新目录结算，患者可在手机上查询。"
    site.add("/good", f"<title>医保公布新目录</title><h1>医保公布新目录</h1><p>{other}</p>")
    assert [verdict.outcome for verdict in desk.look(site.url("/good"))] == ["published"]


def cyclic_xref() -> bytes:
    whole = pdf([[(60.0, 700.0, STORY[:30])]])
    return whole.replace(b"/Root 1 0 R", b"/Prev %d/Root 1 0 R" % whole.rindex(b"xref\n0"))


def cyclic_objects() -> bytes:
    return written([b"<</Type/Catalog/Pages 2 0 R/Names 1 0 R/Parent 1 0 R>>", b"2 0 R"], b"/Root 1 0 R/Prev 9 0 R")


def stacked_flate() -> bytes:
    packed = stream(b"BT " * 60_000_000, filters=3)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R>>"
    tree = b"<</Type/Pages/Count 1/Kids[3 0 R]>>"
    return written([b"<</Type/Catalog/Pages 2 0 R>>", tree, page, packed], b"/Root 1 0 R")


def many_filters() -> bytes:
    body = b"<</Length 4/Filter[%s]>>\nstream\nabcd\nendstream" % (b"/FlateDecode " * 50_000)
    return written([b"<</Type/Catalog/Pages 2 0 R>>", body], b"/Root 1 0 R")


def huge_counts() -> bytes:
    tree = b"<</Type/Pages/Count 2147483647/Kids[2 0 R 2 0 R]/Parent 2 0 R>>"
    return written([b"<</Type/Catalog/Pages 2 0 R>>", tree], b"/Root 1 0 R/Size 2147483647")


def deep_arrays() -> bytes:
    return written([b"<</Type/Catalog/Pages 2 0 R/A " + b"[" * 500_000 + b"]" * 500_000 + b">>"], b"/Root 1 0 R")


HOSTILE_PDFS = (cyclic_xref, cyclic_objects, stacked_flate, many_filters, huge_counts, deep_arrays)


@pdfs
def test_hostile_pdfs_are_settled_in_time_beside_this_process(site: Site, engine: Engine) -> None:
    desk = Desk(engine)
    for make in HOSTILE_PDFS:
        site.add(f"/{make.__name__}.pdf", make(), Content_Type="application/pdf")
        began = time.monotonic()
        with memory_grows_by(100 * MB):
            (verdict,) = desk.look(site.url(f"/{make.__name__}.pdf"))
        assert time.monotonic() - began < 25 * strain(), make.__name__
        assert verdict.outcome in ("published", "failed"), (make.__name__, verdict)
        expected = verdict.outcome == "published" or re.search("PDF|no article text", verdict.reason)
        assert expected, (make.__name__, verdict)


@pdfs
def test_a_character_map_that_names_a_pickle_is_never_opened(tmp_path: Path) -> None:
    evil = tmp_path / "evil.pickle.gz"
    evil.write_bytes(b"cos\nsystem\n(S'touch owned'\ntR.")
    name = "".join(f"#{byte:02x}" for byte in str(evil).removesuffix(".pickle.gz").encode()).encode()
    bad = pdf([[(60.0, 700.0, "text")]]).replace(b"/Encoding/Identity-H", b"/Encoding/%s" % name)
    file = tmp_path / "bad.pdf"
    file.write_bytes(bad)
    program = (
        "import sys, pathlib\nfrom services.crawler.adapters.pdf import read_pdf\n"
        "from shared.errors import LumingError\n"
        "try: print(len(read_pdf(pathlib.Path(sys.argv[1]).read_bytes()).paragraphs))\n"
        "except LumingError as error: print(type(error).__name__)"
    )
    printed, trace = opened_files(tmp_path, program, str(file), calls="%file,%network,prlimit64,setrlimit")
    assert printed
    assert lines_with(trace, ["evil"]) == []
    limited = [at for at, line in enumerate(trace.splitlines()) if re.search(r"RLIMIT_NOFILE, \{rlim_cur=3", line)]
    assert limited, "the child set no limit on open files"
    child = trace.splitlines()[limited[-1]].split()[0]
    later = [line for line in trace.splitlines()[limited[-1] :] if line.split()[0] == child]
    opened = [line for line in later if "open" in line.split("(")[0] and not re.search(r"= -1 E", line)]
    assert opened == [], "the child opened a file after its limits were set"
    for kind in ("AS", "CPU", "FSIZE", "NPROC", "CORE"):
        assert any(f"RLIMIT_{kind}, {{" in line and line.split()[0] == child for line in trace.splitlines()), kind


@pdfs
def test_the_childs_limits_are_its_own() -> None:
    before = [resource.getrlimit(kind) for kind in (resource.RLIMIT_AS, resource.RLIMIT_NOFILE)]
    with pytest.raises(PermanentError):
        read_pdf(b"%PDF-1.7\n" + os.urandom(10_000))
    assert [resource.getrlimit(kind) for kind in (resource.RLIMIT_AS, resource.RLIMIT_NOFILE)] == before
