"""How fast subscriptions are matched, on one processor."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import cycle, islice
from statistics import median
from typing import Any

from rich.progress import track

from bench import report
from bench.corpora import DATA, ROOT, load_items
from bench.crawling.site import text_of
from services.alerter.adapters.subscriptions_file import load_subscriptions
from services.alerter.domain.routes import routes_of
from services.alerter.domain.routing import matches
from services.classifier.application.classify import Classify
from services.classifier.domain.judge import Judge
from shared.messages import DocumentClassified, DocumentFound
from shared.messages.common import Times
from shared.watch.watchlist import OTHER, load_watchlist

NOW = datetime(2026, 11, 22, tzinfo=UTC)
ROUNDS = 3


def documents(most: int) -> tuple[list[DocumentFound], str]:
    """Articles and where they are from: the labelled items beside the project, made-up text where they are absent."""
    items = [*load_items("train", DATA), *load_items("kept", DATA)]
    if items:
        articles = [item.article for item in items]
        told = [(article.title, article.paragraphs, article.language) for article in articles][:most]
        return [_document(number, *one) for number, one in enumerate(told)], "labelled items"
    made = [(title, tuple(paragraphs), "zh-Hans") for title, paragraphs in map(text_of, range(most))]
    return [_document(number, *one) for number, one in enumerate(made)], f"made-up text, for {DATA} is absent"


def _document(number: int, title: str, paragraphs: Sequence[str], language: str) -> DocumentFound:
    return DocumentFound.model_validate(
        {
            "document_id": f"{number:032x}",
            "revision": 1,
            "url": f"https://bench.example/{number}",
            "source": "bench",
            "outlet": None,
            "role": "alert",
            "rights": "excerpt",
            "title": title or "无题",
            "paragraphs": tuple(paragraphs) or ("x",),
            "language": language,
            "author": None,
            "published": None,
            "matched": (),
            "times": Times(first_seen=NOW, fetched=NOW),
        }
    )


def route(most: int, subscriptions: int) -> bool:
    """Subscriptions looked at a second, for classified documents."""
    found, origin = documents(most)
    judge = Judge.load(ROOT / "config")
    step = Classify(judge, judge.name)
    classified = [step(one, NOW) for one in track(found, "classifying first", console=report.console())]
    entities = [entity.id for entity in load_watchlist(ROOT / "config" / "watchlist.yaml").entities]
    known = load_subscriptions(ROOT / "config" / "subscriptions.yaml", [*entities, OTHER]).subscriptions
    many = list(islice(cycle(routes_of(known)), subscriptions))

    def one(document: DocumentClassified) -> object:
        return matches(document, many)

    rates = [_rate(one, classified) * len(many) for _ in track(range(ROUNDS), "routing", console=report.console())]
    return _told("route", f"Subscriptions matched a processor second ({len(many)} of them, {origin})", rates)


def _rate(step: Callable[[Any], object], found: Sequence[Any]) -> float:
    """Calls a processor second."""
    began = time.process_time()
    for one in found:
        step(one)
    return len(found) / max(1e-9, time.process_time() - began)


def _told(what: str, title: str, rates: Sequence[float]) -> bool:
    report.show(title, ("", "median", "rounds"), [[what, median(rates), " ".join(f"{rate:,.0f}" for rate in rates)]])
    report.write(what, {"title": title, "per_second": list(rates)})
    report.bars(what, title, {"a second": {what: rates}})
    return True
