"""Search with facets over many documents: alone, with fifty users, and beside a full scan."""

import os
import time
from statistics import quantiles
from typing import Any

from sqlalchemy import Engine

from bench import report
from bench.corpora import ROOT
from bench.machine import database
from bench.portal import load
from bench.portal.asked import queries
from bench.portal.asking import alone, served, together
from bench.portal.made import NEWEST, pieces
from bench.portal.picture import draw
from bench.portal.scan import Truth, scan
from services.portal.adapters.search_reader import SqlSearchIndex
from services.portal.application.search import Request, Search, SearchPage
from services.portal.bootstrap import make_search
from services.portal.domain.parse import parse
from services.portal.domain.query import Query
from services.portal.domain.vocabulary import Vocabulary
from shared.store.engine import make_engine, migrate
from shared.watch import Watchlist, load_watchlist

P95 = 150.0
"""Milliseconds, alone and with the users."""
LARGEST = 150.0
"""Kilobytes of a page over the wire."""
USERS, THINK = 50, 5.0
"""Users at once, and seconds that each reads a page."""
MINUTE, SHORT = 60.0, 20.0
ROUNDS = 3
SHARED_BUFFERS = "1GB"
SAME = 1.0
"""Share of the newest, and of the best, ten that a full scan finds too."""


def portal(count: int, small: bool) -> bool:
    """Measure and tell; true when every floor is held."""
    watchlist = load_watchlist(ROOT / "config" / "watchlist.yaml")
    with database(SHARED_BUFFERS) as server:
        name = f"portal_{count}"
        server.drop(name)
        url, began = server.create(name), time.monotonic()
        engine = make_engine(url)
        try:
            migrate(engine)
            load.load(url, count)
            told = f"{count:,} documents are indexed ({time.monotonic() - began:.0f} s)"
            report.console().print(told, highlight=False)
            numbers, checks = _measure(url, server.pid, count, SHORT if small else MINUTE)
            same = _beside_the_truth(make_search(engine, watchlist), engine, url, watchlist, queries(pieces()))
        finally:
            engine.dispose()
            server.drop(name)
    report.console().print(", ".join(f"{what} {share:.4f}" for what, share in same.items()), highlight=False)
    report.write("portal", {"documents": count, **numbers, "same": same})
    more = {f"{what}: the same as a full scan": share >= SAME for what, share in same.items()}
    return report.verdicts(checks | more)


def _measure(url: str, postmaster: int, count: int, seconds: float) -> tuple[dict[str, Any], dict[str, bool]]:
    asked = queries(pieces())
    with served(url, postmaster) as served_portal:
        first, cold = alone(served_portal, asked, 1)
        _, one = alone(served_portal, asked, ROUNDS)
        many, cpu = together(served_portal, asked, USERS, THINK, seconds)
    cold[0] = first  # the same query
    new, single, shared = ([page.milliseconds for page in pages] for pages in (cold, one, many))
    spent, largest = _percentiles([page.cpu for page in one]), max(page.kilobytes for page in (*cold, *one, *many))
    spent_new = _percentiles([page.cpu for page in cold])
    rows = [
        ["alone, never asked before", len(new), *_percentiles(new), spent_new[0], spent_new[1]],
        ["alone, again", len(single), *_percentiles(single), spent[0], spent[1]],
        [f"{USERS} users", len(shared), *_percentiles(shared), cpu, ""],
    ]
    report.show("a page with facets over HTTP, milliseconds",
                ["", "pages", "p50", "p95", "max", "CPU p50 (users: mean)", "CPU p95"], rows,
                f"CPU: portal and database together; load of the machine: {os.getloadavg()[0]:.1f}; the first page "
                f"after the start took {first.milliseconds:.0f} ms, the largest has {largest:.0f} KB")  # fmt: skip
    draw(
        count,
        {"alone, never asked before": new, "alone, again": single, f"{USERS} users, {THINK:.0f} s think time": shared},
        P95,
    )
    checks = {
        f"p95 alone below {P95:.0f} ms": _percentiles(single)[1] < P95,
        f"p95 with {USERS} users of {THINK:.0f} s think time below {P95:.0f} ms": _percentiles(shared)[1] < P95,
        f"pages below {LARGEST:.0f} KB over the wire": largest < LARGEST,
    }
    numbers = {
        "new": _percentiles(new), "alone": _percentiles(single),
        "users": _percentiles(shared),
        "cpu": {"new": spent_new, "alone": spent, "users": cpu},
        "first": first.milliseconds, "kilobytes": largest,
    }  # fmt: skip
    return numbers, checks


def _ask(search: Search, text: str, sort: Any = "relevance") -> SearchPage:
    page = search(Request(text, sort, 10), NEWEST)
    if not isinstance(page, SearchPage):
        raise TypeError(f"{text}: {page}")
    return page


def _percentiles(took: list[float]) -> list[float]:
    cut = quantiles(took, n=20)
    return [cut[9], cut[18], max(took)]


def _beside_the_truth(
    search: Search, engine: Engine, url: str, watchlist: Watchlist, asked: list[str]
) -> dict[str, float]:
    vocabulary = Vocabulary.of(watchlist, SqlSearchIndex(engine).sources())
    parsed = {text: parse(text, vocabulary, NEWEST, NEWEST.tzinfo) for text in asked}  # type: ignore[arg-type]  # UTC
    truths = scan(url, {text: query for text, query in parsed.items() if isinstance(query, Query)}, NEWEST)
    newest, best, counts = [], [], []
    for text, truth in truths.items():
        new, found = _ask(search, text, "newest"), _ask(search, text)
        newest.append(_share(truth.newest, new))
        best.append(_share(truth.best, found))
        counts.append(float(_counted(truth, found)))
        if newest[-1] + best[-1] + counts[-1] < 3:
            report.console().print(f"{text}: newest {newest[-1]}, best {best[-1]}, {found.total} of {truth.count}")
    return {"newest": _mean(newest), "best": _mean(best), "counts": _mean(counts)}


def _share(right: list[str], page: SearchPage) -> float:
    shown = [result.document_id for result in page.results]
    return len(set(right) & set(shown)) / len(right) if right else float(not shown)


def _counted(truth: Truth, page: SearchPage) -> bool:
    """Exact up to 10,000; beyond within a third."""
    if page.total.exact:
        return page.total.value == truth.count
    return truth.count > 5_000 and abs(page.total.value - truth.count) < truth.count / 3


def _mean(shares: list[float]) -> float:
    return sum(shares) / len(shares)
