"""One contract for every source: what it asks, what it reads from its fixture, and how it takes an answer gone wrong.

A plug-in without a fixture folder of its name fails here, and so does a folder without a plug-in.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from yaml import safe_load

from services.crawler.domain.source import Listed, Parsed, Request, Source, SourcePage
from services.crawler.sources.config import SourceEntry, load_sources
from services.crawler.sources.registry import plugins
from shared.errors import PermanentError

pytestmark = pytest.mark.contract

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "tests" / "fixtures" / "sources"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
CASES = sorted(folder.name for folder in FIXTURES.iterdir() if folder.is_dir())
"""`feed`, `feed.atom`, …: the plug-in's name, then the case."""

GONE_WRONG = {
    "nothing": b"",
    "random": bytes(range(256)) * 20,
    "nul": b"\0" * 4096,
    "truncated xml": b'<?xml version="1.0"?><rss version="2.0"><channel><item><title>a</title><link>https://a.ex',
    "an error page": b"<html><head><title>502</title></head><body>Bad Gateway</body></html>",
    "entity bomb": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">'
    b"<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;&b;'>]><rss><channel><title>&c;</title></channel></rss>",
    "entity bomb in UTF-16": '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "b">]><rss/>'.encode(
        "utf-16"
    ),
    "external entity": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss><channel><title>&a;</title></channel></rss>',
    "deep json": b"[" * 100_000,
    "deep html": b"<div>" * 60_000,
    "json of another shape": b'{"result": {"data": {"0": 1}}, "items": null}',
    "bare number": b"12",
    "gzip that is none": b"\x1f\x8b\x08\x00broken",
    "not even text": "ÿþ�".encode("utf-16"),
}


def entry_of(case: str) -> SourceEntry:
    return SourceEntry.model_validate(safe_load((FIXTURES / case / "source.yaml").read_text("utf-8")))


def source_of(case: str) -> Source:
    entry = entry_of(case)
    plugin = plugins()[entry.kind]
    return plugin.build(entry.address, entry.zone, plugin.options.model_validate(entry.options))


def page_of(case: str, body: bytes, step: str = "") -> SourcePage:
    address = entry_of(case).address
    return SourcePage(Request(address, step=step), address, body, NOW)


def read(case: str, body: bytes) -> Parsed:
    """What the source reads of an answer; nothing where it says in words why it cannot. Other errors are its fault."""
    try:
        return source_of(case).parse(page_of(case, body))
    except PermanentError as error:
        return Parsed() if str(error) else Parsed(items=(Listed("an error without words"),))


def fixture_page(case: str) -> bytes:
    (page,) = (FIXTURES / case).glob("page.*")
    return page.read_bytes()


def plain(parsed: Parsed) -> dict[str, Any]:
    items = [
        {
            "address": item.address,
            "title": item.title,
            "published": item.published.at.isoformat() if item.published else None,
            "precision": item.published.precision if item.published else None,
            "author": item.author,
            "outlet": item.outlet,
        }
        for item in parsed.items
    ]
    return {"items": items, "requests": [request.address for request in parsed.requests], "dropped": parsed.dropped}


@pytest.mark.parametrize("name", sorted(plugins()))
def test_every_source_has_a_fixture_folder(name: str) -> None:
    assert (FIXTURES / name).is_dir(), f"make tests/fixtures/sources/{name} with source.yaml, a page and expected.json"


def test_every_module_of_kinds_is_a_plug_in() -> None:
    modules = {path.stem for path in (ROOT / "services/crawler/sources/kinds").glob("*.py")} - {"__init__"}
    assert modules == {name for name in plugins() if name in modules}


@pytest.mark.parametrize("case", CASES)
def test_every_folder_belongs_to_a_source(case: str) -> None:
    assert case.partition(".")[0] in plugins()
    assert entry_of(case).kind == case.partition(".")[0]


@pytest.mark.parametrize("case", CASES)
def test_asks_its_address_first(case: str) -> None:
    requests = list(source_of(case).start({}, NOW))
    assert [request.address for request in requests][:1] == [entry_of(case).address]


@pytest.mark.parametrize("case", CASES)
def test_reads_its_fixture(case: str) -> None:
    expected = json.loads((FIXTURES / case / "expected.json").read_text("utf-8"))
    assert plain(source_of(case).parse(page_of(case, fixture_page(case)))) == expected


@pytest.mark.parametrize("case", CASES)
def test_reading_twice_gives_the_same(case: str) -> None:
    source = source_of(case)
    assert source.parse(page_of(case, fixture_page(case))) == source.parse(page_of(case, fixture_page(case)))


@pytest.mark.parametrize("wrong", GONE_WRONG)
@pytest.mark.parametrize("case", CASES)
@pytest.mark.timeout(10)
def test_an_answer_gone_wrong_is_a_typed_error_or_empty(case: str, wrong: str) -> None:
    assert read(case, GONE_WRONG[wrong]).items == ()


@pytest.mark.parametrize("case", CASES)
@pytest.mark.timeout(20)
def test_a_cut_fixture_breaks_nothing(case: str) -> None:
    body = fixture_page(case)
    for end in range(0, len(body), max(1, len(body) // 40)):
        read(case, body[:end])


def test_the_projects_own_sources_are_right() -> None:
    sources = load_sources(ROOT / "config" / "sources.yaml", {})
    assert len(sources.enabled) >= 12
    for one in sources.all:
        assert one.entry.outlet, one.name
        assert one.entry.evidence, one.name
        assert one.entry.enabled or one.entry.why_off, f"{one.name} is off and does not say why"
        assert one.entry.evidence != "U" or not one.entry.enabled, f"{one.name} is a guess and on"
