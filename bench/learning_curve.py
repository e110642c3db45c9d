"""How much more labelled items would bring: `python -m bench.learning_curve` (an hour; --no-encoder: minutes).

Trains on an eighth, a quarter, a half and all of the stories and scores each on the items that were kept apart. The
numbers go to .luming/bench/learning.json, the picture to services/classifier/model/learning.png.
"""

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import matplotlib as mpl
import typer
from matplotlib.figure import Figure

from bench.corpora import DATA, load_items
from bench.machine import FOLDER
from bench.own_items import load_own
from bench.samples import Example
from bench.score import score
from bench.stack import CUTS, folds_of, said, train
from bench.train import ASK, load_examples
from services.classifier.adapters.encoder import OnnxEncoders
from services.classifier.domain.judge import MODEL_DIR, Asked, Judge

PARTS = (8, 4, 2, 1)
"""One story in so many."""
Curve = dict[str, list[tuple[int, float]]]
"""What was trained and measured on, to (items, F1 of current labels)."""


def part_of(examples: Sequence[Example], one_in: int) -> list[Example]:
    """A part of the stories; a smaller part lies within a larger one."""
    return [one for one, fold in zip(examples, folds_of(examples, 8, salt=5), strict=True) if fold < 8 // one_in]


def measured(judge: Judge, curve: Curve, way: str, count: int) -> None:
    """Score a judge on the kept items and add the points."""
    for name, items in (("news retold", load_items("kept")), ("own items", load_own("kept"))):
        pairs = [(said(judge.judge(one.article)), one.gold, f"{one.row['title']}\n{one.row['text']}") for one in items]
        if pairs:
            curve.setdefault(f"{way}, {name}", []).append((count, score(pairs)["current"]))


def main(
    encoder: Annotated[bool, typer.Option(help="fine-tune an encoder for every point")] = True,
    picture: Annotated[Path, typer.Option(help="where the picture goes")] = MODEL_DIR / "learning.png",
) -> None:
    """Print and draw the learning curve."""
    judge, examples = load_examples(DATA)
    curve: Curve = {}
    for one_in in PARTS:
        own = part_of(examples, one_in)
        rules = train(own, CUTS)
        measured(Judge(judge.watcher, judge.triggers, rules), curve, "rules", len(own))
        if encoder:
            from bench.encoder.teach import teach  # torch is wanted only here

            with tempfile.TemporaryDirectory(prefix="luming-curve-") as work:
                answered = teach(own, Path(work))
                weighed = train(answered, CUTS.model_copy(update={"ask": ASK}))
                asked = Asked(OnnxEncoders(Path(work)), weighed)
                measured(Judge(judge.watcher, judge.triggers, rules, asked), curve, "with encoder", len(own))
        for name, points in curve.items():
            print(f"{name:28s} " + "  ".join(f"{count}: {value:.3f}" for count, value in points), flush=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "learning.json").write_text(json.dumps(curve, indent=1) + "\n", "utf-8")
    draw(curve, picture)
    print(f"picture: {picture}")


def draw(curve: Curve, path: Path) -> None:
    """F1 by number of training items."""
    mpl.use("agg")
    figure = Figure(figsize=(8, 5), layout="constrained")
    axis = figure.subplots()
    for name, points in curve.items():
        axis.plot([count for count, _ in points], [value for _, value in points], marker="o", label=name)
    axis.set_xscale("log", base=2)
    axis.set(xlabel="labelled items trained on", ylabel="F1 of current events, items kept apart", ylim=(0, 1))
    axis.set_title("What further labelled items bring")
    axis.grid(alpha=0.3)
    axis.legend(loc="lower right", fontsize=8)
    figure.savefig(path, dpi=110)


if __name__ == "__main__":
    typer.run(main)
