"""Stored documents classified again, by rules that are tried out: one line of JSON each, nothing is sent."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from services.classifier.application.classify import Classify
from shared.messages import DocumentFound
from shared.messages.codec import encode


@dataclass
class Count:
    """What came of it."""

    classified: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    """Documents that cannot be classified, and why."""


def reclassified(
    documents: Iterable[DocumentFound],
    classify: Classify,
    now: datetime,
    count: Count,
    progress: Callable[[], None] = lambda: None,
) -> Iterator[bytes]:
    """A line, with its end, for every document; `count` is kept up to date.

    A document that breaks the judge is counted and left out, as the stream would make a dead letter of it.
    """
    for document in documents:
        try:
            line = encode(classify(document, now)) + b"\n"
        except Exception as error:  # noqa: BLE001  one article must not stop the ones behind it; it is told at the end
            count.failed[document.document_id] = f"{type(error).__name__}: {error}"
        else:
            count.classified += 1
            yield line
        progress()
