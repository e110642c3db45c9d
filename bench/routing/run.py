"""Documents and events a second against 100, 1,000 and 10,000 subscriptions, in one process.

Two rates are told. `matched`: the routes that want the document are found. `decided`: what taking a document in does,
the reasons of those that refuse it besides. Time is the processor's, so that other work on the machine does not count;
a document is parsed before. On a sample the index must find what looking at every route finds.
"""

import random
import time
from collections.abc import Callable, Sequence
from statistics import median

from bench import report
from bench.routing.made import documents, subscriptions
from services.alerter.application.interest import interest_in
from services.alerter.domain.routes import routes_of
from services.alerter.domain.routes_index import RouteIndex
from services.alerter.domain.routing import matches
from shared.messages import DocumentClassified

SIZES = (100, 1_000, 10_000)
GROWTH = 10.0
"""Times as long that an event may take with a hundred times the subscriptions; 4.5 and 6.7 were seen."""
FLOOR = 1_000
"""Events a second at the last size; a document has one to three."""
SAMPLE = 20
"""Documents for which every route is looked at, to compare."""


def route(most: int, seed: int, rounds: int) -> bool:
    """Measure and tell; true when the floor is held and the index finds what it should."""
    rows: list[report.Row] = []
    numbers: dict[str, dict[str, float]] = {}
    agree = True
    for size in SIZES:
        made = random.Random(seed)  # noqa: S311  a mixture, not a secret
        index, built = _index(size, made)
        found = list(documents(most, made))
        agree &= _agrees(index, found[:SAMPLE])
        measured = _measured(index, found, rounds)
        numbers[str(size)] = {**measured, "built_seconds": built, "routes": index.routes}
        rows.append([f"{size:,}", index.routes, *measured.values(), built])
    columns = (
        "subscriptions", "routes", "matched/s", "events/s", "decided/s", "wanted by", "index built in s"
    )  # fmt: skip
    report.show(f"Routing, of one process, seed {seed}, {most:,} documents, median of {rounds}", columns, rows)
    rates = [numbers[str(size)]["events"] for size in SIZES]
    report.write("route", {"sizes": numbers, "seed": seed, "documents": most})
    report.lines("route", "Routing", ("subscriptions", SIZES), {"events matched a second": rates})
    return report.verdicts(
        {
            f"{rates[-1]:,.0f} events a second at {SIZES[-1]:,} subscriptions (at least {FLOOR:,})": rates[-1] >= FLOOR,
            f"with a hundred times the subscriptions an event takes {rates[0] / rates[-1]:.1f} times as long"
            f" (at most {GROWTH:.0f} times)": rates[0] / rates[-1] <= GROWTH,
            f"the index finds what looking at every route finds, for {SAMPLE} documents a size": agree,
        }
    )


def _index(size: int, made: random.Random) -> tuple[RouteIndex, float]:
    roots = routes_of(subscriptions(size, made))
    began = time.process_time()
    return RouteIndex(roots), time.process_time() - began


def _agrees(index: RouteIndex, sample: Sequence[DocumentClassified]) -> bool:
    return all(index.matches(document) == matches(document, index.roots) for document in sample)


def _measured(index: RouteIndex, found: Sequence[DocumentClassified], rounds: int) -> dict[str, float]:
    matched = median(_rate(index.matches, found) for _ in range(rounds))
    decided = median(_rate(lambda document: interest_in(document, index, None), found) for _ in range(rounds))
    events = sum(len(document.events) for document in found) / len(found)
    wanted = sum(len(index.matches(document)) for document in found) / len(found)
    return {"matched": matched, "events": matched * events, "decided": decided, "wanted_by": wanted}


def _rate(step: Callable[[DocumentClassified], object], found: Sequence[DocumentClassified]) -> float:
    """Documents a processor second."""
    began = time.process_time()
    for document in found:
        step(document)
    return len(found) / max(1e-9, time.process_time() - began)
