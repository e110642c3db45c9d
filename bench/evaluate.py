"""How well articles are understood: `make evaluate`.

Judges the labelled items twice, with the encoder and by the rules alone, and scores them by the measures of the scorer
beside the data. The items that were trained on and those that were kept apart are told apart: only the kept ones say
what to expect of articles that are new. The search is asked too. Exit 1 where a floor of bench/quality.json or a
correction is not held, or a search does not find what it should.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from bench import regressions, unrelated
from bench.corpora import DATA, NAMES, ROOT, Item, Part, available, load_items
from bench.levels import levels
from bench.machine import FOLDER
from bench.own_items import load_own
from bench.portal.quality import search_quality
from bench.quality import Pair, below, by_label, by_status, load_floors
from bench.reliability import Said, draw, error_of
from bench.report import console
from bench.score import Scores, current, score
from bench.stack import said
from services.classifier.bootstrap import make_classify, make_judge
from services.classifier.domain.judge import Judge

PARTS: tuple[Part, ...] = ("train", "kept")
SHOWN = ("items", "current", "precision", "recall", "alert", "relevance", "entities", "status", "evidence")
LANGUAGES = {"zh-Hans": "simplified", "zh-Hant": "traditional", "en": "English"}


@dataclass
class Judged:
    """What one way of judging says of one part."""

    pairs: dict[str, list[Pair]] = field(default_factory=dict)
    """Corpus, language or `all` to what is said and what is right."""
    events: list[Said] = field(default_factory=list)
    """Confidence of every current event of a relevant item, and whether it was right."""

    def scores(self) -> dict[str, Scores]:
        """The totals of every group."""
        return {name: score(pairs) for name, pairs in self.pairs.items()}


def judged(judge: Judge, items: Sequence[Item]) -> Judged:
    """Judge the items."""
    found = Judged()
    for item in items:
        article = item.article
        judgement = judge.judge(article)
        pair = (said(judgement), item.gold, f"{item.row['title']}\n{item.row['text']}")
        corpus = item.corpus.partition("/")[0]
        for name in (corpus, LANGUAGES.get(article.language, article.language), "all"):
            found.pairs.setdefault(name, []).append(pair)
        right = current(item.gold)
        found.events += [(e.confidence, e.label in right) for e in judgement.events if e.status != "background"]
    return found


def table_of(title: str, scores: dict[str, Scores]) -> Table:
    """One part as a table."""
    table = Table(title=title, title_justify="left")
    for name in ("", *SHOWN):
        table.add_column(name, justify="right" if name else "left")
    for group, row in scores.items():
        table.add_row(group, *(f"{row[name]:.0f}" if name == "items" else f"{row[name]:.3f}" for name in SHOWN))
    return table


def details_of(title: str, rows: dict[str, Any]) -> Table:
    """Precision, recall and F1 a label or a status."""
    table = Table(title=title, title_justify="left")
    for name in ("", "gold", "precision", "recall", "f1"):
        table.add_column(name, justify="right" if name else "left")
    for name, row in rows.items():
        table.add_row(name, str(row["gold"]), *(f"{row[key]:.3f}" for key in ("precision", "recall", "f1")))
    return table


def report(part: Part, ways: dict[str, Judge], data: Path, quiet: bool) -> tuple[dict[str, Any], list[str]]:
    """Judge and print one part; its numbers, and what is under its floor."""
    items = [*load_items(part, data), *load_own(part)]
    numbers: dict[str, Any] = {}
    failures: list[str] = []
    pictures: dict[str, tuple[Sequence[Said], dict[str, Any]]] = {}
    for way, judge in ways.items():
        found = judged(judge, items)
        scores, labels = found.scores(), by_label(found.pairs["all"])
        statuses = by_status(found.pairs["all"])
        calibration = error_of(found.events)
        told = "kept apart, never trained on" if part == "kept" else "trained on: flattered"
        console().print(table_of(f"{way}: {told} (calibration error {calibration:.3f})", scores))
        if part == "kept":
            failures += below(way, scores, load_floors())
            if not quiet:
                console().print(details_of(f"{way}: current events a label", labels))
                console().print(details_of(f"{way}: statuses, where both name the label", statuses))
        numbers[way] = {"scores": scores, "labels": labels, "statuses": statuses, "calibration_error": calibration}
        pictures[way] = (found.events, labels)
    draw(pictures, f"Items {'kept apart' if part == 'kept' else 'trained on'}", FOLDER / f"understanding-{part}.png")
    return numbers, failures


def nothing_of_ours(way: str, judge: Judge) -> tuple[dict[str, Any], list[str]]:
    """Judge what is none of ours; the numbers, and what is not held."""
    numbers: dict[str, Any] = {}
    failures: list[str] = []
    for name, articles in (("saved pages", unrelated.saved_pages()), ("near misses", unrelated.near_misses())):
        counted = unrelated.count(judge, articles)
        console().print(
            f"{way}: of {counted.articles} {name} {len(counted.relevant)} called relevant ({counted.share:.1%}), "
            f"{len(counted.alerts)} would alert",
            highlight=False,
        )
        numbers[name] = {"articles": counted.articles, "relevant": counted.relevant, "alerts": counted.alerts}
        failures += [f"{way}, {each}" for each in unrelated.missed(name, counted)]
    return numbers, failures


def kinds_and_importance(way: str) -> dict[str, Any]:
    """Judge the kept items that carry both."""
    found = levels(make_classify(ROOT / "config", None, encoder=way == "encoder"), load_own("kept"))
    if found is None:
        return {}
    console().print(
        f"{way}: of {found.items} relevant items of the project's own, kept apart, the kind of document is right in "
        f"{found.kind:.1%}, the importance in {found.exact:.1%}, at most one step away in {found.near:.1%}",
        highlight=False,
    )
    return {"items": found.items, "kind": found.kind, "importance": found.exact, "within one": found.near}


def main(
    data: Annotated[Path, typer.Option(help="folder that holds corpus and corpus2")] = DATA,
    part: Annotated[str, typer.Option(help="train, kept or all")] = "all",
    out: Annotated[Path, typer.Option("--json", help="file the scores are written to")] = FOLDER / "understanding.json",
    encoder: Annotated[bool, typer.Option(envvar="ENCODER", help="judge with the encoder too")] = True,
    quiet: Annotated[bool, typer.Option("--quiet", help="totals only")] = False,
) -> None:
    """Score the shipped judge; exit 1 where a floor is missed or a corrected document is misjudged again."""
    if part not in (*PARTS, "all"):
        print(f"--part is {part!r}: one of train, kept, all", file=sys.stderr)
        raise typer.Exit(2)
    for name in NAMES:
        if name not in available(data):
            print(f"skipped: {data / name} is absent", file=sys.stderr)
    ways = {"encoder": make_judge(ROOT / "config", encoder=True)} if encoder else {}
    ways["rules"] = make_judge(ROOT / "config", encoder=False)
    numbers: dict[str, Any] = {"models": {way: judge.name for way, judge in ways.items()}}
    failures: list[str] = []
    for name in PARTS:
        if part in (name, "all"):
            numbers[name], missed = report(name, ways, data, quiet)
            failures += missed
    for way, judge in ways.items():
        numbers[f"none of ours, {way}"], missed = nothing_of_ours(way, judge)
        failures += missed
        numbers[f"kind and importance, {way}"] = kinds_and_importance(way)
    failures += regressions.check(next(iter(ways.values())))
    numbers["search"], missed = search_quality(data)
    failures += missed
    if found := numbers["search"]:
        console().print(f"search: {found['queries']} queries, recall@10 {found['recall@10']:.3f}", highlight=False)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(numbers, indent=1) + "\n", "utf-8")
    console().print(f"numbers: {out}; pictures beside it", highlight=False)
    for failure in failures:
        print(f"not held: {failure}", file=sys.stderr)
    if failures:
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
