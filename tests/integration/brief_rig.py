"""Articles as the services store them: classified, threaded and indexed, so that briefs can be made of them."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import md5
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert

from bench.corpora import Item, article_of, load_items
from deploy.local.newsstand.editions import editions
from deploy.local.newsstand.table import load_table
from services.alerter.adapters.weights import load_weights
from services.alerter.domain.threads import Threader
from services.classifier.application.classify import Classify
from services.classifier.bootstrap import make_classify
from services.portal.adapters.index_store import SqlIndexStore
from services.portal.application.index import Index
from shared.messages import DocumentFound, Times
from shared.messages.common import Published, Rights
from shared.store.alerter import Classification, Thread, ThreadDocument
from shared.store.crawler import Document

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "config"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
START = datetime(2026, 11, 2, 9, tzinfo=UTC)
LIMITED: Sequence[Rights] = ("excerpt", "link")


@cache
def classifier() -> Classify:
    """The classifier that ships, without its encoder."""
    return make_classify(CONFIG, None)


def newsstand() -> Iterator[DocumentFound]:
    """The pages of the newsstand, the last revision of each."""
    last = {(edition.page.outlet, edition.page.path): edition for edition in editions(load_table().pages, START)}
    for edition in last.values():
        if edition.paragraphs:
            found = article_of({"title": edition.title, "text": "\n".join(edition.paragraphs)})
            yield _found(
                f"newsstand/{edition.page.id}", found.title, found.paragraphs, edition.page.outlet, edition.released
            )


def stored_rows() -> Iterator[DocumentFound]:
    """The forty articles of tests/fixtures/articles."""
    lines = (ROOT / "tests" / "fixtures" / "articles" / "articles.jsonl").read_text("utf-8").splitlines()
    for number, line in enumerate(lines):
        row = json.loads(line)
        article = article_of(row)
        at = START - timedelta(days=3 * number)
        yield _found(row["id"], article.title, article.paragraphs, f"测试报{number % 5}", at)


def corpus() -> Iterator[tuple[DocumentFound, str]]:
    """The labelled items beside the project with the name of their story; none where they are absent."""
    items: list[Item] = [*load_items("train"), *load_items("kept")]
    for item in items:
        article = item.article
        at = article.published.at if article.published else NOW - timedelta(days=400)
        outlet = item.row.get("outlet") or item.row.get("source_domain") or item.corpus
        yield _found(f"{item.corpus}/{item.row['id']}", article.title, article.paragraphs, outlet, at), item.group


def _found(name: str, title: str, paragraphs: Sequence[str], outlet: str, at: datetime) -> DocumentFound:
    article = article_of({"title": title, "text": "\n".join(paragraphs)})
    return DocumentFound(
        document_id=md5(name.encode(), usedforsecurity=False).hexdigest(), revision=1,
        url=f"https://example.test/{name}", source=outlet, outlet=outlet, title=article.title,
        paragraphs=article.paragraphs, language=article.language, published=Published(at=at, precision="day"),
        times=Times(first_seen=at, fetched=at),
    )  # fmt: skip


def limited(found: Iterable[DocumentFound]) -> Iterator[DocumentFound]:
    """The same articles of which every third may be quoted only, and every third after it only named."""
    for number, one in enumerate(found):
        yield one.model_copy(update={"rights": ("full", *LIMITED)[number % 3]})


def threaded(engine: Engine, found: Iterable[DocumentFound]) -> None:
    """Store and index articles as crawler, classifier and alerter would: the alerter's own threads."""
    held = sorted(found, key=lambda one: one.times.first_seen)
    threader = Threader(load_weights())
    answers = [classifier()(one, NOW) for one in held]
    stories = [threader.take(each).thread.thread_id if each.relevant and each.events else None for each in answers]
    store(engine, [(one, each, story) for one, each, story in zip(held, answers, stories, strict=True)])


def grouped(engine: Engine, found: Iterable[tuple[DocumentFound, str]]) -> None:
    """The same for articles whose stories are known."""
    store(engine, [(one, classifier()(one, NOW), story) for one, story in found])


def store(engine: Engine, rows: Sequence[tuple[DocumentFound, Any, str | None]]) -> None:
    """Documents with the classifier's answers and their threads, indexed."""
    opened: dict[str, str] = {}
    for one, _, story in rows:
        if story is not None:
            opened.setdefault(_thread(story), one.title)
    with engine.begin() as db:
        db.execute(insert(Document), [_row(one) for one, _, _ in rows])
        answers = [
            {"document_id": one.document_id, "revision": 1, "message": answer.model_dump(mode="json"), "received": NOW}
            for one, answer, _ in rows
        ]
        db.execute(insert(Classification), answers)
        threads = [{"thread_id": each, "opened": NOW, "latest": NOW, "title": title} for each, title in opened.items()]
        members = [
            {"document_id": one.document_id, "thread_id": _thread(story), "revision": 1, "joined": NOW,
             "fact_version": 1, "reason": "test"}
            for one, _, story in rows if story is not None
        ]  # fmt: skip
        if threads:
            db.execute(insert(Thread), threads)
            db.execute(insert(ThreadDocument), members)
    Index(SqlIndexStore(engine)).once()


def _thread(story: str) -> str:
    return "t" + md5(story.encode(), usedforsecurity=False).hexdigest()[:20]


def _row(one: DocumentFound) -> dict[str, Any]:
    at = one.times.first_seen
    return {
        "document_id": one.document_id, "revision": 1, "url": one.url, "source": one.source, "outlet": one.outlet,
        "role": "alert", "rights": one.rights, "title": one.title, "paragraphs": list(one.paragraphs),
        "language": one.language, "content_hash": one.document_id, "published": at, "published_precision": "day",
        "first_seen": at, "fetched": at, "matched": [],
    }  # fmt: skip
