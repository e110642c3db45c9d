"""Whom the example of an Alertmanager tells of each alert that there is."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.contract.test_prometheus_rules import ALERTS

pytestmark = pytest.mark.contract

EXAMPLE = Path(__file__).parents[2] / "deploy" / "alertmanager" / "alertmanager.example.yaml"
TOLD = {"critical": "operators-page,operators-mail", "warning": "operators-mail", "info": "nobody"}


@pytest.mark.parametrize("severity", TOLD)
def test_every_alert_of_a_severity_goes_where_the_example_says(severity: str) -> None:
    if shutil.which("amtool") is None:
        pytest.skip("amtool is absent (Debian: prometheus-alertmanager)")
    alerts = [name for name, rule in ALERTS.items() if rule["labels"]["severity"] == severity]
    assert alerts
    for name in alerts:
        asked = ["amtool", "config", "routes", "test", f"--config.file={EXAMPLE}"]
        done = subprocess.run(
            [*asked, f"alertname={name}", f"severity={severity}"],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip() == ("dead-mans-switch" if name == "LumingWatchdog" else TOLD[severity]), name
