"""Train the shipped models: `make train`.

Reads the project's own labelled items and, where they stand beside the project, corpus and corpus2, all without their
kept parts. Two sets of logistic models are learnt: one on the rules alone, one on the rules and the encoder's answer.
The encoder itself is fine-tuned first, on the same items. What the logistic models learn are weights of named rules and
generic signs; no words of the items.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from bench.corpora import DATA, ROOT, available, load_items
from bench.own_items import load_own, load_retold
from bench.samples import Example
from bench.score import Scores
from bench.stack import CUTS, calibrate, choose_cuts, train, validation
from services.classifier.domain.judge import BESIDE, MODEL_DIR, Cuts, Judge, Models
from services.classifier.domain.model import save_logistic
from services.classifier.domain.reading import read
from services.classifier.domain.triggers import Triggers, load_taxonomy
from shared.watch import Watcher, load_watchlist

ASK = 0.06
"""Relevance by the rules from which the encoder is asked; chosen low, so that it may take back what the rules miss."""


def load_examples(data: Path) -> tuple[Judge, list[Example]]:
    """The training items, read. The judge has no models yet."""
    watcher = Watcher(load_watchlist(ROOT / "config" / "watchlist.yaml"))
    triggers = Triggers(load_taxonomy(ROOT / "config" / "taxonomy.yaml"))
    judge = Judge(watcher, triggers, None)  # type: ignore[arg-type]  # models follow
    items = [*load_items("train", data), *load_own("train"), *load_retold()]
    return judge, [Example(item, read(item.article, watcher, triggers)) for item in items]


def show(name: str, scores: Scores) -> None:
    """One line of the table."""
    print(
        f"{name:10s} "
        + " ".join(f"{key} {value:.3f}" if key != "items" else f"{value:.0f} items" for key, value in scores.items())
    )


def write_models(models: Models, folder: Path) -> None:
    """The models and the cuts as JSON; beside the encoder there is no entity model, the rules' own judges for both."""
    folder.mkdir(parents=True, exist_ok=True)
    names = ("sentence", "current", "background", "status", "relevance", "entity")
    for name in names if folder.name != BESIDE else names[:-1]:
        save_logistic(folder / f"{name}.json", getattr(models, name))
    (folder / "cuts.json").write_text(json.dumps(models.cuts.model_dump(), indent=1) + "\n", "utf-8")


def stack(examples: Sequence[Example], judge: Judge, folder: Path, begin: Cuts, title: str) -> dict[str, Scores]:
    """Choose the cuts on stories unseen, fit the models on all, write them; the cross-validated scores."""
    validated = validation(examples, judge)
    cuts = calibrate(validated, choose_cuts(validated, begin))
    scores = validated.scores(cuts)
    print(f"{title}: stories that the models had not seen")
    for name, values in scores.items():
        show(name, values)
    print(f"cuts: {cuts.model_dump()}", flush=True)
    write_models(train(examples, cuts), folder)
    return scores


def main(
    data: Annotated[Path, typer.Option(help="folder that holds corpus and corpus2")] = DATA,
    out: Annotated[Path, typer.Option(help="folder the models are written to")] = MODEL_DIR,
    encoder: Annotated[bool, typer.Option(help="fine-tune the encoder too (the long part)")] = True,
    scores: Annotated[Path | None, typer.Option("--json", help="write the cross-validated scores here")] = None,
) -> None:
    """Train the shipped models and print what cross-validation by story says of them."""
    if not available(data):
        print(f"{data} holds neither corpus nor corpus2: training on the project's own items alone", file=sys.stderr)
    judge, examples = load_examples(data)
    found = {"rules": stack(examples, judge, out, CUTS, "rules and logistic models")}
    if encoder:
        from bench.encoder.teach import teach  # torch is wanted only where the encoder is

        read_on = teach(examples, out / "encoder")
        begin = CUTS.model_copy(update={"ask": ASK})
        found["encoder"] = stack(read_on, judge, out / BESIDE, begin, "with the encoder")
    if scores:
        scores.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    print(f"{len(examples)} items → {out}")


if __name__ == "__main__":
    typer.run(main)
