"""The rules that Prometheus is given: valid, tested, explained, and of metrics that exist."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.objectives import TARGET, load, written
from shared.runtime.stages import BUCKETS

pytestmark = pytest.mark.contract

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "prometheus"
RULES = sorted(path for path in FOLDER.glob("*rules*.yaml") if "test" not in path.name)
TESTS = sorted(FOLDER.glob("*test*.yaml"))
SEVERITIES = {"critical", "warning", "info"}
SECTIONS = ("## Meaning", "## Impact", "## First looks", "## Mend", "## Escalate")


def rules() -> Iterator[dict[str, Any]]:
    for path in RULES:
        for group in yaml.safe_load(path.read_text("utf-8"))["groups"]:
            yield from group["rules"]


ALERTS = {rule["alert"]: rule for rule in rules() if "alert" in rule}
RECORDED = {rule["record"] for rule in rules() if "record" in rule}


def run(*command: str) -> None:
    """The tool ends well; skipped, by its name, where it is absent."""
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is absent (Debian: prometheus, prometheus-alertmanager)")
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.name)
def test_promtool_takes_the_rules(path: Path) -> None:
    run("promtool", "check", "rules", str(path))


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name)
def test_promtool_runs_the_tests_of_the_rules(path: Path) -> None:
    run("promtool", "test", "rules", str(path))


def test_amtool_takes_the_example_of_alertmanager() -> None:
    run("amtool", "check-config", str(ROOT / "deploy" / "alertmanager" / "alertmanager.example.yaml"))


def test_promtool_takes_the_example_of_prometheus() -> None:
    run("promtool", "check", "config", str(FOLDER / "prometheus.example.yaml"))


def test_the_rules_of_the_objectives_are_those_that_are_written_today() -> None:
    assert TARGET.read_text("utf-8") == written(load()), "run make objectives"


def test_a_latency_objective_names_a_bucket_that_exists() -> None:
    asked = {one.within for one in load().objectives if one.kind == "latency"}
    assert asked
    assert asked <= {float(bound) for bound in BUCKETS}


def outcomes() -> dict[str, set[bool]]:
    """Alert to whether it fires in some case, and is silent after it fired in the same one."""
    found: dict[str, set[bool]] = {}
    for path in TESTS:
        for test in yaml.safe_load(path.read_text("utf-8"))["tests"]:
            fired: set[str] = set()
            for case in test.get("alert_rule_test", []):  # in the order of their times
                name = case["alertname"]
                if case["exp_alerts"]:
                    fired.add(name)
                    found.setdefault(name, set()).add(True)
                elif name in fired:
                    found[name].add(False)
    return found


@pytest.mark.parametrize("name", sorted(ALERTS))
def test_an_alert_fires_and_resolves_in_a_test(name: str) -> None:
    expected = {True} if name == "LumingWatchdog" else {True, False}
    assert outcomes().get(name) == expected


@pytest.mark.parametrize("name", sorted(ALERTS))
def test_an_alert_says_what_it_means_and_what_to_do(name: str) -> None:
    rule = ALERTS[name]
    assert re.fullmatch(r"Luming([A-Z][a-z]+)+", name)
    assert rule["labels"]["severity"] in SEVERITIES
    assert {"summary", "description", "runbook_url"} <= rule["annotations"].keys()
    page = ROOT / rule["annotations"]["runbook_url"]
    assert page.name == f"{name}.md"
    text = page.read_text("utf-8")
    assert text.startswith(f"# {name}\n")
    assert all(section in text for section in SECTIONS)


def test_every_runbook_is_of_an_alert() -> None:
    pages = {path.stem for path in (ROOT / "docs" / "runbooks").glob("Luming*.md")}
    assert pages == ALERTS.keys()


def test_recording_rules_are_named_by_level_metric_and_operations() -> None:
    assert [name for name in RECORDED if not re.fullmatch(r"[a-z_]+:[a-z_]+:[a-z0-9_]+", name)] == []


def test_every_metric_of_a_rule_stands_on_the_page_of_metrics_or_is_recorded() -> None:
    page = set(re.findall(r"^\| `(\w+)` \| (\w+)", (ROOT / "docs" / "metrics.md").read_text("utf-8"), re.MULTILINE))
    known = {name for name, _ in page} | {
        f"{name}{suffix}" for name, kind in page if kind == "histogram" for suffix in ("_bucket", "_sum", "_count")
    }
    asked = {
        name
        for rule in rules()
        for name in re.findall(r"(?<![\w:\"])(?:[a-z_]+:)?(?:luming|process)_?[a-z0-9_:]+", rule["expr"])
    }
    assert asked
    assert {name for name in asked if name not in known | RECORDED} == set()
