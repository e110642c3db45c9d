"""Search with facets over many documents: alone, with fifty users, and beside a full scan."""

import os
import random
import threading
import time
from statistics import quantiles
from typing import Any

from sqlalchemy import Engine

from bench import report
from bench.corpora import ROOT
from bench.machine import database
from bench.portal import load
from bench.portal.asked import queries
from bench.portal.made import NEWEST, pieces
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
            report.console().print(
                f"{count:,} documents are indexed ({time.monotonic() - began:.0f} s)", highlight=False
            )
            numbers, checks = _measure(engine, url, watchlist, SHORT if small else MINUTE)
        finally:
            engine.dispose()
            server.drop(name)
    report.write("portal", {"documents": count, **numbers})
    return report.verdicts(checks)


def _measure(engine: Engine, url: str, watchlist: Watchlist, seconds: float) -> tuple[dict[str, Any], dict[str, bool]]:
    search = make_search(engine, watchlist)
    asked = queries(pieces())
    for text in asked:
        _ask(search, text)
    alone = [took for _ in range(ROUNDS) for text in asked for took, _ in [_ask(search, text)]]
    shared = _with_users(search, asked, seconds)
    same = _beside_the_truth(search, engine, url, watchlist, asked)
    rows = [["alone", len(alone), *_percentiles(alone)], [f"{USERS} users", len(shared), *_percentiles(shared)]]
    report.show("a page with facets, milliseconds", ["", "searches", "p50", "p95", "max"], rows,
                f"load of the machine: {os.getloadavg()[0]:.1f}")  # fmt: skip
    report.console().print(", ".join(f"{what} {share:.4f}" for what, share in same.items()), highlight=False)
    checks = {
        f"p95 alone below {P95:.0f} ms": _percentiles(alone)[1] < P95,
        f"p95 with {USERS} users of {THINK:.0f} s think time below {P95:.0f} ms": _percentiles(shared)[1] < P95,
        **{f"{what}: the same as a full scan": share >= SAME for what, share in same.items()},
    }
    return {"alone": _percentiles(alone), "users": _percentiles(shared), "same": same}, checks


def _ask(search: Search, text: str, sort: Any = "relevance") -> tuple[float, SearchPage]:
    began = time.perf_counter()
    page = search(Request(text, sort, 10), NEWEST)
    if not isinstance(page, SearchPage):
        raise TypeError(f"{text}: {page}")
    return (time.perf_counter() - began) * 1_000, page


def _percentiles(took: list[float]) -> list[float]:
    cut = quantiles(took, n=20)
    return [cut[9], cut[18], max(took)]


def _with_users(search: Search, asked: list[str], seconds: float) -> list[float]:
    """Each user asks, reads for a while (exponentially spread around THINK), asks again."""
    took: list[float] = []
    until = time.monotonic() + seconds

    def user(number: int) -> None:
        chance = random.Random(number)  # noqa: S311  # no secret
        time.sleep(chance.random() * THINK)
        while time.monotonic() < until:
            took.append(_ask(search, chance.choice(asked))[0])
            time.sleep(chance.expovariate(1 / THINK))

    threads = [threading.Thread(target=user, args=(number,)) for number in range(USERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took


def _beside_the_truth(
    search: Search, engine: Engine, url: str, watchlist: Watchlist, asked: list[str]
) -> dict[str, float]:
    vocabulary = Vocabulary.of(watchlist, SqlSearchIndex(engine).sources())
    parsed = {text: parse(text, vocabulary, NEWEST, NEWEST.tzinfo) for text in asked}  # type: ignore[arg-type]  # UTC
    truths = scan(url, {text: query for text, query in parsed.items() if isinstance(query, Query)}, NEWEST)
    newest, best, counts = [], [], []
    for text, truth in truths.items():
        new, found = _ask(search, text, "newest")[1], _ask(search, text)[1]
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
