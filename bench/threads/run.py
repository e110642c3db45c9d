"""`python -m bench threads`: pairs of reports in one thread, the written chains, and what is new in them.

The items that weights were fitted on are scored by five folds of stories, each by weights that saw none of its stories;
the kept items by the weights that ship, by totals only.
"""

from collections.abc import Sequence

from rich.table import Table

from bench.corpora import ROOT, Part
from bench.report import console
from bench.threads.chains import Chain, follow, load_chains, new_facts
from bench.threads.fit import FOLDS, fit, frequencies, pairs_in, scored_by_folds, threads_of
from bench.threads.reports import INPUTS, Input, Stories, load_stories
from bench.threads.scoring import Counted, Scored, judged, score
from services.alerter.adapters.weights import load_weights
from services.alerter.domain.likeness import Likeness, Weights
from services.classifier.application.classify import Classify
from services.classifier.bootstrap import make_classify

FLOORS = {("corpus", "train"): 0.75, ("corpus", "kept"): 0.70, ("corpus2", "kept"): 0.70}
"""Least F1 of the gold input, by corpus and part."""
NEW_PRECISION, NEW_RECALL = 0.7, 0.8
"""Least precision and recall of new facts in the chains."""


def threads(small: bool = False) -> bool:
    """Print the tables; whether every floor is held. `small` leaves the classifier's input out."""
    weights = load_weights()
    classify = None if small else make_classify(ROOT / "config", None)
    inputs: Sequence[Input] = INPUTS[:1] if small else INPUTS
    held = _corpora("train", inputs, weights, classify)
    held &= _corpora("kept", inputs, weights, classify)
    held &= _chains("gold", load_chains(), weights)
    if classify:
        _chains("classifier", load_chains(classify=classify), weights)
    return held


def _corpora(part: Part, inputs: Sequence[Input], weights: Weights, classify: Classify | None) -> bool:
    title = {"train": "Threads, by folds of stories", "kept": "Threads, kept items (weights as they ship)"}[part]
    table = Table(title=title, title_justify="left")
    for name in ("items", "input", "precision", "recall", "F1", "95 %", "right", "found", "pairs"):
        table.add_column(name, justify="left" if name in ("items", "input") else "right")
    held = True
    for source in inputs:
        scored = _scores(part, load_stories(part, source, classify), weights)
        for corpus, result in scored.items():
            table.add_row(corpus, source, *_cells(result))
            floor = FLOORS.get((corpus, part), 0.0) if source == "gold" else 0.0
            held &= result.counted.f1 >= floor
    console().print(table)
    return held


def _scores(part: Part, sets: Sequence[Stories], weights: Weights) -> dict[str, Scored]:
    """The scores of each corpus; the project's own themes are one."""
    totals: dict[str, Scored] = {}
    folds = _folds(sets, weights) if part == "train" else {}
    for stories in sets:
        if folds:
            scored = scored_by_folds(stories, folds)
        else:
            scored = score(stories, threads_of(stories.reports, Likeness(weights)), judged)
        name = stories.name.partition("/")[0]
        totals[name] = totals[name] + scored if name in totals else scored
    return totals


def _folds(sets: Sequence[Stories], weights: Weights) -> dict[int, Weights]:
    """Weights of each fold, fitted on the sets themselves without it, with the threshold that ships."""
    base = frequencies(sets).model_copy(update={"threshold": weights.threshold})
    pairs = [pairs_in(stories, Likeness(base)) for stories in sets]
    return {fold: fit(pairs, base, fold) for fold in range(FOLDS)}


def _cells(scored: Scored) -> tuple[str, ...]:
    low, high = scored.interval()
    counted = scored.counted
    shares = (f"{value:.3f}" for value in (counted.precision, counted.recall, counted.f1))
    counts = (f"{value:.0f}" for value in (counted.hit, counted.said, counted.gold))
    return (*shares, f"{low:.2f}–{high:.2f}", *counts)


def _chains(source: str, chains: Sequence[Chain], weights: Weights) -> bool:
    table = Table(title=f"Chains, input: {source}", title_justify="left")
    for name in ("chains", "whole and alone", "pair P", "pair R", "new P", "new R", "new facts"):
        table.add_column(name, justify="right")
    held = True
    for name, chosen in (
        ("tuned on", [chain for chain in chains if not chain.aside]),
        ("kept apart", [chain for chain in chains if chain.aside]),
    ):
        right, pairs, new = 0, Counted(), Counted()
        for chain in chosen:
            followed = follow(chain.steps, weights)
            scored = score(chain.stories, followed.thread_of)
            right += not scored.wrong and not scored.missed
            pairs, new = pairs + scored.counted, new + new_facts(chain.steps, followed)
        shares = (f"{value:.2f}" for value in (pairs.precision, pairs.recall, new.precision, new.recall))
        table.add_row(name, f"{right} of {len(chosen)}", *shares, f"{new.gold:.0f}")
        held &= right == len(chosen) and new.precision >= NEW_PRECISION and new.recall >= NEW_RECALL
    console().print(table)
    return held
