"""Learn anew which of the named entities an article is about: `python -m bench.train_entities`.

The other models stay as they are shipped. The entity model looks at the rules' scores of the sentences, so it learns
from scores of models that had not seen the item: the corpora in folds of stories, the project's own items by the
sentence model that is shipped, which was learnt on the corpora alone. The cuts are those of cuts.json.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from bench.corpora import DATA, NAMES, available
from bench.samples import Example, Sample, entity_samples, sentence_samples
from bench.stack import OWN_WEIGHT_ENTITIES, STRENGTHS, fit, folds_of, weighed
from bench.train import load_examples
from services.classifier.domain.events import score_candidates
from services.classifier.domain.judge import MODEL_DIR, load_models
from services.classifier.domain.model import Logistic, save_logistic

FOLDS = 5


def learn(examples: Sequence[Example], shipped: Logistic) -> Logistic:
    """The entity model, from all examples; `shipped` scores the sentences of those that are of no corpus."""
    corpora = [example for example in examples if example.item.corpus in NAMES]
    numbers = folds_of(corpora, FOLDS)
    samples: list[Sample] = []
    for fold in range(FOLDS):
        rest = [e for e, number in zip(corpora, numbers, strict=True) if number != fold]
        unseen = fit([s for e in rest for s in sentence_samples(e)], STRENGTHS["sentence"])
        for example, number in zip(corpora, numbers, strict=True):
            if number == fold:
                samples += entity_samples(example, score_candidates(example.reading, unseen))
    for example in examples:
        if example.item.corpus not in NAMES:
            own = entity_samples(example, score_candidates(example.reading, shipped))
            samples += weighed(example, own, OWN_WEIGHT_ENTITIES)
    return fit(samples, STRENGTHS["entity"])


def main(
    data: Annotated[Path, typer.Option(help="folder that holds corpus and corpus2")] = DATA,
    out: Annotated[Path, typer.Option(help="folder of the models")] = MODEL_DIR,
) -> None:
    """Write entity.json anew."""
    if available(data) != NAMES:
        raise typer.BadParameter(f"{data} does not hold {' and '.join(NAMES)}")
    _, examples = load_examples(data)
    save_logistic(out / "entity.json", learn(examples, load_models(out).sentence))
    print(f"{len(examples)} items → {out / 'entity.json'}")


if __name__ == "__main__":
    typer.run(main)
