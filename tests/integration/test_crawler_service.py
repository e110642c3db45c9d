"""The crawler as a process on the real Kafka and PostgreSQL: nothing lost, each page decided, a clean stop."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from deploy.local.broker import Broker
from tests.integration.conftest import Kafka
from tests.integration.crawler_process import (
    SOURCES,
    article,
    crawler,
    decided,
    logged,
    messages,
    probe,
    publish,
    publish_feed,
    scalar,
    until,
)
from tests.integration.crawler_site import Site, serve

pytestmark = [pytest.mark.integration, pytest.mark.timeout(150)]


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as made:
        yield made


def test_from_listing_to_kafka(site: Site, kafka: Kafka, engine: Engine, database_url: str, tmp_path: Path) -> None:
    publish(site, range(6))
    site.add("/a/2.html", "<html><body><h1>天气</h1><p>今天晴，气温二十度，适合外出散步和郊游。</p></body></html>")
    site.add("/a/3.html", "", status=500)
    site.add("/a/4.html", article(1).replace("<p>", "<p>本报讯 记者王某报道。"))
    with crawler(site, kafka.servers, database_url, tmp_path) as process:
        until(lambda: decided(engine) >= 6)
        site.add("/a/0.html", article(0).replace("期限3个月", "期限9个月"))
        publish_feed(site, 6, corrected=0)
        until(lambda: decided(engine) >= 7)
        until(lambda: scalar(engine, "select count(*) from outbox where sent is null") == 0)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    with engine.connect() as connection:
        rows = connection.execute(text("select address, outcome, reason from crawl_decisions order by id")).all()
    outcomes = {row.address.rpartition("/")[2]: (row.outcome, row.reason) for row in rows}
    assert outcomes["1.html"][0] == "published"
    assert outcomes["2.html"][0] == "irrelevant"
    assert outcomes["3.html"] == ("failed", "500 after 3 attempts")
    assert outcomes["4.html"][0] == "duplicate"
    assert outcomes["0.html"][0] == "published"
    assert "revision 2" in outcomes["0.html"][1]
    assert [row.outcome for row in rows].count("retry") == 2
    got = messages(kafka.servers)
    assert sorted((message.url.rpartition("/")[2], message.revision) for message in got) == [
        ("0.html", 1), ("0.html", 2), ("1.html", 1), ("5.html", 1),
    ]  # fmt: skip
    for message in got:
        assert message.times.fetched is not None
        assert message.times.sent is not None
        assert message.times.first_seen <= message.times.fetched <= message.times.sent


def test_killed_in_the_middle_loses_nothing(
    site: Site, kafka: Kafka, engine: Engine, database_url: str, tmp_path: Path
) -> None:
    count = 48
    publish(site, range(count))
    for least in (5, 20, 35):
        with crawler(site, kafka.servers, database_url, tmp_path) as process:
            until(lambda least=least: decided(engine) >= least)  # type: ignore[misc]  # binds the number
            process.kill()
    with crawler(site, kafka.servers, database_url, tmp_path):
        until(lambda: decided(engine) >= count, 75)  # what was in work comes back when its lease ends after 30 s
        until(lambda: scalar(engine, "select count(*) from outbox where sent is null") == 0)
    assert decided(engine) == count
    assert scalar(engine, "select count(distinct address) from crawl_decisions") == count
    stored = scalar(engine, "select count(*) from documents where duplicate_of is null")
    assert scalar(engine, "select count(*) from outbox") == stored
    assert len({message.document_id for message in messages(kafka.servers)}) == stored


def test_two_crawlers_fetch_nothing_twice(
    site: Site, kafka: Kafka, engine: Engine, database_url: str, tmp_path: Path
) -> None:
    publish(site, range(40))
    with crawler(site, kafka.servers, database_url, tmp_path), crawler(site, kafka.servers, database_url, tmp_path):
        until(lambda: decided(engine) >= 40)
        until(lambda: scalar(engine, "select count(*) from outbox where sent is null") == 0)
    pages = [path for path in site.paths() if path.startswith("/a/")]
    assert len(pages) == len(set(pages)) == 40
    got = [message.document_id for message in messages(kafka.servers)]
    assert len(got) == len(set(got)) == scalar(engine, "select count(*) from documents where duplicate_of is null")


def test_a_broker_that_goes_away_and_comes_back(
    site: Site, engine: Engine, database_url: str, tmp_path: Path, unused_port: int
) -> None:
    broker = Broker(tmp_path / "kafka")
    servers = broker.start()
    publish(site, range(2))
    try:
        with crawler(site, servers, database_url, tmp_path, port=unused_port) as process:
            until(lambda: scalar(engine, "select count(*) from outbox where sent is not null") == 2)
            assert probe(unused_port, "/readyz")[0] == 200
            broker.stop()
            publish(site, range(5))
            until(lambda: scalar(engine, "select count(*) from outbox where sent is null") == 3)
            until(lambda: probe(unused_port, "/readyz")[0] == 503)
            assert "broker" in probe(unused_port, "/readyz")[1]
            assert probe(unused_port, "/healthz")[0] == 200
            broker.start()
            until(lambda: scalar(engine, "select count(*) from outbox where sent is null") == 0)
            until(lambda: probe(unused_port, "/readyz")[0] == 200)
            metrics = probe(unused_port, "/metrics")[1]
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0
        assert 'luming_crawler_looks_total{outcome="published",source="site"} 5.0' in metrics
        said = [str(line["message"]) for line in logged(tmp_path)]
        assert any("messages wait in the outbox" in line for line in said)
        assert len({message.document_id for message in messages(servers)}) == 5
    finally:
        broker.stop()


@pytest.fixture
def unused_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_without_network_every_source_says_so(
    site: Site, kafka: Kafka, engine: Engine, database_url: str, tmp_path: Path, unused_port: int
) -> None:
    site.port = unused_port
    with crawler(site, kafka.servers, database_url, tmp_path) as process:
        until(lambda: scalar(engine, "select count(*) from sources where last_error is not null") == 1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    (failed, *_) = [line for line in logged(tmp_path) if line["message"] == "source failed"]
    assert failed["source"] == "site"
    assert "no connection" in str(failed["reason"])


@pytest.mark.parametrize("missing", ["CRAWLER_CONTACT", "DATABASE_URL"])
def test_a_wrong_configuration_starts_nothing(tmp_path: Path, missing: str) -> None:
    sources = tmp_path / "sources.yaml"
    sources.write_text(SOURCES.format(interval=1), "utf-8")
    environment = {
        "SITE": "http://127.0.0.1:9",
        "SOURCES_FILE": str(sources),
        "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9",
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none",
        "CRAWLER_CONTACT": "tests@example.com",
        "PATH": os.environ["PATH"],
    }
    del environment[missing]
    run = subprocess.run(
        [sys.executable, "-m", "services.crawler", "run"], env=environment, capture_output=True, timeout=60, check=False
    )
    assert run.returncode == 2
    assert missing in run.stderr.decode()
    assert "mend:" in run.stderr.decode()
