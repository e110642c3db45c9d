"""The quality that extract() must keep on saved news pages, by the same measures as the scorer's."""

import gzip
import importlib.util
import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from services.crawler.domain.extraction import Extracted, extract
from services.crawler.domain.extraction.model import WEIGHTS

SHARED = Path(__file__).resolve().parents[3] / "shared"
MANIFEST = SHARED / "data" / "pages" / "manifest.jsonl"
SCORER = SHARED / "tools" / "score_extraction.py"
FLOORS = {
    "zh": {"body_f1": 0.90, "title": 0.93, "date": 0.93},
    "en": {"body_f1": 0.92, "title": 0.80, "date": 0.88},
}

pytestmark = pytest.mark.contract


def _scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_extraction", SCORER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["score_extraction"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.data
@pytest.mark.parametrize("language", FLOORS)
def test_floors_on_saved_pages(language: str) -> None:
    rows = [json.loads(line) for line in MANIFEST.read_text("utf-8").splitlines()]
    rows = [row for row in rows if row["lang"] == language]
    read: Callable[[bytes, str | None], Extracted] = extract
    answers = [read(gzip.decompress((MANIFEST.parent / row["html"]).read_bytes()), row["url"]) for row in rows]
    scores = _scorer().score(rows, answers)
    assert {name: scores[name] for name in FLOORS[language] if scores[name] < FLOORS[language][name]} == {}


def test_the_weights_are_small_and_hold_no_text() -> None:
    assert WEIGHTS.stat().st_size < 200_000
    with np.load(WEIGHTS, allow_pickle=False) as arrays:
        assert all(arrays[name].dtype.kind in "fiu" for name in arrays.files)
