"""Production runs only what somebody has reviewed: the overlay in deploy/ over the project's own sources."""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
import yaml

from services.crawler.sources.config import Sources, SourcesFile, load_sources
from services.crawler.sources.definition import SourceEntry
from services.crawler.sources.registry import plugins

pytestmark = pytest.mark.contract

ROOT = Path(__file__).parents[2]
FILE = ROOT / "config" / "sources.yaml"
OVERLAY = ROOT / "deploy" / "k8s" / "overlays" / "prod" / "sources.yaml"
TODAY = date(2026, 12, 24)


def production(tmp_path: Path, *reviewed: Mapping[str, object]) -> Sources:
    """The project's sources under production's overlay, with some reviews written into it."""
    overlay = tmp_path / "overlay.yaml"
    written = yaml.safe_load(OVERLAY.read_text("utf-8"))
    overlay.write_text(yaml.safe_dump({**written, "sources": [*written["sources"], *reviewed]}), "utf-8")
    return load_sources(FILE, {}, TODAY, overlay)


def test_only_what_may_be_read_runs() -> None:
    found = load_sources(FILE, {}, TODAY, OVERLAY)
    assert {one.entry.terms.verdict for one in found.enabled} == {"allowed"}
    waiting = [one for one in found.all if one.why_off == "nobody has read its terms yet"]
    assert len(waiting) > 20
    assert {one.name for one in load_sources(FILE, {}, TODAY).enabled} >= {one.name for one in waiting}


def test_a_review_lets_a_source_run(tmp_path: Path) -> None:
    terms = {"address": "https://www.example.gov.cn/terms", "verdict": "allowed"}
    found = production(tmp_path, {"name": "govcn_latest", "terms": terms, "verified": True})
    (one,) = [one for one in found.enabled if one.name == "govcn_latest"]
    assert one.entry.rights == "full"
    assert one.address.endswith("ZUIXINZHENGCE.json"), "what the review does not say stays"


def test_terms_that_refuse_programs_need_a_leave(tmp_path: Path) -> None:
    refusing = {"name": "scmp", "terms": {"address": "https://example.com/terms", "verdict": "prohibited"}}
    leave = {"document": "licence 7", "approver": "legal", "given": "2026-12-01", "until": "2027-11-30"}
    assert "scmp" not in {one.name for one in production(tmp_path, refusing).enabled}
    assert "scmp" in {one.name for one in production(tmp_path, {**refusing, "permission": leave}).enabled}


def test_the_overlays_own_examples_are_right() -> None:
    """What the comments tell people to write is what the file takes."""
    text = OVERLAY.read_text("utf-8")
    examples = re.findall(r"^#        (.*)$", text, re.MULTILINE)
    entries = yaml.safe_load("\n".join(examples))
    names = [entry["name"] for entry in entries]
    assert set(names) <= set(plugins())
    assert len(names) == 2


def test_the_projects_file_names_nothing_that_is_built_in() -> None:
    written = yaml.safe_load(FILE.read_text("utf-8"))
    assert [one for one in written["sources"] or [] if one["name"] in plugins()] == []


def test_the_head_of_the_projects_file_names_every_key() -> None:
    head = FILE.read_text("utf-8").partition("\nfetching:\n  timeout")[0]
    keys = set(re.findall(r"^# {1,3}(\w+)(?:\s|:)", head, re.MULTILINE))
    assert set(SourceEntry.model_fields) | set(SourcesFile.model_fields) <= keys | {"why_off"}
    assert "why_off" in head
