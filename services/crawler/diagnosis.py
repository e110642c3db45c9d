"""Putting the doctor together: the configured sources, and what the crawlers have noted of them in the database."""

import os
from datetime import UTC, datetime
from pathlib import Path

from services.crawler.adapters.kept import kept_pages
from services.crawler.adapters.queue import SqlQueue
from services.crawler.application.doctor import Findings, Patient, details, overview
from services.crawler.application.mending import mended
from services.crawler.domain.repair import Selectors
from services.crawler.sources.config import load_sources
from services.crawler.sources.kinds.listing import Listing
from shared.errors import ConfigError
from shared.store.engine import make_engine


def doctor(database_url: str, path: Path, overlay: Path | None, name: str | None) -> Findings:
    """How the sources stand, or one of them in full.

    Raises ConfigError for a file that cannot be read or a name it does not have, TransientError without the database,
    PermanentError when no crawler has made its tables yet.
    """
    now = datetime.now(UTC)
    sources = load_sources(path, os.environ, now.date(), overlay).all
    chosen = [one for one in sources if name is None or one.name == name]
    if not chosen:
        raise ConfigError(path, None, f"no source is named {name}", "`python -m services.crawler sources` lists them")
    engine = make_engine(database_url)
    try:
        standings = SqlQueue(engine).standings([one.name for one in chosen])
        patients = [Patient(one.name, one.why_off, one.address) for one in chosen]
        if name is None:
            return overview(patients, standings, now)
        found = details(patients[0], standings[0] if standings else None, now)
        source = chosen[0].source
        if not found.broken or not isinstance(source, Listing):
            return found
        mend = mended(name, chosen[0].plugin.defaults is not None, *kept_pages(engine, name), _selectors(source))
        return Findings(f"{found.text}\n\n{mend}", found.broken)
    finally:
        engine.dispose()


def _selectors(source: Listing) -> Selectors:
    options = source.options
    return Selectors(options.items, options.link, options.title, options.date, options.include)
