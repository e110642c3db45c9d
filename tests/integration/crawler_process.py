"""The crawler as a process, a site for it to read, and what it left behind."""

import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from kafka import KafkaConsumer
from kafka.structs import TopicPartition
from sqlalchemy import Engine, text

from bench.alerting.nursery import Life
from shared.messages.codec import decode
from shared.messages.document import DocumentFound
from shared.messages.topics import DOCUMENTS
from tests import forked
from tests.integration.crawler_site import Site

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


def article(number: int) -> str:
    """A page about the watched company; each number has words of its own."""
    place = PLACES[number % len(PLACES)]
    body = (
        f"阿里健康在{place}启动第{number}期互联网医院合作。{place}的患者今后可以在线复诊，并由{place}的药房配送药品。"
        f"{place}卫生部门表示，{number * 37}家机构将参加{place}的试点，总投入{number * 113}万元，期限{number + 3}个月。"
    )
    title = f"阿里健康{place}合作{number}"
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{body}</p></body></html>"


def publish(site: Site, numbers: range) -> None:
    """Put these articles on the site and into its feed."""
    for number in numbers:
        site.add(f"/a/{number}.html", article(number))
    publish_feed(site, numbers.stop)


def publish_feed(site: Site, count: int, corrected: int | None = None) -> None:
    """A feed of the first `count` articles, one of them with another title."""
    items = "".join(
        f"<item><title>{number}{'更正' if number == corrected else ''}</title>"
        f"<link>{site.url(f'/a/{number}.html')}</link></item>"
        for number in range(count)
    )
    site.add("/feed.xml", f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>')


@contextmanager
def crawler(
    site: Site, servers: str, database_url: str, tmp_path: Path, interval: float = 0.3, port: int = 0
) -> Iterator[Life]:
    """The crawler as a process, killed at the end; what it logs goes to `crawler.log`."""
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
    log = tmp_path / "crawler.log"
    process = forked.start("services.crawler", "run", environment=environment, log=log)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def logged(tmp_path: Path) -> list[Mapping[str, object]]:
    """The lines of its log."""
    lines = (tmp_path / "crawler.log").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines if line.startswith("{")]


def scalar(engine: Engine, query: str) -> int:
    """The first number of the query's answer."""
    with engine.connect() as connection:
        return int(connection.execute(text(query)).scalar() or 0)


def until(true: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait, at most so many seconds."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.05)


def decided(engine: Engine) -> int:
    """How many looks ended."""
    return scalar(engine, "select count(*) from crawl_decisions where outcome <> 'retry'")


def messages(servers: str) -> list[DocumentFound]:
    """All messages of the topic."""
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
    """Status and text of a probe; 0 where nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()
    except OSError:
        return 0, ""
