"""Putting the check of one source together: the real fetcher and extraction, without broker and database."""

import asyncio
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pydantic import Field

from services.crawler.adapters.fetcher import Limits
from services.crawler.adapters.pdf import read_pdf
from services.crawler.application.check import Check, Checked
from services.crawler.bootstrap import extractor, known_rules, screen_of
from services.crawler.fetching import fetcher_of
from services.crawler.settings import CrawlerSettings
from services.crawler.sources.config import ConfiguredSource, Sources, load_sources
from services.crawler.sources.permitted import barred
from services.crawler.testing.kept import keep, without
from services.crawler.testing.report import confirmation, report
from shared.errors import ConfigError
from shared.watch import Watcher, load_watchlist


class CheckSettings(CrawlerSettings):
    """The crawler's environment without what a check has no need of."""

    kafka_bootstrap_servers: str = Field(default="", validate_default=False)
    database_url: str = Field(default="", validate_default=False)


def check(settings: CheckSettings, name: str, articles: int, kept_below: Path | None) -> tuple[str, bool]:
    """Ask the source `name` once and open some articles; what was found, and whether it works.

    `kept_below`: the folder under which the answers are kept. Raises ConfigError for an unknown name, a source that
    nobody may ask (its terms, a variable that is not set), and a wrong setting.
    """
    now = datetime.now(UTC)
    sources = load_sources(settings.sources, os.environ, now.date(), settings.sources_overlay)
    one = next((each for each in sources.all if each.name == name), None)
    if one is None:
        right = "`python -m services.crawler sources` lists them"
        raise ConfigError(settings.sources, None, f"no source is named {name}", right)
    if bar := barred(one.entry, os.environ, now.date()):
        raise ConfigError(settings.sources, None, f"{name} may not be asked: {bar}", "see services/crawler/README.md")
    checked = asyncio.run(_checked(settings, sources, one, articles))
    parts = [f"{name} is off: {one.why_off}\n"] if one.why_off else []
    parts.append(report(name, one.hidden(one.address), checked))
    if not checked.faults:
        parts.append(confirmation(name, one.plugin.defaults is not None, now.date().isoformat()))
    if kept_below is not None:
        parts.append(f"answers kept in {keep(kept_below, name, checked.exchanges, one.hidden)}")
    return "\n".join(parts), not checked.faults


async def _checked(settings: CheckSettings, sources: Sources, one: ConfiguredSource, articles: int) -> Checked:
    limits = Limits(sources.fetching.timeout, sources.fetching.max_bytes, sources.fetching.max_redirects)
    screen = screen_of(Watcher(load_watchlist(settings.config_dir / "watchlist.yaml")))
    async with fetcher_of(settings, limits) as fetcher:
        look = Check(fetcher, extractor(known_rules()), screen, read_pdf)
        checked = await look(one.source, one.pace, articles, render=one.entry.fetch == "browser")
    return replace(checked, exchanges=tuple(without(each, one.hidden) for each in checked.exchanges))
