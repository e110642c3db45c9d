"""One run: kills under load, drain, reference, comparison, and what is said of it."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bench import report
from bench.alerting.receivers import thinking
from bench.alerting.world import world
from bench.crash.comparison import Comparison, compare
from bench.crash.documents import stories
from bench.crash.lives import Lives
from bench.crash.moments import AT, At, moments
from bench.crash.reference import expected
from shared.watch.watchlist import load_watchlist

SUBSCRIPTIONS = """
subscriptions:
  - name: everything
    rhythm: {budget: 100000}
    channels: {slack: "#everything", email: [everything@example.com], console: true}
  - name: moves
    when: {families: [strategic_move]}
    rhythm: {budget: 100000}
    channels: {slack: ["#moves", "#board"], email: [moves@example.com]}
  - name: rules
    when: {families: [regulatory_event], importance: 3}
    rhythm: {budget: 100000}
    channels: {slack: "#rules", email: [rules@example.com, legal@example.com]}
"""
"""No rhythm but an ample budget: what is held hangs on the moment, and an undisturbed run has other moments."""
THINKS = 0.03
"""Seconds at most that a receiver takes on either side of the moment at which it has the message."""


@dataclass(frozen=True)
class Result:
    """What one run found."""

    kills: int
    seed: int
    comparison: Comparison
    met: dict[At, int]
    stories: int
    documents: int
    start_takes: float
    """Seconds from an alerter's start to its first sign of work, the median."""
    seconds: float
    """Of the whole run."""
    states: dict[str, int]
    """Deliveries by how they ended."""

    def numbers(self) -> dict[str, object]:
        """For the summary; counts where the comparison has keys, and the keys of what went wrong."""
        found = self.comparison
        return {
            "kills": self.kills,
            "lost": len(found.lost),
            "twice": len(found.twice),
            "twice_on_the_wire": len(found.twice_on_the_wire),
            "unexpected": len(found.unexpected),
            "expected": found.expected,
            "received": found.received,
            "stories": self.stories,
            "documents": self.documents,
            "killed_at": self.met,
            "ended": self.states,
            "start_takes_seconds": round(self.start_takes, 2),
            "seconds": round(self.seconds, 1),
            "seed": self.seed,
            "wrong": {name: value for name, value in asdict(found).items() if name in _WRONG and value},
        }


_WRONG = ("lost", "twice", "unexpected", "unmarked")


@contextmanager
def _bar(title: str, total: int | None) -> Iterator[Progress]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=report.console()) as progress:
        progress.add_task(title, total=total)
        yield progress


def run(kills: int, seed: int) -> Result:
    """Kill so many times. Raises lives.Broken when an alerter ends or stands still by itself."""
    began = time.monotonic()
    with world(SUBSCRIPTIONS, thinking(seed, THINKS), forked=True) as made:
        lives = Lives(made, stories(load_watchlist(made.folder / "config" / "watchlist.yaml"), seed))
        with _bar("killing the alerter", kills) as progress:
            for moment in moments(kills, seed):
                lives.live(moment)
                progress.advance(progress.task_ids[0])
        with _bar("it works off what waits", None) as progress:
            lives.drain(lambda left: progress.update(progress.task_ids[0], description=f"{left} wait"))
        documents = len(lives.sent)
        with _bar("an undisturbed alerter decides the same", documents) as progress:
            wanted = expected(made, documents, lambda done: progress.update(progress.task_ids[0], completed=done))
        states = {row[0]: int(row[1]) for row in made.rows("select state, count(*) from deliveries group by 1")}
        received = [one.delivery_key for one in made.receivers.received()]
        comparison = compare(wanted, received, made.keys("repeated_on_the_wire"), made.keys())
        met: dict[At, int] = {at: lives.met[at] for at in AT}
        took = median(lives.starts)
        return Result(
            kills, seed, comparison, met, lives.told, documents, took, time.monotonic() - began, states
        )  # fmt: skip


def tell(result: Result, summary: Path | None) -> bool:
    """Print tables and verdicts, write the summary; whether all is as promised."""
    found = result.comparison
    report.show(
        f"{result.kills} kills, seed {result.seed}",
        ("killed while", "kills"),
        list(result.met.items()),
        "on its way: no receiver had it yet; one kill may meet several",
    )
    report.show(
        f"{result.stories} stories, {result.documents:,} documents",
        ("", "messages"),
        [
            ("expected", found.expected),
            ("received", found.received),
            ("lost", len(found.lost)),
            ("twice", len(found.twice)),
            ("twice on the wire, and marked so", len(found.twice_on_the_wire)),
            ("unexpected", len(found.unexpected)),
        ],
        f"{result.seconds:,.0f} s; from start to first work {result.start_takes:.1f} s",
    )
    numbers = result.numbers()
    report.write("crash", numbers)
    if summary is not None:
        summary.parent.mkdir(parents=True, exist_ok=True)
        summary.write_text(json.dumps(numbers, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return report.verdicts(
        {
            f"{len(found.lost)} of {found.expected:,} deliveries lost": not found.lost,
            f"{len(found.twice)} told twice without the ledger knowing": not found.twice,
            f"{len(found.unexpected)} told that should not be": not found.unexpected,
        }
    )
