"""How well articles are understood: `make evaluate`.

Labels data/corpus and data/corpus2 with the shipped judge and scores them with the scorer beside the data. The part
that was trained on and the kept third (bench/kept.txt) are told apart: only the kept third says what to expect of
articles that are new.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from bench.corpora import DATA, NAMES, ROOT, Item, Part, available, load_items, write_part
from bench.label import label, read_rows
from bench.score import Scores, score
from services.alerter.adapters.weights import load_weights
from services.alerter.domain.threads import Threader
from services.classifier.application.classify import Classify
from services.classifier.domain.judge import Judge

PARTS: tuple[Part, ...] = ("train", "kept")
SHOWN = ("items", "current", "precision", "recall", "alert", "relevance", "entities", "status", "evidence", "stories")
FLOORS = {"current": 0.50, "alert": 0.65}
"""What the kept third must reach, both corpora together."""
Report = dict[str, Any]


def evaluate_part(part: Part, data: Path, judge: Judge, work: Path) -> dict[str, Report]:
    """The scores of one part, a corpus each and both together. Files go to the folder `work`."""
    items = load_items(part, data)
    reports: dict[str, Report] = {}
    pairs: list[tuple[Any, Any, str]] = []
    for corpus in available(data):
        own = [item for item in items if item.corpus == corpus]
        folder = work / part / corpus
        write_part(items, corpus, folder, data)
        rows = list(label(read_rows(folder / "articles.jsonl"), Classify(judge, judge.name), Threader(load_weights())))
        (folder / "predictions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
        reports[corpus] = _with_stories(folder, _pairs(own, rows), data)
        pairs += _pairs(own, rows)
    if len(reports) > 1:
        reports["both"] = dict(score(pairs))
    return reports


def _pairs(items: Sequence[Item], rows: Sequence[Any]) -> list[tuple[Any, Any, str]]:
    said = {row["id"]: row for row in rows}
    return [(said[item.row["id"]], item.gold, f"{item.row['title']}\n{item.row['text']}") for item in items]


def _with_stories(folder: Path, pairs: list[tuple[Any, Any, str]], data: Path) -> Report:
    """Our totals, with what the scorer beside the data adds: stories, and the table a label."""
    totals: Scores = score(pairs)
    report: Report = dict(totals)
    scorer = data.parent / "tools" / "score_labels.py"
    if scorer.exists():
        out = folder / "scores.json"
        command = [sys.executable, str(scorer), str(folder / "predictions.jsonl"), "--corpus", str(folder)]
        subprocess.run([*command, "--json", str(out)], check=True, capture_output=True)  # noqa: S603  # our own paths
        told = json.loads(out.read_text("utf-8"))
        report["stories"] = told["stories"]["f1"]
        report["per_label"] = told["per_label"]
    return report


def table_of(part: Part, reports: dict[str, Report]) -> Table:
    """One part as a table."""
    title = "kept third, never trained on" if part == "kept" else "part that was trained on: flattered"
    table = Table(title=title)
    for name in ("", *SHOWN):
        table.add_column(name, justify="right" if name else "left")
    for corpus, report in reports.items():
        cells = [f"{report[name]:.0f}" if name == "items" else _cell(report.get(name)) for name in SHOWN]
        table.add_row(corpus, *cells)
    return table


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def below_floors(reports: dict[str, Report]) -> list[str]:
    """What of the kept third is under its floor."""
    whole = reports.get("both") or next(iter(reports.values()), {})
    return [
        f"{name} {whole[name]:.3f} < {floor}" for name, floor in FLOORS.items() if name in whole and whole[name] < floor
    ]


def main(
    data: Annotated[Path, typer.Option(help="folder that holds corpus and corpus2")] = DATA,
    part: Annotated[str, typer.Option(help="train, kept or all")] = "all",
    out: Annotated[Path | None, typer.Option("--json", help="write the scores to this file")] = None,
) -> None:
    """Score the shipped judge; exit 1 where the kept third is under its floors."""
    missing = [name for name in NAMES if name not in available(data)]
    for name in missing:
        print(f"skipped: {data / name} is absent", file=sys.stderr)
    if len(missing) == len(NAMES):
        raise typer.Exit(0)
    judge = Judge.load(ROOT / "config")
    console = Console(width=None if sys.stdout.isatty() else 160)
    reports: dict[str, dict[str, Report]] = {}
    with tempfile.TemporaryDirectory(prefix="luming-evaluate-") as work:
        for name in PARTS:
            if part in (name, "all"):
                reports[name] = evaluate_part(name, data, judge, Path(work))
                console.print(table_of(name, reports[name]))
    if out:
        out.write_text(json.dumps({"model": judge.name, **reports}, indent=1) + "\n", "utf-8")
    failures = below_floors(reports.get("kept", {}))
    for failure in failures:
        print(f"kept third under its floor: {failure}", file=sys.stderr)
    if failures:
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
