"""Look-up times at three sizes of the store, and what share of reprints and revisions is told rightly."""

import os
import time
from contextlib import ExitStack
from typing import Any

from sqlalchemy import Connection

from bench import report
from bench.corpora import DATA
from bench.machine import database
from bench.nearness import load, lookup, quality
from bench.nearness.changes import REPRINTS
from bench.nearness.signatures import signatures
from bench.nearness.texts import originals
from deploy.local.database import Database
from shared.store.engine import make_engine, migrate

SIZES, SMALL_SIZES = (10_000, 100_000, 1_000_000), (10_000, 100_000)
LOOKUPS, HOT_LOOKUPS = 1_000, 300
SHARED_BUFFERS, SMALL_SHARED_BUFFERS = "4GB", "512MB"
"""So that the index of the fingerprints (2.3 GB at a million documents) is held in memory: 64 MB, as for development,
would measure how fast pages are copied in."""
P50, P99, GROWTH, HOT = 1.0, 5.0, 5.0, 10.0
"""Milliseconds at the last size, times the p50 of the first, and milliseconds (p50) where 20,000 share hot keys."""
FOUND, FIGURES = 0.97, 0.99
"""Share of reprints found, and of changed figures kept as a revision."""


def near(small: bool) -> bool:
    """Measure and tell; true when every floor is held."""
    with database(SMALL_SHARED_BUFFERS if small else SHARED_BUFFERS) as server:
        numbers, checks = _times(server, SMALL_SIZES if small else SIZES)
        told, more = _quality(server)
    report.write("near", {**numbers, **told})
    return report.verdicts({**checks, **more})


def _times(server: Database, sizes: tuple[int, ...]) -> tuple[dict[str, Any], dict[str, bool]]:
    names = [f"near_{size}" for size in sizes]
    disk: dict[int, float] = {}
    with ExitStack() as stack:
        connections: list[tuple[int, Connection]] = []
        for size, name in zip(sizes, names, strict=True):
            server.drop(name)
            stack.callback(server.drop, name)
            url, began = server.create(name), time.monotonic()
            engine = make_engine(url)
            migrate(engine)
            load.load(url, signatures(size))
            disk[size] = load.size_megabytes(url)
            report.console().print(f"{size:,} documents are stored ({time.monotonic() - began:.0f} s)", highlight=False)
            stack.callback(engine.dispose)
            connections.append((size, stack.enter_context(engine.connect())))
        for name in names:
            load.warm(server.url(name))
        load_before = os.getloadavg()[0]
        found, noise = lookup.measure(connections, LOOKUPS)
        hot = lookup.measure_hot(connections[-1][1], HOT_LOOKUPS)
        report.console().print(f"load of the machine: {load_before:.1f} before, {os.getloadavg()[0]:.1f} after")
    return _told_times(found, hot, noise, disk)


def _told_times(
    found: dict[int, lookup.Measured], hot: lookup.Measured, noise: lookup.Measured, disk: dict[int, float]
) -> tuple[dict[str, Any], dict[str, bool]]:
    rows = [
        [
            f"{size:,}",
            *_percentiles(one),
            one.client,
            one.server,
            f"{one.found} of {one.expected}",
            f"{disk[size]:,.0f}",
        ]
        for size, one in found.items()
    ]
    rows += [
        ["hot keys", *_percentiles(hot), 1000 * hot.client / len(hot.took), "", "", ""],
        ["`select 1`", *_percentiles(noise), "", "", "", ""],
    ]
    columns = ("documents", "p50 ms", "p90", "p99", "CPU ms here", "CPU ms server", "originals", "MB of keys")
    note = (
        f"Warm; {lookup.ROUND} look-ups at each size and as many `select 1` in turn. CPU: the processor's time a "
        f"look-up, of client and server. shared_buffers holds the index ({SHARED_BUFFERS} for a million)."
    )
    report.show("Look-up of look-alikes in PostgreSQL", columns, rows, note)
    sizes, last = list(found), list(found.values())[-1]
    curves = {f"p{at}": [found[size].at(at) for size in sizes] for at in (50, 99)}
    report.lines("near", "Look-up of look-alikes", ("documents", [float(size) for size in sizes]), curves)
    growth = last.at(50) / found[sizes[0]].at(50)
    checks = {
        f"p50 {last.at(50):.2f} ms < {P50:g} at {sizes[-1]:,}": last.at(50) < P50,
        f"p99 {last.at(99):.2f} ms < {P99:g} at {sizes[-1]:,}": last.at(99) < P99,
        f"p50 grows {growth:.1f} times < {GROWTH:g} from {sizes[0]:,}": growth < GROWTH,
        f"20,000 documents that share hot keys: p50 {hot.at(50):.2f} ms < {HOT:g}": hot.at(50) < HOT,
    }
    numbers = {str(size): {"p50": one.at(50), "p99": one.at(99), "took": one.took} for size, one in found.items()}
    return {"lookup": numbers, "hot": hot.took}, checks


def _percentiles(measured: lookup.Measured) -> tuple[float, float, float]:
    return measured.at(50), measured.at(90), measured.at(99)


def _quality(server: Database) -> tuple[dict[str, Any], dict[str, bool]]:
    texts = originals()
    if not texts:
        report.console().print(f"skipped: reprints and revisions, for {DATA} is absent")
        return {}, {}
    server.drop("near_quality")
    engine = make_engine(server.create("near_quality"))
    try:
        migrate(engine)
        told = quality.measure(engine, texts)
    finally:
        engine.dispose()
        server.drop("near_quality")
    _show(told)
    checks = _floors(told)
    numbers = {
        change: {k: [t.right, t.asked, *t.wrong] for k, t in tallies.items()} for change, tallies in told.items()
    }
    return {"quality": numbers}, checks


Told = dict[str, dict[str, quality.Tally]]


def _show(told: Told) -> None:
    """A table of reprints, with what the look-up met beside what the comparison knew, and one of all else."""
    kinds = ("short item", "page", "all")
    rows = [
        [change, *(_share(told[f"{step}: {change}"], kind) for kind in kinds for step in ("candidate", "reprint"))]
        for change in REPRINTS
    ]
    columns = ("", *(f"{kind}: {step}" for kind in kinds for step in ("met", "known")))
    note = "Met: the original is among the at most eight candidates. Known: the crawler's own step records a reprint."
    report.show("Reprints", columns, rows, note)
    others = [change for change in told if not change.startswith(("candidate", "reprint"))]
    rows = [[change, *(_share(told[change], kind) for kind in kinds)] for change in others]
    report.show("Revisions and different articles, through the crawler's own step", ("", *kinds), rows)


def _share(tallies: dict[str, quality.Tally], kind: str) -> str:
    return f"{tallies[kind].share:.1%} of {tallies[kind].asked}" if kind in tallies else ""


def _floors(told: Told) -> dict[str, bool]:
    checks: dict[str, bool] = {}
    for step, what in (("candidate", "reprints met as candidates"), ("reprint", "reprints known after comparing")):
        tallies = [kinds["all"] for change, kinds in told.items() if change.startswith(step)]
        share = sum(one.right for one in tallies) / sum(one.asked for one in tallies)
        checks[f"{what} {share:.1%} >= {FOUND:.0%}"] = share >= FOUND
    for where in ("same address", "another outlet"):
        figures = told[f"revision: one digit changed, {where}"]["all"].share
        checks[f"changed figures kept ({where}) {figures:.1%} >= {FIGURES:.0%}"] = figures >= FIGURES
    return checks
