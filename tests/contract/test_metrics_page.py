"""docs/metrics.md and the code name the same metrics, with the same types and labels."""

import re
from itertools import chain
from pathlib import Path
from typing import get_args

import pytest

from shared.runtime.stages import Stage
from tests.contract.registries import Exported, exported, registries

pytestmark = pytest.mark.contract

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "metrics.md"
ROW = re.compile(r"^\| `(\w+)` \| (\w+) \| (.*?) \| (.+?) \| (.+) \|$", re.MULTILINE)
UNBOUNDED = {"url", "address", "document_id", "thread_id", "subscription", "host", "target", "title", "reason_text"}
UNITS = ("seconds", "bytes", "ratio")


def on_the_page() -> dict[str, Exported]:
    rows = ROW.findall(PAGE.read_text("utf-8"))
    names = [row[0] for row in rows]
    assert len(names) == len(set(names)), "each metric has one row"
    return {row[0]: Exported(row[0], row[1], tuple(re.findall(r"`(\w+)`", row[2]))) for row in rows}


def in_the_code() -> dict[str, Exported]:
    found: dict[str, Exported] = {}
    for registry in registries().values():
        for one in exported(registry):
            assert found.setdefault(one.name, one) == one, "services that share a name share its type and labels"
    return found


def test_every_metric_of_the_code_stands_on_the_page() -> None:
    page = on_the_page()
    assert {one for name, one in in_the_code().items() if page.get(name) != one} == set()


def test_every_metric_on_the_page_is_exported() -> None:
    code = in_the_code()
    assert {name for name in on_the_page() if name not in code} == set()


@pytest.mark.parametrize("one", sorted(in_the_code().values()), ids=lambda one: one.name)
def test_a_metric_is_named_as_readers_of_prometheus_expect(one: Exported) -> None:
    assert re.fullmatch(r"(luming|process)_[a-z0-9_]+", one.name)
    assert (one.type == "counter") == one.name.endswith("_total")
    assert not re.search(r"_(ms|milliseconds|minutes|hours|days|kb|mb|percent)(_|$)", one.name), "base units alone"
    if one.type == "histogram":
        assert one.name.endswith(UNITS)
    assert UNBOUNDED.isdisjoint(one.labels)


def test_each_stage_is_told_from_the_start_by_the_one_service_in_which_it_ends() -> None:
    samples = chain.from_iterable(family.samples for one in registries().values() for family in one.collect())
    told = [sample.labels["stage"] for sample in samples if sample.name == "luming_stage_seconds_count"]
    assert sorted(told) == sorted(get_args(Stage))


@pytest.mark.parametrize("document", sorted(ROOT.glob("services/*/README.md")), ids=lambda path: path.parent.name)
def test_a_readme_names_no_metric_that_is_not_exported(document: Path) -> None:
    exported_names = set(in_the_code())
    known = exported_names | {name.removesuffix("_total") for name in exported_names}
    named = set(
        re.findall(r"`?(luming_(?:crawler|classifier|alerter|portal)_[a-z_]+[a-z])`?", document.read_text("utf-8"))
    )
    assert named <= known
