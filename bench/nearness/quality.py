"""Whether reprints are found and revisions kept: settled by the crawler's own step, undone after each try."""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from rich.progress import track
from sqlalchemy import Engine

from bench import report
from bench.crawling.side import Unleased
from bench.nearness.changes import REPRINTS, negated, other_digit
from bench.nearness.texts import Original
from services.crawler.adapters.store import SqlChanges, SqlStore
from services.crawler.application.settle import settle
from services.crawler.application.values import Found, LeasedPage, Origin, Verdict
from services.crawler.domain.canonical import document_id
from services.crawler.domain.fingerprint import content_hash, keys, units
from services.crawler.domain.text import plain

NOW = datetime(2026, 11, 22, tzinfo=UTC)
ORIGIN = Origin(source="bench", outlet=None, role="alert", rights="excerpt", pace=0.0)


class Undone(Exception):
    """Ends a transaction without keeping it."""


class Trying(SqlStore):
    """A store that tells what would become of a page and keeps nothing."""

    @contextmanager
    def changes(self) -> Iterator[SqlChanges]:
        """A transaction that is undone at its end."""
        with suppress(Undone), super().changes() as changes:
            yield changes
            _undo()


def _undo() -> None:
    raise Undone


SAME_RELEASE = frozenset(
    ("n0407", "n0410", "n0411", "n0413", "n0417", "n0418", "n0419", "n0423", "n0434", "n0435", "n0436", "mix-142")
)
"""Items that tell what an earlier one tells, mostly in its words: read one by one on 2026-11-22 and judged repeats.

Two press releases and a market note, as several outlets printed them.
"""


@dataclass
class Tally:
    """How often what was wanted came, and the first cases where it did not."""

    right: int = 0
    asked: int = 0
    wrong: tuple[str, ...] = ()

    def count(self, right: bool, what: str) -> None:
        """One more."""
        self.asked, self.right = self.asked + 1, self.right + right
        if not right and len(self.wrong) < 40:
            self.wrong = (*self.wrong, what)

    @property
    def share(self) -> float:
        """Of one."""
        return self.right / self.asked if self.asked else 1.0


def found(original: Original, paragraphs: Sequence[str], address: str) -> Found:
    """An article as the crawler would have read it from `address`."""
    return Found(
        document_id=document_id(address),
        url=address,
        origin=ORIGIN,
        outlet=None,
        title=original.title or "无题",
        paragraphs=tuple(paragraphs),
        language="zh-Hans",
        author=None,
        published=None,
        matched=(),
        content_hash=content_hash(original.title, paragraphs),
        keys=keys(units(plain("\n".join(paragraphs)))),
        first_seen=NOW,
        fetched=NOW,
    )


def settled(store: SqlStore, article: Found) -> Verdict:
    """What becomes of it."""
    page = LeasedPage(0, "bench", article.url, "", "", {}, NOW, 1, "")
    return settle(store, page, article)


def measure(engine: Engine, texts: Sequence[Original]) -> dict[str, dict[str, Tally]]:
    """By change, then by kind of text: reprints found, revisions kept, articles kept apart."""
    store, trying = SqlStore(engine, lambda: None, Unleased), Trying(engine, lambda: None, Unleased)
    told: dict[str, dict[str, Tally]] = {}
    stored: list[tuple[Original, str]] = []
    for number, original in enumerate(track(texts, "storing articles", console=report.console())):
        address = f"https://first.example/{number}"
        verdict = settled(store, found(original, original.paragraphs, address))
        if original.name not in SAME_RELEASE:
            _tally(told, "different articles kept apart", original, verdict.outcome != "duplicate", verdict.reason)
        if verdict.outcome != "duplicate":
            stored.append((original, address))
    for number, (original, address) in enumerate(track(stored, "changing them", console=report.console())):
        made = random.Random(number)  # noqa: S311  # which place is changed, no secret
        for change, edit in REPRINTS.items():
            copy = found(original, edit(original.paragraphs, made), f"https://second.example/{number}")
            _tally(told, f"candidate: {change}", original, _met(trying, copy, document_id(address)), "not met")
            verdict = settled(trying, copy)
            known = verdict.outcome == "duplicate" and document_id(address) in verdict.reason
            _tally(told, f"reprint: {change}", original, known, verdict.reason)
        _revisions(told, trying, original, address, made)
    return told


def _met(trying: Trying, article: Found, original: str) -> bool:
    """Whether the look-up gives the original as one to compare with."""
    with trying.changes() as changes:
        alike = changes.lookalikes(article.keys, article.document_id, article.origin.role)
        return any(original in (stored.document_id, stored.duplicate_of) for stored in alike)


def _revisions(
    told: dict[str, dict[str, Tally]], trying: SqlStore, original: Original, address: str, made: random.Random
) -> None:
    edits: dict[str, Callable[..., list[str] | None]] = {"one digit changed": other_digit, "a negation": negated}
    for change, edit in edits.items():
        paragraphs = edit(original.paragraphs, made)
        if paragraphs is None:
            continue
        article = found(original, paragraphs, address)
        again = settled(trying, article)
        kept = again.outcome == "published" and again.revision == 2
        _tally(told, f"revision: {change}, same address", original, kept, again.reason)
        other = f"https://third.example/{address.rpartition('/')[2]}"
        elsewhere = settled(trying, replace(article, document_id=document_id(other), url=other))
        _tally(
            told, f"revision: {change}, another outlet", original, elsewhere.outcome == "published", elsewhere.reason
        )


def _tally(told: dict[str, dict[str, Tally]], change: str, original: Original, right: bool, why: str) -> None:
    for kind in (original.kind, "all"):
        told.setdefault(change, {}).setdefault(kind, Tally()).count(right, f"{original.name}: {why}")
