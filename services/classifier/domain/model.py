"""Logistic models over named features: arrays in a JSON file, a dot product at run time."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import repeat
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
        return self.probabilities_of((features,))[0]

    def probabilities_of(self, many: Sequence[Features]) -> list[dict[str, float]]:
        """The probability of each class, for each of many: one sum over all their features."""
        rows, matrix = self._table
        numbers: list[int] = []
        values: list[float] = []
        begins: list[int] = []
        for features in many:
            begins.append(len(numbers))
            numbers.append(0)
            numbers += map(rows.get, features, repeat(len(rows) + 1))
            values.append(1.0)
            values += features.values()
        if not begins:
            return []
        logits = np.add.reduceat(matrix[numbers] * np.array(values)[:, None], begins, axis=0)
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares: list[list[float]] = (odds / odds.sum(axis=1, keepdims=True)).tolist()
        return [dict(zip(self.classes, row, strict=True)) for row in shares]

    @cached_property
    def _table(self) -> tuple[dict[str, int], NDArray[np.float64]]:
        """The weights as one matrix, and which row is whose; the first is the intercept, a feature that is
        always 1, the last that of all unknown features, nothing."""
        rows = {name: number for number, name in enumerate(self.weights, start=1)}
        return rows, np.array([self.intercept, *self.weights.values(), np.zeros(len(self.classes))])

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
