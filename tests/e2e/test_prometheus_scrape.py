"""A real Prometheus and Alertmanager watch the running demo: a stopped source fires its alert and resolves, and every
expression of the dashboards gives data."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import pytest
import yaml

from deploy.grafana.expressions import expressions
from deploy.local.portal import read_link
from deploy.local.watching import Watching, rule_files, targets_in
from deploy.local.watching_config import hurried, write_yaml
from deploy.local.watching_hook import Hook
from tests.e2e.conftest import Start

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(shutil.which("prometheus") is None, reason="prometheus is not on the PATH"),
    pytest.mark.skipif(
        shutil.which("prometheus-alertmanager") is None and shutil.which("alertmanager") is None,
        reason="alertmanager is not on the PATH",
    ),
]

SOURCE = "newsstand_rss"
PATIENCE = 90.0
"""Seconds; on a quiet machine each wait takes five to twenty."""


def eventually(holds: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    """Wait until it holds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.3)


def without_data(watching: Watching) -> dict[str, list[str]]:
    """The expressions that give nothing, by panel."""
    found = {
        panel: [query for query in queries if not watching.query(query)] for panel, queries in expressions().items()
    }
    return {panel: queries for panel, queries in found.items() if queries}


def test_a_stopped_source_fires_and_resolves_and_every_panel_shows_data(start: Start, tmp_path: Path) -> None:
    run = start("demo")
    run.wait_for(run.folder / "start")
    rules = [
        write_yaml(tmp_path / "rules" / file.name, hurried(yaml.safe_load(file.read_text("utf-8"))))
        for file in rule_files()
    ]
    assert rules
    portal = read_link(run.folder).split("/enter")[0]
    hook = Hook(tmp_path / "alerts.jsonl")
    watching = Watching(tmp_path / "watching", targets_in(run.folder), rules, hook.address)
    try:
        eventually(lambda: len(watching.query("up == 1")) == 4, "four services are scraped")
        eventually(lambda: bool(hook.alerts("firing", alertname="LumingWatchdog")), "the watchdog arrives")
        healthy = f'luming_crawler_source_health{{source="{SOURCE}",state="healthy"}} == 1'
        eventually(lambda: bool(watching.query(healthy)), f"{SOURCE} is healthy")
        assert not hook.alerts("firing", source=SOURCE)

        (run.folder / "closed").write_text("rss\n", "utf-8")
        eventually(lambda: bool(hook.alerts("firing", source=SOURCE)), f"an alert names {SOURCE}")
        [fired] = {alert["labels"]["alertname"] for alert in hook.alerts("firing", source=SOURCE)}
        assert fired == "LumingSourceFailing"

        (run.folder / "closed").unlink()
        eventually(lambda: bool(hook.alerts("resolved", alertname=fired, source=SOURCE)), f"{fired} resolves")

        def shown() -> bool:
            with urlopen(portal + "/sign-in", timeout=10) as answer:
                return answer.status == 200 and not without_data(watching)

        eventually(shown, "every panel shows data")
    except AssertionError as error:
        raise AssertionError(f"{error}; panels without data: {without_data(watching)}") from error
    finally:
        watching.stop()
        hook.close()
