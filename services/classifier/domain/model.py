"""Logistic models over named features: arrays in a JSON file, a dot product at run time."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from shared.errors import ConfigError

Features = dict[str, float]
"""Name of a feature to its value; absent means 0."""


@dataclass(frozen=True)
class Logistic:
    """A multinomial logistic regression. Unknown features count nothing, so rules may be added before training."""

    classes: tuple[str, ...]
    weights: Mapping[str, NDArray[np.float64]]
    """Feature to one weight a class."""
    intercept: NDArray[np.float64]

    def probabilities(self, features: Features) -> dict[str, float]:
        """The probability of each class."""
        rows, matrix = self._table
        known = [(rows[name], value) for name, value in features.items() if name in rows]
        logits = self.intercept
        if known:
            numbers, values = zip(*known, strict=True)
            logits = logits + np.asarray(values) @ matrix[list(numbers)]
        logits = logits - logits.max()
        odds = np.exp(logits)
        return dict(zip(self.classes, (odds / odds.sum()).tolist(), strict=True))

    @cached_property
    def _table(self) -> tuple[dict[str, int], NDArray[np.float64]]:
        """The weights as one matrix, and which row is whose: one product instead of a sum over features."""
        rows = {name: number for number, name in enumerate(self.weights)}
        return rows, np.array(list(self.weights.values())).reshape(len(rows), len(self.classes))

    def strongest(self, features: Features, wanted: str, most: int) -> tuple[str, ...]:
        """The features that spoke most for `wanted`, strongest first."""
        column = self.classes.index(wanted)
        shares = {
            name: float(self.weights[name][column] * value) for name, value in features.items() if name in self.weights
        }
        ranked = sorted((name for name in shares if shares[name] > 0), key=lambda name: -shares[name])
        return tuple(ranked[:most])


def load_logistic(path: Path) -> Logistic:
    """The model in `path`. Raises ConfigError when it is missing or is no model."""
    try:
        plain = json.loads(path.read_text("utf-8"))
        classes = tuple(plain["classes"])
        weights = {name: np.asarray(row, dtype=np.float64) for name, row in plain["weights"].items()}
        intercept = np.asarray(plain["intercept"], dtype=np.float64)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigError(path, None, f"no usable model: {error}", "train it anew with `make train`") from error
    if any(row.shape != intercept.shape for row in weights.values()) or len(classes) != len(intercept):
        raise ConfigError(path, None, "no usable model: rows of different lengths", "train it anew with `make train`")
    return Logistic(classes, weights, intercept)


def save_logistic(path: Path, model: Logistic) -> None:
    """Write `model`; weights are rounded to four digits, which is finer than what they are known to."""
    plain = {
        "classes": list(model.classes),
        "intercept": [round(float(value), 4) for value in model.intercept],
        "weights": {name: [round(float(v), 4) for v in row] for name, row in sorted(model.weights.items())},
    }
    path.write_text(json.dumps(plain, ensure_ascii=False, indent=0) + "\n", "utf-8")
