"""Every configuration file is read before the first process is started."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from deploy.local.expectation import from_folder
from deploy.local.members import Ports
from deploy.local.newsstand.saved import NAME as SAVED
from deploy.local.newsstand.table import load_table
from services.alerter.adapters.subscriptions_file import load_subscriptions, refuse_unknown
from services.alerter.domain.routes import route_of
from services.alerter.domain.subscriptions import Subscriptions
from services.classifier.domain.triggers import load_taxonomy
from services.crawler.sources.config import load_sources
from shared.config_file import read_node
from shared.errors import ConfigError
from shared.watch.watchlist import load_watchlist

NEEDED = {"slack": ("SLACK_BOT_TOKEN",), "email": ("SMTP_HOST", "SMTP_FROM")}
"""Variables that a kind of channel cannot do without."""


def check_files(config: Path, sources: Path, subscriptions: Path, environment: Mapping[str, str]) -> Subscriptions:
    """Read all four; gives the subscriptions. Raises ConfigError with file, line, what is wrong and how to mend it."""
    watchlist = load_watchlist(config / "watchlist.yaml")
    load_taxonomy(config / "taxonomy.yaml")
    known = load_sources(sources, environment, datetime.now(UTC).date())
    loaded = load_subscriptions(subscriptions, [entity.id for entity in watchlist.entities])
    names = {source.name for source in known.all}
    refuse_unknown(subscriptions, read_node(subscriptions), loaded, "sources", names)
    return loaded


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


def check_run(environment: Mapping[str, str], console_only: bool) -> Subscriptions:
    """The files of a live run, and the variables that its channels and its crawler need. Raises ConfigError."""
    config, file = Path(environment["CONFIG_DIR"]), Path(environment["SUBSCRIPTIONS_FILE"])
    subscriptions = check_files(config, Path(environment["SOURCES_FILE"]), file, environment)
    wanted = [("CRAWLER_CONTACT", "the crawler names it to every site")]
    for subscription in subscriptions.subscriptions if not console_only else ():
        for route in route_of(subscription).below():
            for kind in route.channels:
                wanted += [(name, f"subscription {route.name} wants {kind}") for name in NEEDED.get(kind, ())]
    for name, why in wanted:
        if not environment.get(name):
            otherwise = "" if name == "CRAWLER_CONTACT" else ", or try it with make run CONSOLE=1"
            right = f"set it in .env (see .env.example){otherwise}"
            raise ConfigError(f"environment variable {name}", None, f"is not set, but {why}", right)
    return subscriptions
