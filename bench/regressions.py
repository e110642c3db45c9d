"""Corrections (config/regressions.jsonl) judged again: a mistake that a person mended must not come back."""

from datetime import UTC, datetime
from pathlib import Path

from bench.corpora import ROOT
from bench.threads.fit import threads_of
from services.alerter.adapters.weights import load_weights
from services.alerter.domain.likeness import Likeness
from services.alerter.domain.report import report_of
from services.classifier.application.classify import Classify
from services.classifier.application.correct import Correction, came_back, load
from services.classifier.domain.judge import Judge

PATH = ROOT / "config" / "regressions.jsonl"


def check(judge: Judge, path: Path = PATH) -> list[str]:
    """What came back, a line each. Raises ConfigError when the file has a wrong line."""
    classify = Classify(judge, judge.name)
    now = datetime.now(UTC)
    return [
        f"corrected document {correction.document.document_id[:12]} ({correction.document.title:.40}): {wrong}"
        for correction in load(path)
        for wrong in (*came_back(correction, classify(correction.document, now)), *joined(correction, classify, now))
    ]


def joined(correction: Correction, classify: Classify, now: datetime) -> list[str]:
    """What is wrong where two documents of different stories join one thread."""
    if correction.apart is None:
        return []
    pair = (correction.apart, correction.document)
    threads = threads_of([report_of(classify(each, now)) for each in pair], Likeness(load_weights()))
    return [f"joins the story of {correction.apart.title:.40}"] if len(set(threads.values())) == 1 else []
