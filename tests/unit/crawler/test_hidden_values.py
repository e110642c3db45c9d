"""The values of a source's variables: in no fixture, log line, reason or table."""

import asyncio
from datetime import date
from pathlib import Path

import pytest

from services.crawler.application.check import Exchange
from services.crawler.application.poll import Poll, Polled
from services.crawler.application.values import Answer, LeasedSource
from services.crawler.domain.source import Request
from services.crawler.sources.config import ConfiguredSource, load_sources
from services.crawler.sources.fixture import READ_AT, answer_to
from services.crawler.sources.table import table
from services.crawler.testing.kept import fixture_of, keep
from shared.errors import PermanentError
from tests.unit.crawler.fakes import FakeFetcher, FakeQueue, FakeTelemetry

pytestmark = pytest.mark.unit

FIXTURES = Path(__file__).parents[2] / "fixtures/sources"
ENVIRONMENT = {"BUSINESSWIRE_RSS_TOKEN": "SECRET=TOKEN", "RSSHUB_BASE": "https://r.example/k/SECRETKEY/"}
FILE = "sources:\n  - {name: mine, kind: feed, address: 'https://a.example/${RSSHUB_KEY}/feed'}\n"


def configured(tmp_path: Path, name: str) -> ConfiguredSource:
    path = tmp_path / "sources.yaml"
    path.write_text(FILE, "utf-8")
    found = load_sources(path, {**ENVIRONMENT, "RSSHUB_KEY": "SECRETPART"}, date(2026, 11, 22))
    assert "SECRET" not in table(found)
    return next(one for one in found.all if one.name == name)


@pytest.mark.parametrize("name", ["businesswire", "rsshub"])
def test_a_fixture_names_the_variable(tmp_path: Path, name: str) -> None:
    one = configured(tmp_path, name)
    asked = [*one.source.start({}, READ_AT)]
    asked.append(Request(asked[0].address, method="POST", body=b'{"key": "SECRETKEY SECRET=TOKEN"}'))
    page = answer_to(FIXTURES / name, "", 1)
    page = page.replace(b"<channel>", f"<channel><link>{asked[0].address}</link>".encode(), 1)
    answers = [Answer(each.address, page, "utf-8", media="application/xml") for each in asked]
    exchanges = [Exchange(each, answer, None, READ_AT) for each, answer in zip(asked, answers, strict=True)]
    kept = keep(tmp_path, name, exchanges, one.hidden)
    written = [*kept.iterdir(), *fixture_of(tmp_path, name)]
    assert not [path for path in written if b"SECRET" in path.read_bytes()]
    assert f"${{{one.entry.variables[0]}}}" in next(path for path in written if path.name == "about.md").read_text()


@pytest.mark.parametrize(("name", "partly"), [("businesswire", False), ("rsshub", True), ("mine", False)])
def test_log_and_reasons_name_the_variable(
    tmp_path: Path, name: str, partly: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    one = configured(tmp_path, name)
    asked = one.source.start({}, READ_AT)
    answers: dict[str, Exception | bytes] = {each.address: PermanentError(f"404 {each.address}") for each in asked}
    if partly:
        answers[asked[-1].address] = answer_to(FIXTURES / name, "", 1)
    queue = FakeQueue()
    polled = Polled(name, one.source, 60.0, 0.0, hidden=one.hidden)
    asyncio.run(Poll(FakeFetcher(answers), queue, FakeTelemetry())(polled, LeasedSource(name, {}, 0, "lease")))
    said = queue.partly if partly else queue.reason
    assert "404" in said
    assert "${" in said
    assert "SECRET" not in said + capsys.readouterr().out
