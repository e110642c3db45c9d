"""The corpora as the alerter would see them: reports with gold entities and labels, and which tell one story."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from services.alerter.domain.report import Report, ReportEvent

KEPT = Path("bench/kept.txt")
SEEN = datetime(2026, 1, 1, tzinfo=UTC)
"""First seen of every item: the corpus knows none, so that an undated item has no day at all."""
UNJUDGED_WITHIN = 21.0
"""Days: reports of one event in two parts of a corpus lie closer."""


@dataclass(frozen=True)
class Corpus:
    """One folder: the reports in the order of publication, and the story of each that has one."""

    name: str
    reports: tuple[Report, ...]
    stories: dict[str, str]
    readers: dict[str, str]
    """Document → the part of the corpus it stands in (`mix` of mix-010). Stories were drawn within one part only, so
    that two parts may tell of one event without the gold saying so."""

    def judged(self, a: Report, b: Report) -> bool:
        """Whether it is known if both tell of one event: one part, no label in common, or weeks between them."""
        if self.readers[a.document_id] == self.readers[b.document_id]:
            return True
        if not {event.label for event in a.events} & {event.label for event in b.events}:
            return True
        gap = a.days_from(b)
        return gap is not None and gap > UNJUDGED_WITHIN


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def _published(row: dict[str, Any]) -> dict[str, Any] | None:
    written = row.get("published")
    if not written:
        return None
    year, month, day = ([int(part) for part in written.split("T")[0].split("-")] + [1, 1])[:3]
    precision = {1: "year", 2: "month", 3: "day"}[len(written.split("T")[0].split("-"))]
    return {"at": datetime(year, month, day, tzinfo=UTC), "precision": precision}


def _report(row: dict[str, Any], label: dict[str, Any]) -> Report:
    text = row["text"]
    language = {"zh": "zh-Hans", "zh-Hant": "zh-Hant", "en": "en"}.get(row["lang"], "other")
    return Report.model_validate(
        {
            "document_id": hashlib.md5(row["id"].encode(), usedforsecurity=False).hexdigest(),
            "revision": 1,
            "title": row["title"],
            "lead": text[:1000],
            "language": language,
            "kind": "news",
            "published": _published(row),
            "first_seen": SEEN,
            "entities": label["entities"],
            "events": [
                ReportEvent(label=e["label"], status=e["status"], entities=(), quote=e.get("evidence") or "")
                for e in label["labels"]
            ],
        }
    )


def read_corpus(folder: Path) -> Corpus:
    """The corpus in `folder`. Raises SystemExit when it holds an item of the kept third."""
    kept = set(KEPT.read_text("utf-8").split()) if KEPT.exists() else set()
    rows, labels = _rows(folder / "articles.jsonl"), {row["id"]: row for row in _rows(folder / "labels.jsonl")}
    if kept & {row["id"] for row in rows}:
        raise SystemExit(f"{folder} holds items of the kept third")
    reports = {row["id"]: _report(row, labels[row["id"]]) for row in rows}
    stories = {
        reports[item].document_id: group["story_id"]
        for group in _rows(folder / "story_groups.jsonl")
        for item in group["ids"]
    }
    ordered = sorted(reports.values(), key=lambda report: report.when)
    readers = {report.document_id: item.rpartition("-")[0] for item, report in reports.items()}
    return Corpus(folder.name, tuple(ordered), stories, readers)
