"""Train the thread regression: `python -m bench.train_threads`.

It is fitted on the labelled items that are not kept: both corpora without their verbatim items, the project's own ones
and those told anew in English, once by their gold labels and once by what the classifier says of them. `python -m bench
threads` scores it by folds of stories.
"""

from pathlib import Path
from typing import Annotated

import typer

from bench.corpora import ROOT
from bench.threads.fit import fit, frequencies, pairs_in
from bench.threads.reports import INPUTS, load_stories
from services.alerter.domain.likeness import Likeness
from services.classifier.bootstrap import make_classify

OUT = Path("services/alerter/domain/thread_weights.json")


def main(
    threshold: Annotated[float, typer.Option(help="joins from here")] = 0.25,
    out: Annotated[Path, typer.Option(help="where to write the weights")] = OUT,
) -> None:
    """Train on everything that is not kept, and write the weights."""
    classify = make_classify(ROOT / "config", None)
    inputs = [load_stories("train", source, classify, retold=True) for source in INPUTS]
    base = frequencies(inputs[0])
    pairs = [pairs_in(stories, Likeness(base)) for sets in inputs for stories in sets]
    final = fit(pairs, base).model_copy(update={"threshold": threshold})
    for name, value in sorted(final.weights.items(), key=lambda item: -abs(item[1])):
        print(f"  {name:18s} {value:+.2f}")
    out.write_text(final.model_dump_json(indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    typer.run(main)
