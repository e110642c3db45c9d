"""The dashboards: their JSON is what the code makes, and every expression names what is exported or recorded."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from deploy.grafana.__main__ import BOARDS, outdated, rendered
from deploy.grafana.expressions import expressions

pytestmark = pytest.mark.contract

ROOT = Path(__file__).parents[2]
RULES = [path for path in (ROOT / "deploy/prometheus").glob("*rules*.yaml") if "test" not in path.name]
OF_PROMETHEUS = {
    "ALERTS",
    "process_resident_memory_bytes",
    "process_cpu_seconds_total",
    "process_start_time_seconds",
    "process_open_fds",
    "process_max_fds",
}
"""Prometheus's own series, and those of every Python process (prometheus_client's process collector)."""
SUFFIXES = ("_total", "_bucket", "_count", "_sum")
NAME = re.compile(r"\b(?:luming_\w+|process_\w+|ALERTS|\w+:\w+:\w+)\b")


def exported() -> set[str]:
    """The names that the services' code gives its metrics."""
    literal = re.compile(r"\"(luming_[a-z0-9_]+)\"")
    files = [path for room in ("services", "shared") for path in (ROOT / room).rglob("*.py")]
    return {name for path in files for name in literal.findall(path.read_text("utf-8"))} | OF_PROMETHEUS


def recorded() -> set[str]:
    """The names of the recording rules."""
    groups = [group for path in RULES for group in yaml.safe_load(path.read_text("utf-8"))["groups"]]
    return {rule["record"] for group in groups for rule in group["rules"] if "record" in rule}


def test_the_committed_files_are_what_the_code_makes() -> None:
    assert outdated() == [], "python -m deploy.grafana writes them"


def test_links_go_on_leading_to_them() -> None:
    assert {json.loads(rendered(name))["uid"] for name in BOARDS} == {"luming-operations", "luming-source"}


def test_every_panel_has_a_title_a_meaning_and_a_query() -> None:
    for name in BOARDS:
        for panel in json.loads(rendered(name))["panels"]:
            if panel["type"] != "row":
                assert panel["title"], name
                assert panel["description"].endswith("."), panel["title"]
                assert panel["targets"], panel["title"]
                assert panel["fieldConfig"]["defaults"]["unit"], panel["title"]


def test_panels_do_not_overlap() -> None:
    for name in BOARDS:
        taken: set[tuple[int, int]] = set()
        for panel in json.loads(rendered(name))["panels"]:
            place = panel["gridPos"]
            x, y = place.get("x", 0), place.get("y", 0)
            cells = {(x + dx, y + dy) for dx in range(place["w"]) for dy in range(place["h"])}
            assert not cells & taken, panel["title"]
            assert x + place["w"] <= 24, panel["title"]
            taken |= cells


def test_every_expression_names_what_is_exported_or_recorded() -> None:
    known, rules = exported(), recorded()
    for panel, queries in expressions().items():
        for query in queries:
            names = NAME.findall(query)
            assert names, f"{panel}: {query}"
            for name in names:
                stem = next((name.removesuffix(end) for end in SUFFIXES if name.endswith(end)), name)
                assert name in known | rules or stem in known, f"{panel}: {name} is neither exported nor recorded"


def test_a_name_that_nothing_exports_is_found() -> None:
    assert "luming_crawler_polls" in exported()
    assert "luming_crawler_pollss" not in exported()


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not on the PATH")
def test_prometheus_reads_every_expression(tmp_path: Path) -> None:
    queries = sorted({query for several in expressions().values() for query in several})
    rules = [{"record": f"panel:number:{number}", "expr": query} for number, query in enumerate(queries)]
    file = tmp_path / "rules.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}), "utf-8")
    ran = subprocess.run(["promtool", "check", "rules", str(file)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
