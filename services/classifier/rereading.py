"""`reclassify`, put together: the classifier of bootstrap.py with another taxonomy, on stored documents."""

import hashlib
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from services.classifier.adapters.stored import StoredDocuments
from services.classifier.application.classify import Classify
from services.classifier.application.reclassify import Count, reclassified
from services.classifier.bootstrap import make_judge
from services.classifier.domain.judge import Judge
from services.classifier.domain.naming import Names
from services.classifier.domain.triggers import Triggers, load_taxonomy
from shared.errors import ConfigError
from shared.store.engine import make_engine

_AGO = re.compile(r"(\d{1,4})([dh])")


@dataclass(frozen=True)
class Wanted:
    """What is classified again, by what."""

    since: str
    out: Path
    taxonomy: Path | None
    config_dir: Path
    model_dir: Path | None = None
    encoder: bool = False


def reclassify(wanted: Wanted, database_url: str) -> Count:
    """Write a line for every stored document. Raises ConfigError before anything is read, TransientError later.

    The file appears when it is whole.
    """
    if not database_url:
        raise ConfigError("environment variable DATABASE_URL", None, "is not set", "postgresql://user@host:port/name")
    now = datetime.now(UTC)
    since = moment(wanted.since, now)
    classify = make_classify(wanted)
    count = Count()
    engine = make_engine(database_url)
    try:
        documents = StoredDocuments(engine, since)
        with _written(wanted.out) as part, _bar(documents.count()) as step, part.open("wb") as file:
            for line in reclassified(documents.read(), classify, now, count, step):
                file.write(line)
    finally:
        engine.dispose()
    return count


def make_classify(wanted: Wanted) -> Classify:
    """The classifier with the taxonomy that is tried. Raises ConfigError when a file is missing or wrong."""
    triggers = Triggers(load_taxonomy(wanted.taxonomy)) if wanted.taxonomy is not None else None
    judge = make_judge(wanted.config_dir, wanted.model_dir, wanted.encoder)
    if triggers is not None and wanted.taxonomy is not None:
        digest = hashlib.sha256(wanted.taxonomy.read_bytes()).hexdigest()[:12]
        judge = Judge(judge.watcher, triggers, judge.models, judge.asked, f"{judge.name}+taxonomy:{digest}")
    circles = {entity.id: entity.circle for entity in judge.watcher.watchlist.entities}
    names = Names.of(judge.watcher.watchlist)
    return Classify(judge, model_name=judge.name, circles=circles, names=names)


def moment(written: str, now: datetime) -> datetime:
    """So long before `now`, or a date, in UTC where it names no offset. Raises ConfigError for anything else."""
    if found := _AGO.fullmatch(written.strip().lower()):
        return now - timedelta(hours=int(found[1]) * (24 if found[2] == "d" else 1))
    try:
        at = datetime.fromisoformat(written.strip())
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        wrong = f"{written!r} is neither a length of time nor a date"
        right = "write how long ago, like 30d or 12h, or a date like 2026-11-01 or 2026-11-01T08:00+08:00"
        raise ConfigError("--since", None, wrong, right) from None


@contextmanager
def _written(out: Path) -> Iterator[Path]:
    """A file beside `out` that takes its place at the end. Raises ConfigError when nothing can be written there."""
    part = out.with_name(f"{out.name}.part")
    try:
        part.touch()
    except OSError as error:
        raise ConfigError(out, None, f"cannot be written: {error}", "a file in a folder that exists") from error
    try:
        yield part
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _bar(total: int) -> Iterator[Callable[[], None]]:
    """A bar on standard error, where somebody looks at a terminal."""
    console = Console(file=sys.stderr)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("classifying", total=total)
        yield lambda: progress.advance(task)
