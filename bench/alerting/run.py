"""`make bench WHAT=alert`: an event on Kafka to Slack's receiver, at fifty alerts a second."""

import time
from dataclasses import asdict
from itertools import islice

from kafka import KafkaProducer

from bench import report
from bench.alerting.latency import Latency, by_second, latency, to_come
from bench.alerting.slack import ANSWERS_IN, Slack, pace_of, slack
from bench.alerting.world import World, world
from bench.crash.documents import stories
from shared.messages import DocumentClassified
from shared.messages.codec import encode
from shared.messages.topics import CLASSIFIED
from shared.runtime.kafka import make_producer
from shared.watch.watchlist import load_watchlist

FLOOR = 500.0
"""Milliseconds that the 99th percentile stays below."""
RATE = 50
"""Alerts a second."""
CHANNELS = 64
"""Slack channels that the alerts go to in turn: Slack takes one message a second to a channel
(https://docs.slack.dev/apis/web-api/rate-limits), so that fifty a second need more than fifty of them."""
WARM = 100
"""Alerts before the clock begins: the first of each connection, table and code path are no pace."""
SETTLES = 15.0
"""Seconds that the last alerts are waited for."""
_JOINED = (
    "select document_id from alert_decisions where outcome = 'joined'"
    " and document_id not in (select document_id from deliveries)"
)
"""A story so like an earlier one that it joins it without news alerts nobody, which is no alert that is missing."""


def subscriptions() -> str:
    """A subscription for each channel: each wants the stories whose title names its desk."""
    entries = (
        f'  - {{name: desk{number:02d}, when: {{words: ["desk {number:02d}."]}},'
        f' rhythm: {{budget: 100000}}, channels: {{slack: "#desk{number:02d}"}}}}'
        for number in range(CHANNELS)
    )
    return "subscriptions:\n" + "\n".join(entries) + "\n"


def alert(seconds: int, rate: int = RATE) -> bool:
    """Measure for so many seconds; whether the floor is held."""
    with slack() as receiver, world(subscriptions(), lambda: 0.0) as made:
        events = _events(made, WARM + seconds * rate)
        producer = make_producer(made.servers, "bench")
        made.start(LOG_LEVEL="WARNING", **receiver.environment())
        _pour(producer, events[:WARM], rate)
        _wait(receiver, WARM)
        documents = {str(number): document.document_id for number, (_, document) in enumerate(events)}
        sent = _pour(producer, events[WARM:], rate, WARM)
        _wait(receiver, WARM + len(sent))
        producer.close()
        quiet = {row[0] for row in made.rows(_JOINED)}
    wanted = to_come(sent, documents, quiet)
    arrived = {name: moments for name, moments in receiver.arrived.items() if name in wanted}
    found = latency(wanted, arrived)
    return _told(found, by_second(wanted, arrived, 0.99), receiver, seconds, rate, len(sent) - len(wanted))


def _events(made: World, count: int) -> list[tuple[int, DocumentClassified]]:
    """First reports of so many stories, each for one desk, with the partition that it goes to."""
    watchlist = load_watchlist(made.folder / "config" / "watchlist.yaml")
    found = []
    for number, story in enumerate(islice(stories(watchlist, 1), count)):
        first = story[0].document
        title = f"{first.title} desk {number % CHANNELS:02d}."
        found.append((story[0].partition, first.model_copy(update={"title": title})))
    return found


def _pour(
    producer: KafkaProducer, events: list[tuple[int, DocumentClassified]], rate: int, first: int = 0
) -> dict[str, float]:
    """Send them evenly; the moment of each by its story's number, counted from `first`, in seconds since 1970."""
    sent = {}
    began = time.perf_counter()
    for number, (partition, document) in enumerate(events):
        time.sleep(max(0.0, began + number / rate - time.perf_counter()))
        sent[str(first + number)] = time.time()
        key, value = document.document_id.encode(), encode(document)
        producer.send(CLASSIFIED.name, key=key, value=value, partition=partition)
    producer.flush()
    return sent


def _wait(receiver: Slack, count: int) -> None:
    """Until so many alerts came, or none has come for a while."""
    seen, since = -1, time.monotonic()
    while len(receiver.arrived) < count and time.monotonic() - since < SETTLES:
        if len(receiver.arrived) != seen:
            seen, since = len(receiver.arrived), time.monotonic()
        time.sleep(0.05)


def _told(found: Latency, seconds_p99: list[float], receiver: Slack, seconds: int, rate: int, joined: int) -> bool:
    busiest = max(map(pace_of, receiver.channels.values()), default=0)
    report.show(
        f"Event on Kafka → Slack, {rate} alerts a second for {seconds} s",
        ("", "milliseconds"),
        [("p50", found.p50), ("p95", found.p95), ("p99", found.p99), ("longest", found.longest)],
        f"{CHANNELS} channels, Slack answers in {ANSWERS_IN * 1000:.0f} ms, {busiest} to one channel in a second;"
        f" left out: {joined} stories that joined an earlier one without news",
    )
    report.write(
        "alert",
        {**asdict(found), "rate": rate, "seconds": seconds, "channels": CHANNELS, "busiest": busiest, "joined": joined},
    )
    report.bars("alert", "Event on Kafka → Slack, milliseconds", {"99th percentile": {"each second": seconds_p99}})
    wanted = found.alerts + found.missing
    return report.verdicts(
        {
            f"p99 {found.p99:,.0f} ms < {FLOOR:.0f} ms at {rate} alerts a second": 0 < found.p99 < FLOOR,
            f"{found.missing} of {wanted:,} alerts did not come": not found.missing,
            f"{found.twice} came twice": not found.twice,
        }
    )
