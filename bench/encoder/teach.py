"""Fine-tuning in full: two encoders on a half of the stories each, and the shipped one on all.

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
from services.classifier.domain.encoding import with_encoded

HALVES = 2


def teach(examples: Sequence[Example], folder: Path, settings: Settings | None = None) -> list[Example]:
    """Write the shipped encoder to `folder`; the examples with answers of an encoder that had not seen their story."""
    torch.set_num_threads(os.cpu_count() or 1)
    weights, chosen = base.fetch(), settings or Settings()
    targets = targets_of(examples, weights)
    answered: dict[int, Example] = {}
    numbers = folds_of(examples, HALVES, salt=3)
    with tempfile.TemporaryDirectory(prefix="luming-half-") as work:
        for half in range(HALVES):
            own = Path(work) / str(half)
            one(
                [t for t, n in zip(targets, numbers, strict=True) if n != half],
                weights,
                chosen,
                own,
                f"half {half + 1}",
            )
            encoder = OnnxEncoder(own)
            for index, (example, number) in enumerate(zip(examples, numbers, strict=True)):
                if number == half:
                    reading = with_encoded(example.reading, encoder.encode(example.reading))
                    answered[index] = replace(example, reading=reading)
    one(targets, weights, chosen, folder, "all")
    return [answered[index] for index in range(len(examples))]


def targets_of(examples: Sequence[Example], weights: base.Base) -> list[Taught]:
    """What the encoder is taught on each item. The tokens are cut as the adapter cuts them."""
    with tempfile.TemporaryDirectory(prefix="luming-cut-") as work:
        export(load(weights.onnx), Heads().arrays(), weights, Path(work))
        cutter = OnnxEncoder(Path(work))
        return [taught(example, cutter.pass_of(example.reading)) for example in examples]


def one(targets: Sequence[Taught], weights: base.Base, settings: Settings, folder: Path, title: str) -> None:
    """Fine-tune one encoder and write it."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(f"encoder, {title}: {len(targets)} items")

        def told(step: int, steps: int, loss: float) -> None:
            progress.update(task, completed=step, total=steps, description=f"encoder, {title}: loss {loss:.2f}")

        bert, heads = fit(targets, weights.onnx, settings, told)
    export(bert, heads, weights, folder)
