"""The figures of the last evaluation of the shipped models, for Prometheus: MODEL_DIR/evaluation.json.

`python -m bench.evaluation` writes that file from what `make evaluate` measured on the items that were kept apart.
"""

import json
from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge

from shared.errors import ConfigError

FILE = "evaluation.json"


class Evaluation:
    """One gauge: as many values as there are ways of judging, parts and measures."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._score = Gauge(
            "luming_classifier_evaluation_score_ratio",
            "Score of the last evaluation on items kept apart: F1, or the share that is right",
            ["way", "model", "part", "measure"],
            registry=registry,
        )

    def show(self, folder: Path) -> None:
        """Set the figures of the models in `folder`; nothing where they were not evaluated. Raises ConfigError."""
        file = folder / FILE
        if not file.is_file():
            return
        try:
            for way, judged in json.loads(file.read_text("utf-8")).items():
                for part, scores in judged["parts"].items():
                    for measure, score in scores.items():
                        self._score.labels(way, judged["model"], part, measure).set(score)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            right = "what python -m bench.evaluation writes"
            raise ConfigError(file, None, f"cannot be read: {type(error).__name__}: {error}", right) from error
