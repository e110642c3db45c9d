"""Entities, events, relevance and threads of articles in a file, without Kafka or database: `make label IN=… OUT=…`.

    python -m bench.label IN.jsonl OUT.jsonl [--any-company]

A line in: {"id", "title", "text", "lang", "url", "published", "published_precision"}, all but id and text may be
missing or null; what is of the wrong kind is named on stderr and taken as unknown. A line out, for every line in and
in the same order: {"id", "relevant", "entities", "labels": [{"label", "status", "evidence"}], "story_id"}. The
judgement is the classifier's, the threads are the alerter's.
"""

import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bench.corpora import ROOT, SURROGATE, article_of
from services.alerter.adapters.weights import load_weights
from services.alerter.domain.threads import Threader
from services.classifier.application.classify import Classify
from services.classifier.bootstrap import make_judge
from services.classifier.domain.article import Article, Judgement
from services.classifier.domain.judge import Judge
from shared.errors import EXIT_CONFIG, ConfigError
from shared.messages import DocumentClassified, DocumentFound, Times

Row = dict[str, Any]
SEEN = datetime(2100, 1, 1, tzinfo=UTC)
"""First seen of every article, since a file knows none: after every date of publication, so undated ones come last."""


class AnyCompany:
    """The judge, asked for the events of any company and not only of the watched ones."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge

    def judge(self, article: Article) -> Judgement:
        """What the article says, of whomever."""
        return self._judge.judge(replace(article, any_company=True))


def read_rows(path: Path) -> list[tuple[Row, Article]]:
    """The articles of a file, one for every line that is not empty; a line that is none becomes an empty article.

    What is wrong with a line stands in its row under `error`. Raises ConfigError when the file cannot be read.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise ConfigError(path, None, f"cannot be read: {error}", "a file of JSON lines") from error
    return [_read_row(number, line) for number, line in enumerate(lines, start=1) if line.strip()]


def _read_row(number: int, line: bytes) -> tuple[Row, Article]:
    row: Row = {"id": None}
    wrong: list[str] = []
    try:
        read = json.loads(line)
    except (ValueError, RecursionError) as error:
        wrong.append(f"no JSON: {error}")
    else:
        if isinstance(read, dict):
            row = read
        else:
            wrong.append(f"no object but {type(read).__name__}")
    article = article_of(row)
    if not wrong:
        wrong = [f"no {name}" for name in ("id", "text") if row.get(name) is None]
        wrong += [f"{name} is no string" for name in ("title", "text", "url") if not _text_or_none(row.get(name))]
        if row.get("published") not in (None, "") and article.published is None:
            wrong.append(f"published: {row['published']!r:.60} is no date like 2022-05-25, 2022-05 or 2022")
    return {**row, "error": f"line {number}: {'; '.join(wrong)}" if wrong else None}, article


def _text_or_none(value: object) -> bool:
    return value is None or isinstance(value, str)


def document_of(row: Row, article: Article) -> DocumentFound:
    """The article as the crawler would hand it on."""
    url = article.url or f"urn:article:{row['id']}"
    return DocumentFound(
        document_id=hashlib.sha256(str(row.get("id")).encode("utf-8", "surrogatepass")).hexdigest()[:32],
        revision=1,
        url=url,
        source="file",
        outlet=row.get("outlet") if isinstance(row.get("outlet"), str) else None,
        title=article.title,
        paragraphs=article.paragraphs,
        language=article.language,
        published=article.published,
        times=Times(first_seen=SEEN),
    )


def label(
    rows: Sequence[tuple[Row, Article]],
    classify: Classify,
    threader: Threader,
    shown: Callable[[Sequence[tuple[Row, Article]]], Iterable[tuple[Row, Article]]] = iter,
) -> Iterator[Row]:
    """The lines out, in the order of the lines in; threads are made in the order of publication."""
    classified = [classify(document_of(row, article), SEEN) for row, article in shown(rows)]
    stories: dict[int, str] = {}
    order = sorted(range(len(rows)), key=lambda index: _when(classified[index]))
    for index in order:
        document = classified[index]
        if document.relevant and document.events:
            stories[index] = threader.take(document).thread.thread_id
    for index, (row, _) in enumerate(rows):
        yield line_of(row.get("id"), classified[index], stories.get(index))


def _when(document: DocumentClassified) -> datetime:
    return document.published.at if document.published else SEEN


def line_of(identifier: object, document: DocumentClassified, story: str | None) -> Row:
    """One line out."""
    return {
        "id": identifier,
        "relevant": document.relevant,
        "entities": [entity.entity for entity in document.entities],
        "labels": [
            {"label": event.label, "status": event.status, "evidence": event.evidence.quote}
            for event in document.events
        ],
        "story_id": story,
    }


def _shown(rows: Sequence[tuple[Row, Article]]) -> Iterable[tuple[Row, Article]]:
    """The rows, with a bar on stderr where that is a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield from rows
        return
    columns = (TextColumn("labelling"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        yield from progress.track(rows, total=len(rows))


def run(source: Path, target: Path, any_company: bool, encoder: bool = False) -> int:
    """Label a file; the number of articles. Says on stderr what is wrong with a line; raises ConfigError for a file."""
    rows = read_rows(source)
    for row, _ in rows:
        if row["error"]:
            print(f"{source}: {row['error']}; taken as unknown", file=sys.stderr)
    judge = make_judge(ROOT / "config", encoder=encoder)
    classify = Classify(AnyCompany(judge) if any_company else judge, judge.name)
    threader = Threader(load_weights())
    try:
        with target.open("w", encoding="utf-8") as out:
            for line in label(rows, classify, threader, _shown):
                out.write(SURROGATE.sub("\ufffd", json.dumps(line, ensure_ascii=False)) + "\n")
    except OSError as error:
        raise ConfigError(target, None, f"cannot be written: {error}", "a path in a folder that exists") from error
    return len(rows)


def main(
    source: Annotated[Path, typer.Argument(metavar="IN")],
    target: Annotated[Path, typer.Argument(metavar="OUT")],
    any_company: Annotated[bool, typer.Option("--any-company", help="events of any company")] = False,
    encoder: Annotated[bool, typer.Option(envvar="ENCODER", help="ask the encoder too")] = True,
) -> None:
    """Label the articles of a file of JSON lines."""
    try:
        count = run(source, target, any_company, encoder)
    except ConfigError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(EXIT_CONFIG) from error
    print(f"{count} articles → {target}", file=sys.stderr)


if __name__ == "__main__":
    typer.run(main)
