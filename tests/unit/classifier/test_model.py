"""The logistic models and their files."""

from pathlib import Path

import numpy as np
import pytest

from services.classifier.domain.judge import load_models
from services.classifier.domain.model import Logistic, load_logistic, save_logistic
from shared.errors import ConfigError

pytestmark = pytest.mark.unit
MODEL = Logistic(("no", "yes"), {"strong": np.array([-1.0, 1.0]), "late": np.array([0.5, -0.5])}, np.array([0.0, 0.0]))


def test_probabilities_and_reasons() -> None:
    assert MODEL.probabilities({}) == {"no": 0.5, "yes": 0.5}
    odds = MODEL.probabilities({"strong": 1.0, "unknown rule": 9.0})
    assert odds["yes"] == pytest.approx(1 / (1 + np.exp(-2)))
    assert MODEL.strongest({"strong": 1.0, "late": 1.0}, "yes", 5) == ("strong",)


def test_a_file_and_back(tmp_path: Path) -> None:
    save_logistic(tmp_path / "m.json", MODEL)
    again = load_logistic(tmp_path / "m.json")
    assert again.probabilities({"late": 1.0}) == pytest.approx(MODEL.probabilities({"late": 1.0}))


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"classes": ["a"], "weights": {"x": [1, 2]}, "intercept": [0]}', '{"classes": 3}'],
)
def test_unusable_files_are_config_errors(tmp_path: Path, text: str) -> None:
    path = tmp_path / "m.json"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError, match="make train"):
        load_logistic(path)


def test_a_folder_without_models(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cuts\.json"):
        load_models(tmp_path)


def test_many_at_once_are_judged_as_one_by_one() -> None:
    many: list[dict[str, float]] = [{}, {"strong": 1.0}, {"late": 0.25, "strong": 2.0, "unknown": 3.0}, {}]
    together = MODEL.probabilities_of(many)
    assert together == [MODEL.probabilities(one) for one in many]
    for one, odds in zip(many, together, strict=True):
        logits = np.array([-1.0, 1.0]) * one.get("strong", 0.0) + np.array([0.5, -0.5]) * one.get("late", 0.0)
        assert odds["yes"] == pytest.approx(float(np.exp(logits[1]) / np.exp(logits).sum()), abs=1e-12)
    assert MODEL.probabilities_of([]) == []
