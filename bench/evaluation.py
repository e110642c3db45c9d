"""The figures that ship with the models: what `make evaluate` measured, written to services/classifier/model.

    python -m bench.evaluation

The classifier exports them (luming_classifier_evaluation_score_ratio), so that who looks at a dashboard sees what to
expect of what it says. To be run after `make evaluate`, when the models were trained anew.
"""

import json
from pathlib import Path
from typing import Any

from bench.machine import FOLDER
from services.classifier.adapters.evaluation_metrics import FILE
from services.classifier.domain.judge import MODEL_DIR

PARTS = ("corpus", "corpus2", "own")
MEASURES = ("current", "alert", "relevance", "entities", "status", "evidence")


def shipped(numbers: dict[str, Any]) -> dict[str, Any]:
    """Of all that was measured: each way's model, and its scores on the parts that were kept apart."""
    return {
        way: {
            "model": model,
            "parts": {
                part: {measure: round(scores[part][measure], 3) for measure in MEASURES}
                for part in PARTS
                if part in (scores := numbers["kept"][way]["scores"])
            },
        }
        for way, model in numbers["models"].items()
    }


def main(measured: Path = FOLDER / "understanding.json", target: Path = MODEL_DIR / FILE) -> None:
    """Write them."""
    numbers = json.loads(measured.read_text("utf-8"))
    target.write_text(json.dumps(shipped(numbers), indent=1) + "\n", "utf-8")
    print(f"written: {target}")


if __name__ == "__main__":
    main()
