"""The crawler as a process on the real Kafka and PostgreSQL: nothing lost, each page decided, a clean stop."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from kafka import KafkaConsumer
from kafka.structs import TopicPartition
from sqlalchemy import Engine, text

from deploy.local.broker import Broker
from shared.messages.codec import decode
from shared.messages.document import DocumentFound
from shared.messages.topics import DOCUMENTS
from tests.integration.conftest import Kafka
from tests.integration.crawler_site import Site, serve

pytestmark = [pytest.mark.integration, pytest.mark.timeout(150)]

PLACES = [
    "东海省", "西岭省", "南浦市", "北川市", "青田市", "白沙市", "黄石市", "绿洲市", "紫云市", "银河市", "金山市",
    "玉门市",
    "石林市", "云台市", "海门市", "江口市",
]  # fmt: skip
SOURCES = """
built_in: false
fetching: {{timeout: 5, retry_pause: 0.2, concurrency: 4}}
defaults: {{interval: {interval}, pace: 0}}
sources:
  - {{name: site, kind: feed, address: "${{SITE}}/feed.xml", outlet: 示例社, rights: full}}
"""


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as made:
        yield made


def article(number: int) -> str:
    place = PLACES[number % len(PLACES)]
    body = (
        f"阿里健康在{place}启动第{number}期互联网医院合作。{place}的患者今后可以在线复诊，并由{place}的药房配送药品。"
        f"{place}卫生部门表示，{number * 37}家机构将参加{place}的试点，总投入{number * 113}万元，期限{number + 3}个月。"
    )
    title = f"阿里健康{place}合作{number}"
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{body}</p></body></html>"


def publish(site: Site, numbers: range) -> None:
    for number in numbers:
        site.add(f"/a/{number}.html", article(number))
    publish_feed(site, numbers.stop)


def publish_feed(site: Site, count: int, corrected: int | None = None) -> None:
    items = "".join(
        f"<item><title>{number}{'更正' if number == corrected else ''}</title>"
        f"<link>{site.url(f'/a/{number}.html')}</link></item>"
        for number in range(count)
    )
    site.add("/feed.xml", f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>')


@contextmanager
def crawler(
    site: Site, servers: str, database_url: str, tmp_path: Path, interval: float = 0.3, port: int = 0
) -> Iterator[subprocess.Popen[bytes]]:
    sources = tmp_path / "sources.yaml"
    sources.write_text(SOURCES.format(interval=interval), "utf-8")
    environment = {
        **os.environ,
        "SITE": site.url(""),
        "SOURCES_FILE": str(sources),
        "KAFKA_BOOTSTRAP_SERVERS": servers,
        "DATABASE_URL": database_url,
        "CRAWLER_CONTACT": "tests@example.com",
        "ALLOW_LOOPBACK": "1",
        "TOPIC_REPLICATION": "1",
        "HTTP_PORT": str(port),
    }
    with (tmp_path / "crawler.log").open("ab") as log:
        process = subprocess.Popen([sys.executable, "-m", "services.crawler", "run"], env=environment, stderr=log)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def logged(tmp_path: Path) -> list[Mapping[str, object]]:
    lines = (tmp_path / "crawler.log").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines if line.startswith("{")]


def scalar(engine: Engine, query: str) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text(query)).scalar() or 0)


def until(true: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.05)


def decided(engine: Engine) -> int:
    return scalar(engine, "select count(*) from crawl_decisions where outcome <> 'retry'")


def messages(servers: str) -> list[DocumentFound]:
    consumer = KafkaConsumer(bootstrap_servers=servers, enable_auto_commit=False, auto_offset_reset="earliest")
    partitions = [TopicPartition(DOCUMENTS.name, number) for number in consumer.partitions_for_topic(DOCUMENTS.name)]
    consumer.assign(partitions)
    ends = consumer.end_offsets(partitions)
    got = []
    while any(consumer.position(partition) < ends[partition] for partition in partitions):
        for records in consumer.poll(500).values():
            got += [decode(DocumentFound, record.value) for record in records]
    consumer.close()
    return got


def probe(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()
    except OSError:
        return 0, ""


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
