"""Documents as the classifier would send them, for tests of the alerter."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from shared.messages import DocumentClassified
from shared.watch.taxonomy import LABELS

SEEN = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def event(
    label: str,
    status: str,
    *entities: str,
    quote: str = "quote",
    facts: Sequence[tuple[str, str, str | None]] = (),
) -> dict[str, Any]:
    evidence = {"quote": quote, "paragraph": 1, "start": 0, "end": len(quote)}
    return {
        "label": label,
        "family": LABELS[label],
        "status": status,
        "entities": entities,
        "evidence": evidence,
        "facts": [{"kind": kind, "value": value, "unit": unit, "evidence": evidence} for kind, value, unit in facts],
        "confidence": 0.9,
        "reasons": ["verb"],
    }


def classified(
    name: str,
    title: str,
    *events: dict[str, Any],
    lead: str = "",
    revision: int = 1,
    published: datetime | None = SEEN,
    seen: datetime = SEEN,
    language: str = "zh-Hans",
    **more: Any,
) -> DocumentClassified:
    entities = sorted({entity for one in events for entity in one["entities"]} | set(more.pop("entities", ())))
    plain: dict[str, Any] = {
        "document_id": hashlib.md5(name.encode(), usedforsecurity=False).hexdigest(),
        "revision": revision,
        "url": f"https://news.example/{name}",
        "source": "test",
        "outlet": "Test Wire",
        "title": title,
        "lead": lead or title,
        "language": language,
        "published": {"at": published, "precision": "minute"} if published else None,
        "relevant": True,
        "kind": "news",
        "entities": [{"entity": entity} for entity in entities],
        "events": events,
        "importance": 4,
        "summary": [{"text": "One sentence.", "citations": [1]}],
        "model": "test",
        "times": {"first_seen": seen, "classified": seen},
        **more,
    }
    return DocumentClassified.model_validate(plain)
