"""One contract for every source: what it asks, what it reads from its fixture, and how it takes an answer gone wrong.

A plug-in without a fixture folder of its name fails here, and so does a folder without a plug-in.
"""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.crawler.domain.source import Listed, Parsed, Request, Source, SourcePage
from services.crawler.sources.config import load_sources
from services.crawler.sources.fixture import answer_to, source_of, walk
from services.crawler.sources.registry import OWN, Plugin, plugins
from shared.errors import PermanentError
from shared.watch import load_watchlist

pytestmark = pytest.mark.contract

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "tests" / "fixtures" / "sources"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ENTITIES = {entity.id for entity in load_watchlist(ROOT / "config" / "watchlist.yaml").entities}
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


def plugin_of(case: str) -> Plugin:
    return plugins()[case.partition(".")[0]]


def source(case: str) -> Source:
    return source_of(FIXTURES / case, plugin_of(case))[0]


def steps_of(case: str) -> list[Request]:
    """One question of each step that the fixture answers."""
    found = {request.step: request for request in walk(FIXTURES / case, source(case), NOW).requests}
    return list(found.values())


def read(case: str, request: Request, body: bytes) -> Parsed:
    """What the source reads of an answer; nothing where it says in words why it cannot. Other errors are its fault."""
    try:
        return source(case).parse(SourcePage(request, request.address, body, NOW))
    except PermanentError as error:
        return Parsed() if str(error) else Parsed(items=(Listed("an error without words"),))


@pytest.mark.parametrize("name", sorted(plugins()))
def test_every_source_has_a_fixture_folder(name: str) -> None:
    assert (FIXTURES / name).is_dir(), f"make tests/fixtures/sources/{name} with source.yaml, a page and expected.json"


def test_every_module_is_a_plug_in_of_its_own_name() -> None:
    folder = ROOT / "services/crawler/sources"
    modules = {path.stem for path in (*folder.glob("*.py"), *(folder / "kinds").glob("*.py"))} - {"__init__"} - OWN
    assert modules <= set(plugins())


@pytest.mark.parametrize("case", CASES)
def test_every_folder_belongs_to_a_source(case: str) -> None:
    assert case.partition(".")[0] in plugins()


@pytest.mark.parametrize("name", [name for name, plugin in plugins().items() if plugin.defaults])
def test_says_who_it_is(name: str) -> None:
    defaults = plugins()[name].defaults
    assert defaults is not None
    assert defaults.outlet
    assert defaults.evidence
    assert not defaults.verified, "nobody has seen it live yet"
    assert defaults.enabled or defaults.why_off, "it is off and does not say why"
    assert defaults.evidence not in ("U",) or not defaults.enabled, "a guess is on"
    assert {*defaults.direct, *defaults.indirect} <= ENTITIES


@pytest.mark.parametrize("case", CASES)
def test_reads_its_fixture(case: str) -> None:
    expected = json.loads((FIXTURES / case / "expected.json").read_text("utf-8"))
    assert walk(FIXTURES / case, source(case), NOW).plain() == expected
    assert expected["items"]


@pytest.mark.parametrize("case", CASES)
def test_reading_twice_gives_the_same(case: str) -> None:
    made = source(case)
    assert walk(FIXTURES / case, made, NOW) == walk(FIXTURES / case, made, NOW)


@pytest.mark.parametrize("wrong", GONE_WRONG)
@pytest.mark.parametrize("case", CASES)
@pytest.mark.timeout(10)
def test_an_answer_gone_wrong_is_a_typed_error_or_empty(case: str, wrong: str) -> None:
    for request in steps_of(case):
        assert read(case, request, GONE_WRONG[wrong]).items == ()


@pytest.mark.parametrize("case", CASES)
@pytest.mark.timeout(20)
def test_a_cut_fixture_breaks_nothing(case: str) -> None:
    for request in steps_of(case):
        body = answer_to(FIXTURES / case, request.step, 1)
        for end in range(0, len(body), max(1, len(body) // 40)):
            read(case, request, body[:end])


def test_the_projects_own_sources_are_right() -> None:
    sources = load_sources(ROOT / "config" / "sources.yaml", {}, NOW.date())
    assert len(sources.enabled) >= 12
    assert {one.name for one in sources.all} >= {name for name, plugin in plugins().items() if plugin.defaults}
