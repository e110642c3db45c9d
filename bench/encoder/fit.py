"""The training loop: the upper layers of the encoder and the heads together, on two cores, with a fixed seed.

The lower layers stay as they are, so what they make of an item is computed once: half the time for each round.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from bench.encoder.base import Base
from bench.encoder.bert import Bert, load
from bench.encoder.targets import Taught
from services.classifier.domain.encoded import ENCODED_LABELS, ENCODED_STATUSES, Floats

OUT = 2 * len(ENCODED_LABELS)


@dataclass(frozen=True)
class Settings:
    """How it is taught. Rates after facts measured on a smaller set: higher ones forget the base."""

    epochs: int = 4
    rate: float = 1.5e-4
    head_rate: float = 1e-3
    tokens: int = 1536
    """Tokens of one step, over all its items."""
    positive: float = 2.0
    """What a cell that is right counts beside one that is not."""
    seed: int = 7


class Heads(nn.Module):
    """From hidden states to scores."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.sentence = nn.Linear(2 * width, OUT + len(ENCODED_STATUSES))
        self.article = nn.Linear(width, OUT + 1)
        self.dropout = nn.Dropout(0.1)
        with torch.no_grad():
            self.sentence.bias[:OUT].fill_(-4.0)
            self.article.bias[:OUT].fill_(-3.0)

    def forward(self, state: Tensor, places: Sequence[Sequence[tuple[int, int]]]) -> tuple[Tensor, Tensor]:
        """Scores of all sentences, item after item, and of the articles."""
        rows = [
            torch.cat([state[item, start:end].mean(0), state[item, 0]])
            for item, own in enumerate(places)
            for start, end in own
        ]
        sentences: Tensor = self.sentence(self.dropout(torch.stack(rows)))
        return sentences, self.article(self.dropout(state[:, 0]))

    def arrays(self) -> dict[str, Floats]:
        """As the adapter keeps them: (in, out)."""
        return {
            "sentence": self.sentence.weight.detach().numpy().T.copy(),
            "sentence_bias": self.sentence.bias.detach().numpy().copy(),
            "article": self.article.weight.detach().numpy().T.copy(),
            "article_bias": self.article.bias.detach().numpy().copy(),
        }


def fit(
    items: Sequence[Taught], base: Base, settings: Settings, told: Callable[[int, int, float], None]
) -> tuple[Bert, dict[str, Floats]]:
    """Teach; `told(step, steps, loss)` is called after every step."""
    torch.manual_seed(settings.seed)
    bert = load(base)
    heads = Heads(bert.shape.width)
    known = _lower(bert.eval(), items)
    rates = ((bert.learning(), settings.rate), (heads, settings.head_rate))
    optimizer = torch.optim.AdamW(
        [{"params": part.parameters(), "lr": rate} for part, rate in rates], weight_decay=0.01
    )
    order = np.random.default_rng(settings.seed)
    plan = [batch for _ in range(settings.epochs) for batch in _batches(items, settings.tokens, order)]
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _slope(step, len(plan)))
    bert.train()
    heads.train()
    for step, batch in enumerate(plan, start=1):
        loss = _loss(bert, heads, batch, known, settings)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_([parameter for group in optimizer.param_groups for parameter in group["params"]], 1.0)
        optimizer.step()
        schedule.step()
        told(step, len(plan), float(loss.detach()))
    return bert.eval(), heads.eval().arrays()


def _slope(step: int, steps: int) -> float:
    """Up over the first tenth, then down to nothing."""
    first = max(1, steps // 10)
    return (step + 1) / first if step < first else max(0.0, (steps - step) / (steps - first))


def _batches(items: Sequence[Taught], tokens: int, order: np.random.Generator) -> Iterator[list[Taught]]:
    """Items of like length together, so that little is padding; the batches in random order."""
    noisy = sorted(items, key=lambda one: len(one.shown.ids) + float(order.uniform(0, 60)))
    batches: list[list[Taught]] = [[]]
    for one in noisy:
        longest = max([len(one.shown.ids), *(len(other.shown.ids) for other in batches[-1])])
        if batches[-1] and longest * (len(batches[-1]) + 1) > tokens:
            batches.append([])
        batches[-1].append(one)
    for index in order.permutation(len(batches)):
        yield batches[int(index)]


def _lower(bert: Bert, items: Sequence[Taught]) -> dict[int, Tensor]:
    """What the lower layers make of every item, by the item's identity; half precision, to be kept in memory."""
    known: dict[int, Tensor] = {}
    with torch.no_grad():
        for one in items:
            ids = torch.tensor([one.shown.ids])
            known[id(one)] = bert.lower(ids, torch.ones_like(ids, dtype=torch.bool))[0].half()
    return known


def _loss(bert: Bert, heads: Heads, batch: Sequence[Taught], known: dict[int, Tensor], settings: Settings) -> Tensor:
    longest = max(len(one.shown.ids) for one in batch)
    state = torch.zeros(len(batch), longest, bert.shape.width)
    mask = torch.zeros(len(batch), longest, dtype=torch.bool)
    for row, one in enumerate(batch):
        state[row, : len(one.shown.ids)] = known[id(one)].float()
        mask[row, : len(one.shown.ids)] = True
    sentences, articles = heads(bert.upper(state, mask), [one.shown.places for one in batch])
    wanted = torch.from_numpy(np.concatenate([one.sentences for one in batch]))
    weight = torch.tensor([one.weight for one in batch for _ in one.shown.spans])[:, None]
    counted = (wanted >= 0).float() * weight * (1 + (settings.positive - 1) * (wanted > 0))
    told = functional.binary_cross_entropy_with_logits(
        sentences[:, :OUT], wanted.clamp(min=0), counted, reduction="sum"
    )
    statuses = torch.tensor([status for one in batch for status in one.statuses])
    status = functional.cross_entropy(sentences[:, OUT:], statuses, ignore_index=-1, reduction="sum")
    article = torch.from_numpy(np.stack([one.article for one in batch]))
    own = torch.tensor([one.weight for one in batch])[:, None].expand(-1, OUT + 1).clone()
    own[:, -1] = 1.0
    whole = functional.binary_cross_entropy_with_logits(articles, article, own, reduction="sum")
    return (told + 0.5 * status + whole) / len(batch)
