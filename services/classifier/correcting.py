"""`corrections`, put together: what readers said in the portal, made into cases by a person who looked at it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from services.classifier.adapters.corrections import SqlBox
from services.classifier.application.corrections import listed, refused, taken
from services.classifier.bootstrap import make_classify
from shared.errors import ConfigError
from shared.store.engine import make_engine

FILE = "regressions.jsonl"


@dataclass(frozen=True)
class Decision:
    """What a person decides; nothing: those that wait are listed."""

    take: Sequence[int] = ()
    every: bool = False
    refuse: Sequence[int] = ()
    by: str = ""
    why: str = ""


def corrections(decision: Decision, config_dir: Path, database_url: str) -> Iterator[str]:
    """What to tell the person, as it happens. Raises ConfigError, TransientError when the database is away."""
    if not database_url:
        raise ConfigError("environment variable DATABASE_URL", None, "is not set", "postgresql://user@host:port/name")
    takes = bool(decision.take or decision.every)
    if (takes or decision.refuse) and not decision.by.strip():
        raise ConfigError("--by", None, "is missing", "who looked at the corrections")
    if decision.refuse and not decision.why.strip():
        raise ConfigError("--why", None, "is missing", "why they are turned down; the reader sees it")
    now = datetime.now(UTC)
    engine = make_engine(database_url)
    try:
        box = SqlBox(engine)
        if decision.refuse:
            yield from refused(box, decision.refuse, decision.by, decision.why)
        if takes:
            yield from taken(box, None if decision.every else decision.take, decision.by, config_dir / FILE, now)
        if not takes and not decision.refuse:
            yield from listed(box, make_classify(config_dir, None), now)
    finally:
        engine.dispose()
