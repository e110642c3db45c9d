"""What of the classifier's quality must hold: bench/quality.json, checked by `make evaluate`.

    {"floors": {"encoder": {"corpus": {"current": 0.7, …}, …}, "rules": {…}}}

way of judging → part that was not trained on → measure → floor. A part that is absent is not checked.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.score import Row, Scores, current, f1, statuses

QUALITY = Path(__file__).with_name("quality.json")
Pair = tuple[Row, Row, str]


def load_floors(path: Path = QUALITY) -> dict[str, dict[str, dict[str, float]]]:
    """Way of judging to part to measure to floor."""
    floors: dict[str, dict[str, dict[str, float]]] = json.loads(path.read_text("utf-8"))["floors"]
    return floors


def below(way: str, scores: Mapping[str, Scores], floors: Mapping[str, Mapping[str, Mapping[str, float]]]) -> list[str]:
    """What is under its floor, in words."""
    return [
        f"{way}, {part}: {name} {scores[part][name]:.3f} < {floor}"
        for part, wanted in floors.get(way, {}).items()
        if part in scores
        for name, floor in wanted.items()
        if scores[part][name] < floor
    ]


def by_label(pairs: list[Pair]) -> dict[str, Any]:
    """Precision, recall and F1 of every current label, with the number that is right."""
    found: dict[str, Any] = {}
    for name in sorted({label for _, gold, _ in pairs for label in current(gold)}):
        hit = sum(name in current(said) and name in current(gold) for said, gold, _ in pairs)
        named = sum(name in current(said) for said, _, _ in pairs)
        right = sum(name in current(gold) for _, gold, _ in pairs)
        precision, recall, both = f1(hit, named, right)
        found[name] = {"precision": precision, "recall": recall, "f1": both, "gold": right}
    return found


def by_status(pairs: list[Pair]) -> dict[str, Any]:
    """Precision, recall and F1 of every status, over (label, status) of labels that both sides name."""
    counts: dict[str, list[int]] = {}
    for said, gold, _ in pairs:
        shared = {x["label"] for x in said["labels"]} & {x["label"] for x in gold["labels"]}
        for label in shared:
            ours, right = statuses(said, label), statuses(gold, label)
            for status in ours | right:
                cell = counts.setdefault(status, [0, 0, 0])
                cell[0] += status in ours and status in right
                cell[1] += status in ours
                cell[2] += status in right
    found: dict[str, Any] = {}
    for status, cell in sorted(counts.items()):
        precision, recall, both = f1(*cell)
        found[status] = {"precision": precision, "recall": recall, "f1": both, "gold": cell[2]}
    return found
