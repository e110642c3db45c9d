"""Both crawlers in turn on one site, some rounds; median pages a second and peak memory, and their ratio."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from statistics import median

from rich.progress import track

from bench import report
from bench.crawling.side import Task, Told
from bench.crawling.site import listings
from bench.machine import FOLDER, TreeMemory, database
from deploy.local.database import Database
from deploy.local.paths import ROOT
from shared.store.engine import make_engine, migrate

SIDES = {"luming": "bench.crawling.ours", "scrapy": "bench.crawling.beside"}
NOTE = (
    "Same machine, same run, rounds in turn; same pages, extract(), rows (document, fingerprints, outbox, decision in "
    "one durable transaction, look-alikes compared), requests at once and threads; robots.txt honoured, no pace. "
    "Luming also keeps its queue in the database; Scrapy keeps its own in memory. Memory: the process and its children."
)
SLOWEST = 3.0
"""Pages a second under which a side's round is given up, after a minute to start."""


@contextmanager
def site(pages: int) -> Iterator[str]:
    """The site in a process of its own; gives its address."""
    command = [sys.executable, "-m", "bench.crawling.site", str(pages)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:  # noqa: S603  # our own
        try:
            port = process.stdout.readline().strip() if process.stdout else ""
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def one_round(side: str, task: Task, server: Database) -> Told:
    """One side's crawl into an empty database. Raises RuntimeError when it fails or leaves pages out."""
    url = server.create("crawl")
    engine = make_engine(url)
    migrate(engine)
    engine.dispose()
    told_task = json.dumps({**asdict(task), "database": url})
    FOLDER.mkdir(parents=True, exist_ok=True)
    log = FOLDER / f"crawl-{side}.log"
    try:
        with log.open("w", encoding="utf-8") as errors:
            command = [sys.executable, "-m", SIDES[side], told_task]
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=ROOT)  # noqa: S603
            try:
                with TreeMemory(process.pid) as memory:
                    out, _ = process.communicate(timeout=60 + task.pages / SLOWEST)
            finally:
                process.kill()
    finally:
        server.drop("crawl")
    if process.returncode:
        raise RuntimeError(f"{side} ended with exit code {process.returncode}; see {log}")
    told = Told(**json.loads(out.splitlines()[-1]))
    settled = sum(count for outcome, count in told.outcomes.items() if outcome in ("published", "duplicate"))
    if settled != task.pages:
        raise RuntimeError(f"{side} stored {settled} of {task.pages} pages ({told.outcomes}); see {log}")
    return Told(told.seconds, told.cpu, max(told.peak, memory.megabytes), told.outcomes)


def crawl(pages: int, rounds: int, concurrency: int) -> bool:
    """Measure and tell; true when ours is at least as fast and takes less memory."""
    told: dict[str, list[Told]] = {side: [] for side in SIDES}
    with site(pages) as address, database() as server:
        task = Task(address, listings(pages), pages, "", concurrency, threads=concurrency)
        turns = [side for number in range(rounds) for side in sorted(SIDES, reverse=number % 2 == 1)]
        for side in track(turns, description=f"crawling {pages:,} pages", console=report.console()):
            told[side].append(one_round(side, task, server))
    return tell(pages, told)


def tell(pages: int, told: dict[str, list[Told]]) -> bool:
    """Print the table, keep the numbers, draw the picture."""
    rates = {side: [pages / one.seconds for one in rounds] for side, rounds in told.items()}
    peaks = {side: [one.peak for one in rounds] for side, rounds in told.items()}
    rows = [
        [
            side,
            median(rates[side]),
            " ".join(f"{rate:.1f}" for rate in rates[side]),
            median(peaks[side]),
            1000 * median(one.cpu for one in told[side]) / pages,
            str(told[side][0].outcomes),
        ]
        for side in told
    ]
    columns = ("", "pages/s", "rounds", "peak MB", "CPU ms a page", "outcomes")
    report.show(f"Crawling a site of {pages:,} pages", columns, rows, NOTE)
    speed = median(rates["luming"]) / median(rates["scrapy"])
    memory = median(peaks["luming"]) / median(peaks["scrapy"])
    held = report.verdicts(
        {
            f"at least as fast as Scrapy: {speed:.2f} times its pages a second": speed >= 1,
            f"less memory than Scrapy: {memory:.2f} of its peak": memory < 1,
        }
    )
    numbers = {side: [asdict(one) for one in rounds] for side, rounds in told.items()}
    report.write("crawl", {"pages": pages, "speed_ratio": speed, "memory_ratio": memory, "rounds": numbers})
    report.bars("crawl", f"A site of {pages:,} pages", {"pages a second": rates, "peak memory, MB": peaks})
    return held
