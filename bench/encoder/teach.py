"""Fine-tuning in full, a language after the other: two encoders on a half of the stories each, and one on all.

The logistic models have to learn how far the encoder can be trusted on articles it has not seen. So every item is
answered by the encoder that was taught on the other half; the shipped encoder, taught on all, is a little better.
"""

import os
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from bench.encoder import base
from bench.encoder.bert import load
from bench.encoder.export import export
from bench.encoder.fit import Heads, Settings, fit
from bench.encoder.targets import Taught, taught
from bench.samples import Example
from bench.stack import folds_of
from services.classifier.adapters.encoder import OnnxEncoder
from services.classifier.domain.encoding import TONGUES, Tongue, tongue_of, with_encoded

HALVES = 2


def teach(examples: Sequence[Example], folder: Path, settings: Settings | None = None) -> list[Example]:
    """Write the shipped encoders to `folder`, one a language in a folder of its name.

    Gives back the examples with the answers of encoders that had not seen their stories.
    """
    torch.set_num_threads(os.cpu_count() or 1)
    answered: dict[int, Example] = {}
    for tongue in TONGUES:
        own = [index for index, example in enumerate(examples) if tongue_of(example.reading) == tongue]
        taught_on = [examples[index] for index in own]
        found = of_tongue(taught_on, tongue, folder / tongue, settings or Settings())
        answered |= dict(zip(own, found, strict=True))
    return [answered[index] for index in range(len(examples))]


def of_tongue(examples: Sequence[Example], tongue: Tongue, folder: Path, settings: Settings) -> list[Example]:
    """The encoder of one language, and its examples with answers of the halves."""
    weights = base.fetch(tongue)
    targets = targets_of(examples, weights)
    answered: dict[int, Example] = {}
    numbers = folds_of(examples, HALVES, salt=3)
    with tempfile.TemporaryDirectory(prefix="luming-half-") as work:
        for half in range(HALVES):
            own = Path(work) / str(half)
            chosen = [target for target, number in zip(targets, numbers, strict=True) if number != half]
            one(chosen, weights, settings, own, f"{tongue}, half {half + 1}")
            encoder = OnnxEncoder(own)
            for index, (example, number) in enumerate(zip(examples, numbers, strict=True)):
                if number == half:
                    reading = with_encoded(example.reading, encoder.encode(example.reading))
                    answered[index] = replace(example, reading=reading)
    one(targets, weights, settings, folder, f"{tongue}, all")
    return [answered[index] for index in range(len(examples))]


def targets_of(examples: Sequence[Example], weights: base.Base) -> list[Taught]:
    """What the encoder is taught on each item. The tokens are cut as the adapter cuts them."""
    with tempfile.TemporaryDirectory(prefix="luming-cut-") as work:
        bert = load(weights)
        export(bert, Heads(bert.shape.width).arrays(), weights, Path(work))
        cutter = OnnxEncoder(Path(work))
        return [taught(example, cutter.pass_of(example.reading)) for example in examples]


def one(targets: Sequence[Taught], weights: base.Base, settings: Settings, folder: Path, title: str) -> None:
    """Fine-tune one encoder and write it."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(f"encoder, {title}: {len(targets)} items")

        def told(step: int, steps: int, loss: float) -> None:
            progress.update(task, completed=step, total=steps, description=f"encoder, {title}: loss {loss:.2f}")

        bert, heads = fit(targets, weights, settings, told)
    export(bert, heads, weights, folder)
