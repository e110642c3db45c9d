"""How often the kind of document and the importance are right, on the own items: no other data carries them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bench.corpora import Item
from services.classifier.application.classify import Classify
from shared.messages import DocumentFound, Times

NOW = datetime(2026, 1, 1, tzinfo=UTC)
"""When the items count as seen; nothing that is measured hangs on it."""


@dataclass(frozen=True)
class Levels:
    """Shares of the relevant items."""

    items: int
    kind: float
    """The kind of document is right."""
    exact: float
    """The importance is right."""
    near: float
    """The importance is at most one step away."""


def levels(classify: Classify, items: Sequence[Item]) -> Levels | None:
    """Classify the relevant items that carry both; None where there is none."""
    told = [item for item in items if item.gold["relevant"] and {"kind", "importance"} <= item.gold.keys()]
    if not told:
        return None
    kinds = exact = near = 0
    for number, item in enumerate(told):
        found = classify(document_of(number, item), NOW)
        kinds += found.kind == item.gold["kind"]
        away = abs(found.importance - item.gold["importance"])
        exact += away == 0
        near += away <= 1
    count = len(told)
    return Levels(count, kinds / count, exact / count, near / count)


def document_of(number: int, item: Item) -> DocumentFound:
    """An item as the crawler would hand it on."""
    article = item.article
    return DocumentFound(
        document_id=f"{number:032x}",
        revision=1,
        url=f"https://items.example/{number}",
        source="items",
        outlet=item.row.get("outlet") or None,
        title=article.title,
        paragraphs=article.paragraphs,
        language=article.language,
        published=article.published,
        times=Times(first_seen=NOW, fetched=NOW, sent=NOW),
    )
