"""Logistic models over named features: arrays in a JSON file, a dot product at run time."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import exp
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
        logits = [0.0]
        for bias, get in self._against_first:
            logits.append(bias + sum([get(name, 0.0) * value for name, value in features.items()]))
        highest = max(logits)
        odds = [exp(logit - highest) for logit in logits]
        total = sum(odds)
        return {name: share / total for name, share in zip(self.classes, odds, strict=True)}

    def probabilities_of(self, many: Sequence[Features]) -> list[dict[str, float]]:
        """The probability of each class, for each of many."""
        return [self.probabilities(features) for features in many]

    @cached_property
    def _against_first(self) -> list[tuple[float, Callable[[str, float], float]]]:
        """For each class but the first: its intercept and its weights less those of the first, whose log odds are 0.

        Plain numbers: an article has a few dozen sentences, too few for an array to be worth its making.
        """
        tables = [self._column(number) for number in range(len(self.classes))]
        biases = self.intercept.tolist()
        return [
            (bias - biases[0], {name: weight - tables[0][name] for name, weight in table.items()}.get)
            for bias, table in zip(biases[1:], tables[1:], strict=True)
        ]

    @cached_property
    def _columns(self) -> dict[str, dict[str, float]]:
        """Class to feature to weight."""
        return {name: self._column(number) for number, name in enumerate(self.classes)}

    def _column(self, number: int) -> dict[str, float]:
        return {name: float(row[number]) for name, row in self.weights.items()}

    def strongest(self, features: Features, wanted: str, most: int) -> tuple[str, ...]:
        """The features that spoke most for `wanted`, strongest first."""
        weights = self._columns[wanted]
        shares = [(weights.get(name, 0.0) * value, name) for name, value in features.items()]
        ranked = sorted((one for one in shares if one[0] > 0), key=lambda one: -one[0])
        return tuple(name for _, name in ranked[:most])


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
