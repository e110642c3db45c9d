"""The measures of ../shared/tools/score_labels.py, over predictions in memory."""

from collections.abc import Iterable
from typing import Any

Row = dict[str, Any]
Scores = dict[str, float]


def f1(hit: int, said: int, gold: int) -> tuple[float, float, float]:
    """Precision, recall and F1."""
    precision, recall = hit / said if said else 0.0, hit / gold if gold else 0.0
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def current(row: Row) -> set[str]:
    """The labels whose status is not background."""
    return {label["label"] for label in row["labels"] if label["status"] != "background"}


def statuses(row: Row, name: str) -> set[str]:
    """The statuses named for a label."""
    return {label["status"] for label in row["labels"] if label["label"] == name}


def score(pairs: Iterable[tuple[Row, Row, str]]) -> Scores:
    """Over (said, gold, title and text): the scorer's totals, without stories."""
    rows = list(pairs)
    labels = f1(
        sum(len(current(a) & current(b)) for a, b, _ in rows),
        sum(len(current(a)) for a, _, _ in rows),
        sum(len(current(b)) for _, b, _ in rows),
    )
    alert = f1(
        sum(bool(current(a)) and bool(current(b)) for a, b, _ in rows),
        sum(bool(current(a)) for a, _, _ in rows),
        sum(bool(current(b)) for _, b, _ in rows),
    )
    named = [(set(a["entities"]) - {"other"}, set(b["entities"]) - {"other"}) for a, b, _ in rows if b["relevant"]]
    entities = f1(sum(len(a & b) for a, b in named), sum(len(a) for a, _ in named), sum(len(b) for _, b in named))
    shared = [
        (statuses(a, name), statuses(b, name))
        for a, b, _ in rows
        for name in {x["label"] for x in a["labels"]} & {x["label"] for x in b["labels"]}
    ]
    quotes = [bool(x["evidence"]) and x["evidence"] in text for a, _, text in rows for x in a["labels"]]
    return {
        "items": len(rows),
        "relevance": sum(bool(a["relevant"]) == bool(b["relevant"]) for a, b, _ in rows) / max(1, len(rows)),
        "entities": entities[2],
        "precision": labels[0],
        "recall": labels[1],
        "current": labels[2],
        "alert": alert[2],
        "status": sum(len(p & g) / len(p | g) for p, g in shared) / max(1, len(shared)),
        "evidence": sum(quotes) / max(1, len(quotes)),
    }
