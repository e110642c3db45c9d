"""What Prometheus and Alertmanager are told on this machine, and where alerts arrive."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from deploy.local.newsstand.answers import Answer, text
from deploy.local.newsstand.closing import Closable
from deploy.local.process import StartFailed
from deploy.local.watching import newest_run, program, rule_files, targets_in
from deploy.local.watching_config import alertmanager_config, hurried, prometheus_config, write_yaml
from deploy.local.watching_hook import Hook

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 23, tzinfo=UTC)


class Open:
    """A site that always answers."""

    def answer(self, target: str, asked: Mapping[str, str], now: datetime) -> Answer:
        return text(200, target)


def test_hurried_rules_say_the_same_sooner() -> None:
    for file in rule_files():
        rules = yaml.safe_load(file.read_text("utf-8"))
        quick = hurried(rules)
        before = [rule for group in rules["groups"] for rule in group["rules"]]
        after = [rule for group in quick["groups"] for rule in group["rules"]]
        assert [rule["expr"] for rule in after] == [rule["expr"] for rule in before]
        assert {rule["for"] for rule in after if "for" in rule} <= {"1s"}
        assert {group["interval"] for group in quick["groups"]} == {"1s"}


def test_rules_are_those_of_the_project_without_their_tests() -> None:
    assert {"alerts-rules.yaml", "recording-rules.yaml"} <= {file.name for file in rule_files()}
    assert not [file for file in rule_files() if "test" in file.name]


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not on the PATH")
def test_prometheus_reads_what_it_is_told(tmp_path: Path) -> None:
    rules = [write_yaml(tmp_path / "rules.yaml", hurried({"groups": [{"name": "g", "rules": []}]}))]
    file = write_yaml(tmp_path / "prometheus.yml", prometheus_config({"crawler": 9100, "alerter": 9101}, rules, 9093))
    ran = subprocess.run(["promtool", "check", "config", str(file)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.skipif(shutil.which("amtool") is None, reason="amtool is not on the PATH")
def test_alertmanager_reads_what_it_is_told(tmp_path: Path) -> None:
    file = write_yaml(tmp_path / "alertmanager.yml", alertmanager_config("http://127.0.0.1:9/"))
    ran = subprocess.run(["amtool", "check-config", str(file)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_an_outlet_is_closed_while_the_file_names_it(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    rss, atom = (Closable(name, Open(), closed) for name in ("rss", "atom"))
    assert rss.answer("/", {}, NOW).status == 200
    closed.write_text("rss\n", "utf-8")
    assert (rss.answer("/", {}, NOW).status, atom.answer("/", {}, NOW).status) == (500, 200)
    closed.unlink()
    assert rss.answer("/", {}, NOW).status == 200


@pytest.mark.enable_socket
def test_the_hook_keeps_each_alert(tmp_path: Path) -> None:
    heard: list[str] = []
    hook = Hook(tmp_path / "alerts.jsonl", lambda alert: heard.append(alert["status"]))
    firing = {"status": "firing", "labels": {"alertname": "A", "source": "s"}}
    hook.take(json.dumps({"version": "4", "alerts": [firing, {**firing, "status": "resolved"}]}).encode())
    hook.close()
    assert heard == ["firing", "resolved"]
    assert hook.alerts("firing", source="s") == [firing]
    assert hook.alerts("firing", source="t") == []
    assert len((tmp_path / "alerts.jsonl").read_text("utf-8").splitlines()) == 2


def test_what_was_started_last_is_watched(tmp_path: Path) -> None:
    with pytest.raises(StartFailed, match="nothing runs there"):
        targets_in(newest_run(tmp_path))
    for number, name in enumerate(("run", "demo")):
        file = tmp_path / name / "metrics.json"
        file.parent.mkdir()
        file.write_text(json.dumps({"crawler": 9100 + number}), "utf-8")
        os.utime(file, (number, number))
    assert targets_in(newest_run(tmp_path)) == {"crawler": 9101}


def test_a_missing_program_says_which_package_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(StartFailed, match="apt-get install prometheus"):
        program("prometheus")
