"""`explain`, put together: the tables, and the subscriptions by which a document was decided."""

import json
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from services.alerter import subscribing
from services.alerter.adapters.database import database, transaction
from services.alerter.adapters.explain import Asking, explain_address
from services.alerter.adapters.explain_way import as_plain, as_text
from services.alerter.adapters.subscriptions_file import read_subscriptions
from services.alerter.adapters.subscriptions_versions import SqlVersions
from services.alerter.adapters.weights import load_weights
from services.alerter.digesting import names_in_order
from services.alerter.domain.likeness import Likeness
from services.alerter.domain.routes import routes_of
from services.alerter.domain.routes_index import RouteIndex
from services.alerter.domain.wording import Names
from shared.errors import ConfigError
from shared.watch.watchlist import load_watchlist


def explain(
    database_url: str, address: str, file: Path, config_dir: Path, zone: ZoneInfo, as_json: bool = False
) -> str:
    """The way of an address or document. Raises ConfigError, TransientError; a config that is missing is done without.

    The subscriptions are those by which the document was decided.
    """
    with database(database_url) as engine:
        asking = Asking(Versions(engine, file, config_dir), names_in(config_dir), Likeness(load_weights()), zone)
        with transaction(engine, idle=60.0) as connection:
            way = explain_address(connection, address, asking)
    return json.dumps(as_plain(way), ensure_ascii=False, indent=2, default=str) if as_json else as_text(way, zone)


def names_in(config_dir: Path) -> Names:
    """What readers call the watched; nothing where no watchlist can be read: identifiers serve then."""
    try:
        return names_in_order(load_watchlist(config_dir / "watchlist.yaml"))
    except ConfigError:
        return {}


class Versions:
    """The subscriptions of each version, read once."""

    def __init__(self, engine: Engine, file: Path, config_dir: Path) -> None:
        """`file` serves while the database holds none."""
        self._versions = SqlVersions(engine)
        self._file = file
        self._config_dir = config_dir
        self._read: dict[int | None, RouteIndex | None] = {}

    def __call__(self, version: int | None) -> RouteIndex | None:
        """None where they cannot be read: by this program, or any more."""
        if version not in self._read:
            try:
                self._read[version] = self._index(version)
            except ConfigError:
                self._read[version] = None
        return self._read[version]

    def _index(self, version: int | None) -> RouteIndex:
        found = self._versions.read(self._versions.newest() if version is None else version)
        if found is None:
            subscriptions, _ = subscribing.load(self._file, self._config_dir)
            return RouteIndex(routes_of(subscriptions.subscriptions))
        known = subscribing.known_names(load_watchlist(self._config_dir / "watchlist.yaml"))
        loaded = read_subscriptions(found.content, f"subscriptions, version {found.version}", known)
        return RouteIndex(routes_of(loaded.subscriptions), found.version)
