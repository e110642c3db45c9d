"""The run: everything up, pages for so many minutes, then the queues are emptied and the account is made."""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.request import urlopen

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from bench.alerting.world import World, end, world
from bench.load.samples import Sample, Watch, process_of
from bench.load.site import OUTLETS
from deploy.local.paths import ROOT
from deploy.local.ports import free_ports
from deploy.local.probes import service_probe

SERVICES = ("classifier", "alerter", "crawler")
LOOK_EVERY = 2.0
"""Seconds between two samples."""
READY_WITHIN = 120.0
DRAINED_WITHIN = 600.0
"""Seconds after the last page, after which what is missing counts as lost."""
STANDS = 60.0
"""Seconds without any progress after the last page that count as much."""
SUBSCRIPTIONS = """
subscriptions:
  - name: everything
    rhythm: {budget: 100000}
    channels: {slack: "#everything", console: true}
"""
SOURCES = """
built_in: false
fetching: {timeout: 20, attempts: 3, retry_pause: 1.0, concurrency: 16}
defaults: {interval: 2, fastest: 2, slowest: 2, pace: 0}
sources:
"""
SOURCE = (
    "  - {{name: outlet-{number}, kind: feed, address: '{site}/feed/{number}.xml', outlet: 示例{number}社,"
    " rights: full, language: zh-Hans, terms: {{verdict: allowed}}}}\n"
)
LATENCIES = """
    select extract(epoch from decided)::float as at,
           extract(epoch from delivered - cast(content->'times'->>'first_seen' as timestamptz))::float as seconds
    from deliveries where delivered is not null order by delivered
"""


@dataclass(frozen=True)
class Outcome:
    """What a run gave."""

    minutes: float
    pages: int
    """That were out."""
    samples: tuple[Sample, ...]
    fed: int
    """Samples that were taken while pages came; the rest is the emptying of the queues."""
    drained: float
    """Seconds from the last page until nothing waited."""
    latencies: tuple[tuple[float, float], ...]
    """Seconds since the load began, and from first seen to delivered, of each delivery."""
    lost: int
    twice: int
    letters: int


def run(rate: float, share: float, minutes: float, encoder: bool) -> Outcome:
    """Raise the load for so many minutes. Raises RuntimeError when a process ends or does not become ready."""
    with world(SUBSCRIPTIONS, lambda: 0.0) as made, _site(rate, share) as site:
        text = SOURCES + "".join(SOURCE.format(number=number, site=site) for number in range(OUTLETS))
        (made.folder / "config" / "sources.yaml").write_text(text, "utf-8")
        processes = {name: _start(made, name, encoder) for name in SERVICES}
        _wait_ready(made, processes)
        started = time.time()
        _ask(f"{site}/open")
        servers = {"broker": process_of(made.folder / "kafka"), "database": made.database.pid}
        watch = Watch(made.engine, {name: process.pid for name, (process, _) in processes.items()} | servers)
        with Progress(
            TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[done]}"), TimeElapsedColumn()
        ) as progress:
            bar = progress.add_task(f"{rate:.0f} pages a second", total=minutes * 60, done="")
            samples: list[Sample] = []
            while not samples or samples[-1].at < minutes * 60:
                time.sleep(LOOK_EVERY)
                samples.append(watch.look())
                done = samples[-1].done
                said = f"{done['read']:,} read, {done['decided']:,} decided, {done['delivered']:,} delivered"
                progress.update(bar, completed=samples[-1].at, done=said)
            pages = _ask(f"{site}/close")
            fed = len(samples)
            progress.update(bar, description="emptying the queues", total=None)
            drained = _drain(watch, pages, samples)
        return _account(made, (minutes, pages, samples, fed, drained), share, started)


def _ask(address: str) -> int:
    with urlopen(address, timeout=10) as answer:  # noqa: S310  the site of this run, on loopback
        return int(answer.read())


def _drain(watch: Watch, pages: int, samples: list[Sample]) -> float:
    """Wait until nothing waits; seconds that it took."""
    began = progressed = time.monotonic()
    last: dict[str, int] = {}
    while time.monotonic() - began < DRAINED_WITHIN and time.monotonic() - progressed < STANDS:
        time.sleep(LOOK_EVERY)
        samples.append(watch.look())
        done = dict(samples[-1].done)
        waiting = done["deliveries"] - done["delivered"] + done["unsent"]
        if done["read"] >= pages and done["decided"] >= done["documents"] and not waiting:
            break
        if done != last:
            last, progressed = done, time.monotonic()
    return time.monotonic() - began


def lost(pages: int, share: float, done: Mapping[str, int]) -> int:
    """Pages and documents that came to no end: not read, failed, watched and no document, or not decided.

    The site is always well, so that no page has a reason to fail; every so-many-th tells of a watched company.
    """
    unread = max(0, pages - done["read"]) + done["failed"]
    unseen = int(pages * share) - done["documents"]  # what failed may be among them, and is lost once
    return max(0, unread, unseen) + max(0, done["documents"] - done["decided"])


def _account(made: World, told: tuple[float, int, list[Sample], int, float], share: float, started: float) -> Outcome:
    minutes, pages, samples, fed, drained = told
    done = samples[-1].done
    letters = made.rows("select count(*) from alerter_dead_letters")[0][0]
    received = Counter(one.delivery_key for one in made.receivers.received())
    delivered = made.keys("delivered is not null")
    missed = lost(pages, share, done) + len(delivered - set(received))
    latencies = tuple((at - started, seconds) for at, seconds in made.rows(LATENCIES))
    twice = sum(count - 1 for count in received.values())
    return Outcome(minutes, pages, tuple(samples), fed, drained, latencies, missed, twice, letters)


@contextmanager
def _site(rate: float, share: float) -> Iterator[str]:
    command = [sys.executable, "-m", "bench.load.site", str(rate), str(share)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)  # noqa: S603  our own
    try:
        if process.stdout is None:
            raise RuntimeError("the site has no output")
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.wait()


def _start(made: World, service: str, encoder: bool) -> tuple["subprocess.Popen[bytes]", int]:
    (port,) = free_ports(1)
    name = "CRAWLER_INSTANCE" if service == "crawler" else "CONSUMER_INSTANCE"
    told = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "KAFKA_BOOTSTRAP_SERVERS": made.servers,
        "DATABASE_URL": made.url,
        "CONFIG_DIR": str(made.folder / "config"),
        "CONSUMER_GROUP": f"load-{service}",
        "TOPIC_REPLICATION": "1",
        "TOPIC_PARTITIONS": "2",
        "CRAWLER_CONTACT": "load@example.com",
        "ALLOW_LOOPBACK": "1",
        "LOG_LEVEL": "WARNING",
        "ENCODER": "1" if encoder else "0",
        "ATTEMPTS_DIR": str(made.folder / "attempts"),
        "HTTP_PORT": str(port),
        name: f"load-{service}",
        **made.receivers.environment(),
    }
    command = [sys.executable, "-m", f"services.{service}", "run"]
    with (made.folder / f"{service}.log").open("ab") as log:
        process = subprocess.Popen(command, env=told, cwd=made.folder, stdout=subprocess.DEVNULL, stderr=log)  # noqa: S603  our own
    made.processes.append(process)
    return process, port


def _wait_ready(made: World, processes: dict[str, tuple["subprocess.Popen[bytes]", int]]) -> None:
    until = time.monotonic() + READY_WITHIN
    for name, (process, port) in processes.items():
        probe = service_probe(port)
        while not probe().ready:
            if process.poll() is not None or time.monotonic() > until:
                log = (made.folder / f"{name}.log").read_text("utf-8", "replace")[-2000:]
                end(process)
                raise RuntimeError(f"the {name} is not ready:\n{log}")
            time.sleep(0.2)
