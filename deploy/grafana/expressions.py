"""The expressions of the dashboards, as Prometheus is asked them: variables filled in."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
_VARIABLES = {"$source": ".+", "$__rate_interval": "1m"}


def expressions() -> dict[str, list[str]]:
    """Title of dashboard and panel to its expressions; every source, rates over a minute."""
    found: dict[str, list[str]] = {}
    for file in sorted(FOLDER.glob("*.json")):
        board = json.loads(file.read_text("utf-8"))
        for panel in _panels(board["panels"]):
            queries = [_filled(target["expr"]) for target in panel.get("targets") or ()]
            if queries:
                found[f"{board['title']}: {panel['title']}"] = queries
    return found


def _panels(panels: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for panel in panels:
        yield panel
        yield from _panels(panel.get("panels") or [])


def _filled(expression: str) -> str:
    for name, value in _VARIABLES.items():
        expression = expression.replace(name, value)
    if left := re.search(r"\$\w+|\$\{\w+\}", expression):
        raise ValueError(f"{expression}: nothing is known of {left[0]}")
    return expression
