"""Corrected documents (config/regressions.jsonl) judged again: a mistake that a person mended must not come back."""

from datetime import UTC, datetime
from pathlib import Path

from bench.corpora import ROOT
from services.classifier.application.classify import Classify
from services.classifier.application.correct import came_back, load
from services.classifier.domain.judge import Judge

PATH = ROOT / "config" / "regressions.jsonl"


def check(judge: Judge, path: Path = PATH) -> list[str]:
    """What came back, a line each. Raises ConfigError when the file has a wrong line."""
    classify = Classify(judge, judge.name)
    now = datetime.now(UTC)
    return [
        f"corrected document {correction.document.document_id[:12]} ({correction.document.title:.40}): {wrong}"
        for correction in load(path)
        for wrong in came_back(correction, classify(correction.document, now))
    ]
