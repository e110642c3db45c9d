"""Whether a search finds what it should: queries.jsonl over the labelled items beside the project.

Each line names a query and the items that it should find, judged by reading them: {"query", "find": ["corpus/id"]}.
The items are indexed with their settled labels, so this measures the search and not the classifier.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert

from bench.corpora import DATA, ROOT, Item, available, load_items
from bench.machine import database
from services.portal.adapters.index_store import SqlIndexStore
from services.portal.application.index import Index
from services.portal.application.search import Request, Search, SearchPage
from services.portal.bootstrap import make_search
from shared.messages import DocumentClassified
from shared.messages.classified import EntityFound, EventFound, Evidence
from shared.messages.common import Times
from shared.store.alerter import Classification
from shared.store.crawler import Document
from shared.store.engine import make_engine, migrate
from shared.watch import LABELS, load_watchlist

QUERIES = Path(__file__).parent / "queries.jsonl"
DEPTH = 10
"""Results that are looked at."""
FLOOR = 0.95
"""Mean share of the items to be found that are among them."""
NOW = datetime(2026, 6, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Found:
    """How one query did."""

    query: str
    recall: float
    missed: tuple[str, ...]


def queries(path: Path = QUERIES) -> list[tuple[str, tuple[str, ...]]]:
    """Every query with the names of the items that it should find."""
    rows = (json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip())
    return [(row["query"], tuple(row["find"])) for row in rows]


def search_quality(data: Path = DATA) -> tuple[dict[str, Any], list[str]]:
    """For `make evaluate`: numbers, and what is under its floor; nothing of either where the items are absent."""
    if len(available(data)) < 2:  # corpus and corpus2
        return {}, []
    with database() as server:
        server.drop("search_quality")
        engine = make_engine(server.create("search_quality"))
        try:
            migrate(engine)
            found = measure(engine, items(data))
        finally:
            engine.dispose()
            server.drop("search_quality")
    recall = sum(one.recall for one in found) / len(found)
    missed = {one.query: one.missed for one in found if one.missed}
    failures = [] if recall >= FLOOR else [f"search: recall@{DEPTH} is {recall:.3f}, below {FLOOR}"]
    return {"queries": len(found), f"recall@{DEPTH}": recall, "missed": missed}, failures


def items(data: Path = DATA) -> list[Item]:
    """All labelled items beside the project, both parts."""
    return [*load_items("train", data), *load_items("kept", data)]


def measure(engine: Engine, held: Sequence[Item]) -> list[Found]:
    """Index the items in a migrated, empty database and ask every query."""
    fill(engine, held)
    search = make_search(engine, load_watchlist(ROOT / "config" / "watchlist.yaml"))
    names = {identity(item): f"{item.corpus}/{item.row['id']}" for item in held}
    return [_one(search, query, wanted, names) for query, wanted in queries()]


def _one(search: Search, query: str, wanted: Sequence[str], names: dict[str, str]) -> Found:
    page = search(Request(query, limit=DEPTH), NOW)
    shown = {names[result.document_id] for result in page.results} if isinstance(page, SearchPage) else set()
    missed = tuple(name for name in wanted if name not in shown)
    return Found(query, 1 - len(missed) / len(wanted), missed)


def fill(engine: Engine, held: Sequence[Item]) -> None:
    """Store the items and their labels as the crawler and the alerter would, and index them."""
    with engine.begin() as connection:
        connection.execute(insert(Document), [_document(item) for item in held])
        connection.execute(insert(Classification), list(_answers(held)))
    Index(SqlIndexStore(engine)).once()


def identity(item: Item) -> str:
    """The id under which an item is stored."""
    name = f"{item.corpus}/{item.row['id']}"
    return hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()


def _document(item: Item) -> dict[str, Any]:
    article = item.article
    seen = article.published.at if article.published else NOW
    return {
        "document_id": identity(item), "revision": 1, "url": article.url or f"https://example.test/{item.row['id']}",
        "source": item.row.get("source_domain") or item.corpus, "outlet": item.row.get("outlet"), "role": "alert",
        "rights": "full", "title": article.title, "paragraphs": list(article.paragraphs), "language": article.language,
        "published": seen, "published_precision": article.published.precision if article.published else None,
        "content_hash": item.row["id"], "matched": [], "first_seen": seen, "fetched": seen,
    }  # fmt: skip


def _answers(held: Sequence[Item]) -> Iterator[dict[str, Any]]:
    for item in held:
        article, gold = item.article, item.gold
        evidence = Evidence(quote="", paragraph=0, start=0, end=0)
        answer = DocumentClassified(
            document_id=identity(item), revision=1, url="https://example.test/", source=item.corpus,
            title=article.title, lead="", language=article.language, relevant=gold["relevant"],
            kind=gold.get("kind") or "news",
            entities=tuple(EntityFound(entity=each) for each in gold["entities"]),
            events=tuple(
                EventFound(label=one["label"], family=LABELS[one["label"]], status=one["status"],
                           entities=tuple(gold["entities"]), evidence=evidence, confidence=1.0)
                for one in gold["labels"]
            ),
            importance=3, model="settled", times=Times(first_seen=NOW),
        )  # fmt: skip
        message = answer.model_dump(mode="json")
        yield {"document_id": identity(item), "revision": 1, "message": message, "received": NOW}
