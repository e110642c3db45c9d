"""`make load SUMMARY=file.json`: a day's worth of 200,000 articles in an hour; three minutes of it unless FULL=1.

Exit code 1: something was lost or told twice, memory grew, or the pace was not held; 2: SUMMARY cannot be written.
"""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from bench import report
from bench.alerting.latency import percentile
from bench.load.picture import draw
from bench.load.run import SERVICES, Outcome, run
from bench.load.samples import FLAT, growth, limit
from deploy.local.writing import check_writable
from shared.errors import EXIT_CONFIG, ConfigError

DAY = 200_000
"""Articles of a day of all sources, with room."""
RATE = DAY / 3600
BEHIND = 15.0
"""Seconds that the queues may need to empty after the last page for the pace to count as held."""


def main(
    summary: Annotated[Path | None, typer.Option(envvar="SUMMARY", help="file that takes the figures as JSON")] = None,
    rate: Annotated[float, typer.Option(envvar="RATE", min=0.1, help="pages a second")] = RATE,
    share: Annotated[float, typer.Option(min=0.0, max=1.0, help="of the pages, that tell of a watched company")] = 0.05,
    minutes: Annotated[float | None, typer.Option(min=0.2, help="3 unless it is said; 60 with --full")] = None,
    full: Annotated[bool, typer.Option("--full", envvar="FULL", help="a whole hour")] = False,
    encoder: Annotated[bool, typer.Option(envvar="ENCODER", help="with the encoder")] = True,
) -> None:
    """Raise the load, empty the queues, account for every page."""
    try:
        check_writable(summary)
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(EXIT_CONFIG) from None
    found = run(rate, share, minutes or (60.0 if full else 3.0), encoder)
    if not _tell(found, rate, summary):
        raise typer.Exit(1)


def _tell(found: Outcome, rate: float, summary: Path | None) -> bool:
    fed = found.samples[: found.fed]
    seconds = fed[-1].at
    pace = fed[-1].done["read"] / seconds
    ordered = sorted(latency for _, latency in found.latencies)
    p50, p95, p99 = (percentile(ordered, share) for share in (0.50, 0.95, 0.99))
    name, busy = limit(fed)
    grown = {each: growth(fed, each) for each in fed[-1].megabytes}
    # What broker and database have is bounded by their settings, and fills up to there while they work.
    steepest = max(grown[service] for service in SERVICES)
    most = {each: max(one.megabytes[each] for one in found.samples) for each in grown}
    cores = {each: sum(one.busy[each] for one in fed) / len(fed) for each in grown}
    rows = [(each, round(most[each]), grown[each], cores[each]) for each in grown]
    report.show("Processes", ("", "most MB", "last third / second", "cores"), rows)
    done = found.samples[-1].done
    report.show(
        f"{found.pages:,} pages in {found.minutes:g} minutes",
        ("", ""),
        [("pages read a second while they came", pace), ("documents", done["documents"]),
         ("alerts delivered", done["delivered"]), ("seconds to empty the queues", found.drained),
         ("first seen → delivered, p50 s", p50), ("p95", p95), ("p99", p99),
         ("dead letters", found.letters), ("pages failed", done["failed"]), ("lost", found.lost),
         ("told twice", found.twice)],
        f"the limit is the {name}: {busy:.2f} of a core on average; picture: {draw(found, rate)}",
    )  # fmt: skip
    figures = {
        "pages": found.pages, "minutes": found.minutes, "rate": rate, "pages_a_second": round(pace, 2),
        "drained_seconds": round(found.drained, 1), "in": found.pages, "out": done["read"],
        "failed": done["failed"], "documents": done["documents"], "decided": done["decided"],
        "delivered": done["delivered"], "lost": found.lost, "twice": found.twice,
        "dead_letters": found.letters, "p50": round(p50, 3), "p95": round(p95, 3), "p99": round(p99, 3),
        "limit": name, "limit_cores": round(busy, 2), "memory_growth": {one: round(by, 3) for one, by in grown.items()},
        "most_megabytes": {one: round(size) for one, size in most.items()},
        "cores": {one: round(share, 3) for one, share in cores.items()},
    }  # fmt: skip
    report.write("load", figures)
    if summary is not None:
        summary.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    return report.verdicts(
        {
            f"{found.lost} lost, {found.twice} told twice, {found.letters} dead letters": not (
                found.lost or found.twice or found.letters
            ),
            f"memory of the services flat: last third at most {FLAT} × the second ({steepest:.2f})": steepest <= FLAT,
            f"the pace of {rate:.1f} pages a second held: queues empty {found.drained:.0f} s after the last page": (
                found.drained <= BEHIND
            ),
        }
    )


if __name__ == "__main__":
    typer.run(main)
