"""Articles that are none of ours: real saved pages about anything, and near misses written to mislead.

The 214 pages beside the project (../shared/data/pages) name no watched company in what matters; bench/near_misses.jsonl
is the project's own. None of them is trained on. Counted: how many are called relevant, how many would alert.
"""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.corpora import DATA, article_of, language_of
from bench.own_items import renamed, rows_of
from bench.renaming import load_renaming
from services.classifier.domain.article import Article
from services.classifier.domain.judge import Judge
from services.crawler.domain.extraction import extract

NEAR_MISSES = Path(__file__).with_name("near_misses.jsonl")
PAGES = DATA / "pages"
MOST = {"saved pages": 0.01, "near misses": 0.05}
"""The largest share that may be called relevant."""


@dataclass(frozen=True)
class Counted:
    """What was made of one set."""

    articles: int
    relevant: tuple[str, ...]
    """Names of those that were called relevant."""
    alerts: tuple[str, ...]
    """Names of those with a current event."""

    @property
    def share(self) -> float:
        """The share that was called relevant."""
        return len(self.relevant) / max(1, self.articles)


def saved_pages(folder: Path = PAGES) -> Iterator[tuple[str, Article]]:
    """Every saved page as the crawler would hand it on; none where the folder is absent."""
    manifest = folder / "manifest.jsonl"
    for row in rows_of(manifest):
        page = extract(gzip.decompress((folder / row["html"]).read_bytes()), row.get("url") or "https://example.org/")
        language = language_of(None, page.title + " " + " ".join(page.paragraphs))
        yield str(row["html"]), Article(page.title, page.paragraphs, language, page.published_at)


def near_misses(path: Path = NEAR_MISSES) -> Iterator[tuple[str, Article]]:
    """Every near miss, placeholders read as whom they stand for."""
    renaming = load_renaming()
    for line in path.read_text("utf-8").splitlines():
        row = renamed(json.loads(line), renaming)
        yield row["id"], article_of(row)


def count(judge: Judge, articles: Iterator[tuple[str, Article]]) -> Counted:
    """Judge them all."""
    number, relevant, alerts = 0, [], []
    for name, article in articles:
        number += 1
        judgement = judge.judge(article)
        if judgement.relevant:
            relevant.append(name)
        if any(event.status != "background" for event in judgement.events):
            alerts.append(name)
    return Counted(number, tuple(relevant), tuple(alerts))


def missed(name: str, counted: Counted) -> list[str]:
    """What is not held, in words: too many relevant, or an alert among the saved pages."""
    found = []
    if counted.share > MOST[name]:
        found.append(
            f"{name}: {len(counted.relevant)} of {counted.articles} called relevant, more than {MOST[name]:.0%}"
        )
    if counted.alerts and name == "saved pages":
        found.append(f"{name}: {len(counted.alerts)} would alert: {', '.join(counted.alerts[:5])}")
    return found
