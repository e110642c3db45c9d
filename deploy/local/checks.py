"""Every configuration file is read before the first process is started."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from deploy.local.expectation import from_folder
from deploy.local.members import Ports
from deploy.local.newsstand.saved import NAME as SAVED
from deploy.local.newsstand.table import load_table
from services.alerter.domain.subscriptions import Subscriptions, load_subscriptions
from services.classifier.domain.triggers import load_taxonomy
from services.crawler.sources.config import load_sources
from shared.watch.watchlist import load_watchlist


def check_files(config: Path, sources: Path, subscriptions: Path, environment: Mapping[str, str]) -> Subscriptions:
    """Read all four; gives the subscriptions. Raises ConfigError with file, line, what is wrong and how to mend it."""
    watchlist = load_watchlist(config / "watchlist.yaml")
    load_taxonomy(config / "taxonomy.yaml")
    load_sources(sources, environment)
    return load_subscriptions(subscriptions, [entity.id for entity in watchlist.entities])


def check_demo(environment: Mapping[str, str], ports: Ports, pages: Path | None) -> None:
    """The demo's files, its table and its pages. Raises ConfigError."""
    if pages is not None:
        from_folder(pages, {SAVED: ports.addresses[SAVED]}, datetime.now(UTC))
    else:
        load_table()
    check_files(
        Path(environment["CONFIG_DIR"]),
        Path(environment["SOURCES_FILE"]),
        Path(environment["SUBSCRIPTIONS_FILE"]),
        environment,
    )
