"""What Prometheus and Alertmanager are told when they watch processes of this machine. No process is started here."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

QUICK = "1s"
"""Interval and `for` of hurried rules, and the wait of Alertmanager's groups: a test cannot wait for ten minutes."""


def prometheus_config(
    targets: Mapping[str, int], rules: Sequence[Path], alertmanager: int, interval: str = "2s"
) -> dict[str, Any]:
    """prometheus.yml: a job for each service (name to port), the rules, and where alerts go."""
    return {
        "global": {"scrape_interval": interval, "scrape_timeout": "2s", "evaluation_interval": interval},
        "rule_files": [str(path.resolve()) for path in rules],
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": [f"127.0.0.1:{alertmanager}"]}]}]},
        "scrape_configs": [
            {
                "job_name": f"luming-{service}",
                "static_configs": [{"targets": [f"127.0.0.1:{port}"], "labels": {"service": service}}],
            }
            for service, port in targets.items()
        ],
    }


def alertmanager_config(hook: str) -> dict[str, Any]:
    """alertmanager.yml: every alert by itself, at once, to one webhook, its end too."""
    return {
        "route": {
            "receiver": "hook",
            "group_by": ["..."],
            "group_wait": "0s",
            "group_interval": QUICK,
            "repeat_interval": "1h",
        },
        "receivers": [{"name": "hook", "webhook_configs": [{"url": hook, "send_resolved": True}]}],
    }


def hurried(rules: Mapping[str, Any]) -> dict[str, Any]:
    """A rule file with the same expressions, looked at every second, whose alerts fire after a second."""
    groups = []
    for group in rules["groups"]:
        quick = [{**rule, "for": QUICK} if "for" in rule else dict(rule) for rule in group["rules"]]
        for rule in quick:
            rule.pop("keep_firing_for", None)
        groups.append({**group, "interval": QUICK, "rules": quick})
    return {"groups": groups}


def write_yaml(path: Path, content: Mapping[str, Any]) -> Path:
    """Write it; the path again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(dict(content), allow_unicode=True, sort_keys=False), "utf-8")
    return path
