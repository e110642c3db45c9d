"""What the crawlers note of a source in the real database, and what the doctor makes of it."""

import asyncio
import re
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from prometheus_client import CollectorRegistry, generate_latest
from sqlalchemy import Engine, text
from typer.testing import CliRunner

from services.crawler.__main__ import app
from services.crawler.adapters.metrics import Metrics
from services.crawler.adapters.queue import SqlQueue
from services.crawler.adapters.store import SqlStore
from services.crawler.application.poll import Poll, Polled
from services.crawler.application.settle import settle
from services.crawler.application.values import NewPage, Verdict
from services.crawler.diagnosis import doctor
from services.crawler.domain.charset import decode
from services.crawler.domain.completeness import Field
from services.crawler.domain.source import Source
from services.crawler.sources.config import load_sources
from shared.errors import ConfigError, TransientError
from tests.unit.crawler.fakes import FakeFetcher, FakeTelemetry, again_in
from tests.unit.crawler.test_repair import ADDRESS, cards, items, old_list, page

pytestmark = pytest.mark.integration

NOW = datetime.now(UTC)
SOURCES = f"""
built_in: false
sources:
  - name: office
    kind: listing
    address: {ADDRESS}
    terms: {{verdict: allowed}}
    options:
      items: ul.newslist > li
      date: span.date
  - name: wire
    kind: feed
    address: https://wire.example.com/feed
  - name: closed
    kind: feed
    address: https://closed.example.com/feed
    enabled: false
    why_off: 已停刊
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "sources.yaml"
    made.write_text(SOURCES, "utf-8")
    return made


def source_of(file: Path, name: str) -> Source:
    return next(one.source for one in load_sources(file, {}, NOW.date()).all if one.name == name)


def poll(engine: Engine, source: Source, answer: bytes | Exception, name: str = "office") -> None:
    """One poll with this answer, whenever it is due."""
    queue = SqlQueue(engine)
    queue.enrol([name])
    with engine.begin() as connection:
        connection.execute(text("update sources set next_poll = now() where name = :name"), {"name": name})
    (leased,) = queue.lease_sources([name], 1)
    poller = Poll(FakeFetcher({ADDRESS: answer}), queue, FakeTelemetry())
    asyncio.run(poller(Polled(name, source, 60.0, 0.0, keep=True), leased))


def test_a_rebuilt_listing_is_told_and_mended(engine: Engine, database_url: str, file: Path, tmp_path: Path) -> None:
    source = source_of(file, "office")
    poll(engine, source, page(old_list(items(0))).body)
    assert not doctor(database_url, file, None, None).broken
    poll(engine, source, page(cards(items(4))).body)
    everything = doctor(database_url, file, None, None)
    assert everything.broken
    lines = everything.text.splitlines()
    assert lines[1].startswith("office  broken")
    assert "the page has changed" in lines[1]
    assert lines[2].startswith("wire    unproven")
    assert lines[3].startswith("closed  off")
    assert lines[3].endswith("已停刊")
    assert lines[-1] == "1 unproven, 1 broken; 1 off"
    told = doctor(database_url, file, None, "office").text
    assert "present page, proposed         12        8 of 12" in told
    entry = yaml.safe_load(told.partition("config/sources.yaml:")[2])
    configured = yaml.safe_load(SOURCES)
    configured["sources"][0]["options"] |= entry[0]["options"]
    mended = tmp_path / "mended.yaml"
    mended.write_text(yaml.safe_dump(configured, allow_unicode=True), "utf-8")
    poll(engine, source_of(mended, "office"), page(cards(items(4))).body)
    healed = doctor(database_url, mended, None, "office")
    assert not healed.broken
    assert "healthy" in healed.text


def test_no_telephone_number_is_kept_of_a_listing_in_whatever_bytes_it_came(
    engine: Engine, database_url: str, file: Path
) -> None:
    def told(listing: str) -> bytes:
        return listing.replace("工作通知", "工作通知，电话：138<em>1234</em>5678").encode("gbk")

    source = source_of(file, "office")
    poll(engine, source, told(old_list(items(0))))
    poll(engine, source, told(cards(items(4))))
    with engine.connect() as connection:
        kept = [zlib.decompress(body) for body in connection.execute(text("select body from source_pages")).scalars()]
    assert len(kept) == 2
    for body in kept:
        assert "工作通知，电话：[***]" in decode(body, "gbk")
        assert not {b"1234", b"5678"} & set(re.findall(rb"\d{4}", body.replace(b"2026", b"")))
    assert "present page, proposed         12        8 of 12" in doctor(database_url, file, None, "office").text


def test_a_page_that_is_no_listing_is_not_mended(engine: Engine, database_url: str, file: Path) -> None:
    source = source_of(file, "office")
    poll(engine, source, page("<h1>系统维护中</h1>").body)
    assert "No listing of it was ever read" in doctor(database_url, file, None, "office").text
    poll(engine, source, page(old_list(items(0))).body)
    poll(engine, source, page("<h1>系统维护中</h1>").body)
    assert "nothing on the present page" in doctor(database_url, file, None, "office").text


def test_the_command_ends_with_what_it_found(engine: Engine, database_url: str, file: Path) -> None:
    def run(*arguments: str) -> tuple[int, str]:
        ended = CliRunner().invoke(app, ["doctor", "--file", str(file), *arguments])
        return ended.exit_code, ended.output

    assert run("--database", database_url)[0] == 0
    poll(engine, source_of(file, "office"), page("<p>x</p>").body)
    code, said = run("--database", database_url)
    assert (code, "broken" in said) == (1, True)
    assert run("--database", database_url, "wire")[0] == 0
    assert run("--database", "postgresql://nobody@127.0.0.1:9/none")[0] == 3
    code, said = run("--database", database_url, "nobody")
    assert (code, "no source is named nobody" in said) == (2, True)


def test_the_doctor_names_what_it_does_not_know(database_url: str, file: Path) -> None:
    with pytest.raises(ConfigError, match="no source is named other"):
        doctor(database_url, file, None, "other")
    with pytest.raises(TransientError):
        doctor("postgresql://nobody@127.0.0.1:9/none", file, None, None)


def test_what_pages_lack_is_counted_with_their_looks(engine: Engine) -> None:
    queue, store = SqlQueue(engine), SqlStore(engine, lambda: None)
    queue.enrol(["office"])
    (leased,) = queue.lease_sources(["office"], 1)
    pages = [NewPage(f"https://example.com/{number}", "example.com", "m", {}, NOW) for number in range(12)]
    queue.polled(leased, pages, {}, again_in(0.0))
    for number, one in enumerate(queue.lease_pages(["office"], [], 20)):
        had: Mapping[Field, bool] = {"title": True, "date": number % 2 == 0, "body": True}
        if number == 11:
            had = {}
        settle(store, one, Verdict("irrelevant", "names nothing", had=had or None))
    (standing,) = queue.standings(["office"])
    assert standing.completeness["date"] == ["10101010101", 0, 0]
    registry = CollectorRegistry()
    Metrics(registry).stand([standing], NOW)
    told = generate_latest(registry).decode()
    assert 'luming_crawler_source_completeness{field="body",source="office"} 1.0' in told
    assert 'luming_crawler_source_health{source="office",state="unproven"} 1.0' in told
    assert 'luming_crawler_source_health{source="office",state="broken"} 0.0' in told


def test_what_another_source_listed_first_is_news_of_both(engine: Engine, file: Path) -> None:
    source = source_of(file, "office")
    for name in ("first", "second"):
        poll(engine, source, page(old_list(items(0))).body, name)
    old = datetime.now(UTC) - timedelta(days=40)
    with engine.begin() as connection:
        connection.execute(text("update sources set last_new = :old"), {"old": old})
    for name in ("first", "second", "second"):
        poll(engine, source, page(old_list(items(2))).body, name)
    standings = SqlQueue(engine).standings(["first", "second"])
    assert all(one.last_new is not None and one.last_new > NOW - timedelta(minutes=5) for one in standings)


def test_crawlers_share_what_is_due(engine: Engine) -> None:
    one, two = SqlQueue(engine, instance="one"), SqlQueue(engine, instance="two")
    names = [f"s{number}" for number in range(10)]
    one.enrol(names)
    assert (one.alive(), two.alive(), one.alive()) == (1, 2, 2)
    assert len(one.lease_sources(names, 8)) == 5
    assert len(two.lease_sources(names, 8)) == 3  # its share of the five that are left
    two.gone()
    assert one.alive() == 1
    assert len(one.lease_sources(names, 8)) == 2


def test_old_pages_wait_behind_new_ones(engine: Engine) -> None:
    queue = SqlQueue(engine)
    queue.enrol(["office"])
    (leased,) = queue.lease_sources(["office"], 1)
    back = NewPage("https://example.com/old", "example.com", "m", {}, NOW - timedelta(days=90), history=True)
    fresh = NewPage("https://example.com/new", "example.com", "m", {}, NOW)
    queue.polled(leased, [back, fresh], {}, again_in(0.0))
    assert [page.address for page in queue.lease_pages(["office"], [], 9)] == [fresh.address, back.address]
    (leased,) = queue.lease_sources(["office"], 1)
    changed = NewPage(fresh.address, "example.com", "other", {}, NOW, history=True)
    assert queue.polled(leased, [changed], {}, again_in(0.0)) == (0, 0)  # reading back tells of no change
