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

from bench.extraction.dataset import kept, site_of
from services.crawler.domain.extraction import Extracted, extract, structured
from services.crawler.domain.extraction.charset import decode
from services.crawler.domain.extraction.model import WEIGHTS
from services.crawler.domain.extraction.page import parse

SHARED = Path(__file__).resolve().parents[3] / "shared"
MANIFEST = SHARED / "data" / "pages" / "manifest.jsonl"
SCORER = SHARED / "tools" / "score_extraction.py"
FLOORS = {
    "zh": {"body_f1": 0.94, "title": 0.85, "date": 0.90},
    "en": {"body_f1": 0.955, "title": 0.68, "date": 0.85},
}
"""The shipped weights were fitted to these very pages, so that these floors only show that nothing broke; what holds
on pages never seen is told by bench/extraction/evaluate.py, which fits without the sites of kept.txt beside it."""

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


@pytest.mark.data
def test_no_kept_site_is_tuned_on() -> None:
    """Scores on the kept pages mean something only while no page of the others is of the same site."""
    sites: dict[bool, set[str]] = {True: set(), False: set()}
    aside = kept()
    rows = [json.loads(line) for line in MANIFEST.read_text("utf-8").splitlines()]
    for row in rows:
        root = parse(decode(gzip.decompress((MANIFEST.parent / row["html"]).read_bytes())))
        assert root is not None
        sites[row["id"] in aside].add(site_of(row, structured.read(root), root))
    assert aside <= {row["id"] for row in rows}
    assert len(sites[True]) > len(sites[False]) / 4
    assert sites[True] & sites[False] == set()


def test_the_weights_are_small_and_hold_no_text() -> None:
    assert WEIGHTS.stat().st_size < 200_000
    with np.load(WEIGHTS, allow_pickle=False) as arrays:
        assert all(arrays[name].dtype.kind in "fiu" for name in arrays.files)
