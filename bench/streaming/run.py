"""`make bench WHAT=stream`: Faust beside a bare aiokafka loop with the same classify; a worker that is killed twice."""

import itertools
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from kafka import KafkaConsumer, TopicPartition

from bench import report
from bench.corpora import ROOT, Item, load_items
from bench.own_items import load_own
from deploy.local.broker import Broker
from shared.messages import DocumentFound, Times
from shared.messages.codec import encode
from shared.messages.topics import CLASSIFIED, DEAD_LETTERS, DOCUMENTS, TOPICS
from shared.runtime.kafka import ensure_topics, make_producer

FLOOR = 0.7
"""Share of the bare loop's pace that the service keeps at least."""
PARTITIONS = 2
PATIENCE = 300.0
"""Seconds without a result after which a worker counts as dead."""
WARM = 0.1
"""Share of the documents after which the clock begins: start and first partitions' assignment are no pace."""
KILLS = (0.3, 0.6)
"""Shares of the documents after which the worker is killed."""


@dataclass(frozen=True)
class Seen:
    """One result on the topic."""

    document_id: str
    at: float
    """Seconds, the broker's clock."""


class Results:
    """What appears on the results' topics from now on."""

    def __init__(self, servers: str) -> None:
        self._consumer: Any = KafkaConsumer(bootstrap_servers=servers.split(","), enable_auto_commit=False)
        topics = (CLASSIFIED.name, DEAD_LETTERS.name)
        places = [TopicPartition(name, number) for name in topics for number in range(PARTITIONS)]
        self._consumer.assign(places)
        self._consumer.seek_to_end(*places)
        for place in places:
            self._consumer.position(place)

    def until(self, enough: Callable[[list[Seen]], bool], seen: list[Seen]) -> None:
        """Read on into `seen` until it is enough. Raises TimeoutError when nothing comes any more."""
        last = time.monotonic()
        while not enough(seen):
            for record in itertools.chain.from_iterable(self._consumer.poll(timeout_ms=100).values()):
                seen.append(Seen((record.key or b"").decode(), record.timestamp / 1000))
                last = time.monotonic()
            if time.monotonic() - last > PATIENCE:
                raise TimeoutError(f"{len(seen)} results, then none for {PATIENCE:.0f} s")

    def close(self) -> None:
        """Leave the broker."""
        self._consumer.close()


def documents(count: int) -> list[DocumentFound]:
    """Labelled articles as the crawler sends them, again and again under other addresses."""
    items = [*load_items("train"), *load_own("train")]
    return [_document(number, item) for number, item in zip(range(count), itertools.cycle(items), strict=False)]


def _document(number: int, item: Item) -> DocumentFound:
    now, article = datetime.now(UTC), item.article
    return DocumentFound(
        document_id=f"{number:032x}",
        revision=1,
        url=f"https://bench.example/{number}",
        source="bench",
        title=article.title,
        paragraphs=article.paragraphs,
        language=article.language,
        published=article.published,
        times=Times(first_seen=now, fetched=now, sent=now),
    )


@contextmanager
def worker(way: str, servers: str, group: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that classifies: the service itself, or the bare loop."""
    command = {
        "faust": [sys.executable, "-m", "services.classifier", "run"],
        "bare": [sys.executable, "-m", "bench.streaming.bare", servers, group],
    }[way]
    environment = {
        **os.environ,
        "KAFKA_BOOTSTRAP_SERVERS": servers,
        "TOPIC_REPLICATION": "1",
        "TOPIC_PARTITIONS": str(PARTITIONS),
        "CONSUMER_GROUP": group,
        "CONSUMER_INSTANCE": "bench-0",
        "ENCODER": "0",
        "LOG_LEVEL": "WARNING",
    }
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)  # noqa: S603  our own
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def told(least: int) -> Callable[[list[Seen]], bool]:
    """Whether so many documents have a result."""
    return lambda seen: len({one.document_id for one in seen}) >= least


def pace(way: str, servers: str, group: str, count: int) -> float:
    """Documents a second, from the first tenth to the last, by the broker's clock."""
    results, seen = Results(servers), list[Seen]()
    with worker(way, servers, group):
        results.until(told(count), seen)
    results.close()
    times = sorted({one.document_id: one.at for one in reversed(seen)}.values())
    first = int(count * WARM)
    return (count - first) / max(1e-9, times[-1] - times[first])


def killed(servers: str, group: str, wanted: list[str]) -> tuple[int, int]:
    """(lost, told twice) after a worker was killed twice under load and another of its name went on."""
    results, seen = Results(servers), list[Seen]()
    for share in KILLS:
        with worker("faust", servers, group) as process:
            enough = int(len(wanted) * share)
            results.until(told(enough), seen)
            process.kill()
    with worker("faust", servers, group):
        results.until(told(len(wanted)), seen)
    results.close()
    counted = Counter(one.document_id for one in seen)
    return len(set(wanted) - counted.keys()), sum(times - 1 for times in counted.values())


def stream(count: int, rounds: int) -> bool:
    """Measure both in turn, then kill; gives whether the floors are held."""
    with tempfile.TemporaryDirectory(prefix="luming-stream-") as work:
        broker = Broker(Path(work))
        broker.start()
        try:
            ensure_topics(broker.servers, TOPICS, replication=1, partitions=PARTITIONS)
            sent = documents(count)
            producer = make_producer(broker.servers, "bench")
            for each in sent:
                producer.send(DOCUMENTS.name, key=each.document_id.encode(), value=encode(each))
            producer.flush()
            producer.close()
            rates: dict[str, list[float]] = {"bare": [], "faust": []}
            for number in range(rounds):
                for way, own in rates.items():
                    own.append(pace(way, broker.servers, f"{way}-{number}", count))
            lost, twice = killed(broker.servers, "killed", [each.document_id for each in sent])
        finally:
            broker.stop()
    return _told(rates, lost, twice, count)


def _told(rates: dict[str, list[float]], lost: int, twice: int, count: int) -> bool:
    share = median(ours / bare for ours, bare in zip(rates["faust"], rates["bare"], strict=True))
    rows = [(way, median(own), " ".join(f"{rate:,.0f}" for rate in own)) for way, own in rates.items()]
    report.show(
        f"Documents a second through Kafka, {count:,} documents",
        ("", "median", "rounds"),
        rows,
        "bare: aiokafka alone, the same classify and the same promises, in turn with the service",
    )
    report.write("stream", {"rates": rates, "share": share, "lost": lost, "twice": twice, "documents": count})
    report.bars("stream", "Documents a second", {way: {way: own} for way, own in rates.items()})
    return report.verdicts(
        {
            f"the service keeps {share:.2f} of the bare loop's pace ≥ {FLOOR}": share >= FLOOR,
            f"killed twice under load: {lost} lost of {count:,} ({twice} classified again)": lost == 0,
        }
    )
