"""Reads, checks, imports and reloads the subscriptions: a part of bootstrap in a file of its own."""

import getpass
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from services.alerter.adapters.approvals import note_approval
from services.alerter.adapters.database import transaction
from services.alerter.adapters.subscriptions_file import Known, read_subscriptions, remarks_of
from services.alerter.adapters.subscriptions_versions import SqlVersions
from services.alerter.application.reload import InForce, Reload, Version, Watched
from services.alerter.channels import all_channels
from services.alerter.domain.routes import routes_of
from services.alerter.domain.routes_index import RouteIndex
from services.alerter.domain.subscriptions import Subscriptions
from shared.config_file import text_of
from shared.errors import ConfigError
from shared.reader.settings import ReaderSettings, why_off
from shared.runtime.settings import load_settings
from shared.store.engine import make_engine, migrate
from shared.watch.watchlist import OTHER, Watchlist, load_watchlist

UNASKED = "no second reader answers the alerter's questions"
"""Why a condition in plain words is refused; the reason stands behind it."""
NOTE = "note: "
"""How a line begins that says something of subscriptions which can be used all the same."""
_ASKED_WITHIN = 120.0
"""Seconds for the crawler's command that lists its sources; it takes two on a machine that does nothing else."""


def known_names(watchlist: Watchlist, sources: Collection[str] | None = None, unasked: str = "") -> Known:
    """The names that subscriptions may use; without `sources` any source is taken for one. `unasked`: why conditions
    cannot be asked; those who only look at what is stored ask nobody, and take them as they are."""
    channels = {name: channel.check_target for name, channel in all_channels().items()}
    return Known([*(entity.id for entity in watchlist.entities), OTHER], channels, sources, unasked)


def unasked_with(settings: ReaderSettings) -> str:
    """Why conditions in plain words cannot be asked; empty where they can. Raises ConfigError for half a setting."""
    off = why_off(settings)
    return f"{UNASKED}: {off}" if off else ""


def load(file: Path, config_dir: Path) -> tuple[Subscriptions, Watchlist]:
    """The subscriptions in a file, checked against watchlist and channels, and for conditions against the environment.

    Raises ConfigError.
    """
    return _read(text_of(file), file, config_dir)


def check(file: Path, config_dir: Path) -> tuple[Subscriptions, Sequence[str]]:
    """The subscriptions in a file, their sources looked up too, and what is to be said of them though they can be used.

    Raises ConfigError.
    """
    return check_text(text_of(file), file, config_dir)


def check_text(text: str, name: Path | str, config_dir: Path) -> tuple[Subscriptions, Sequence[str]]:
    """`check` of a text; `name` is what errors call it. Raises ConfigError."""
    subscriptions, _ = _read(text, name, config_dir)
    if any(wish.when.sources or wish.when.never.sources for _, wish in subscriptions.wishes()):
        subscriptions, _ = _read(text, name, config_dir, source_names(config_dir))
    return subscriptions, remarks_of(text, name, subscriptions)


def _read(
    text: str, name: Path | str, config_dir: Path, sources: Collection[str] | None = None
) -> tuple[Subscriptions, Watchlist]:
    watchlist = load_watchlist(config_dir / "watchlist.yaml")
    known = known_names(watchlist, sources, unasked_with(load_settings(ReaderSettings)))
    return read_subscriptions(text, name, known), watchlist


def source_names(config_dir: Path) -> frozenset[str]:
    """The crawler's sources, by its own command: it alone knows which are built in. Raises ConfigError."""
    command = [sys.executable, "-m", "services.crawler", "sources"]
    told = {**os.environ, "CONFIG_DIR": str(config_dir)}
    try:
        ran = subprocess.run(  # noqa: S603  a command of this project
            command, env=told, capture_output=True, text=True, timeout=_ASKED_WITHIN, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        said = (getattr(error, "stderr", "") or str(error)).strip()
        raise ConfigError("python -m services.crawler sources", None, f"gives no list: {said}", "mend that") from error
    return frozenset(line.split()[0] for line in ran.stdout.splitlines()[1:] if line.strip())


def import_file(
    database_url: str, file: Path, config_dir: Path, who: str, reason: str
) -> tuple[Version, Sequence[str]]:
    """Make the file the version in force; also what is to be said of it though it can be used.

    Raises ConfigError for a wrong one, TransientError without the database.
    """
    text = text_of(file)
    _, remarks = check_text(text, file, config_dir)
    with _versions(database_url) as versions:
        return versions.add(text, "command", who, reason), remarks


def export(database_url: str, version: int | None, who: str) -> Version:
    """That version, or the newest, handed out to `who`.

    Raises ConfigError when there is none, TransientError without the database.
    """
    with _versions(database_url) as versions:
        newest = versions.newest()
        found = versions.export(newest if version is None else version, who)
        if found is None:
            right = f"one from 1 to {newest}" if newest else "start an alerter, or import a file: there is none yet"
            raise ConfigError("the subscriptions in the database", None, f"there is no version {version or 1}", right)
        return found


def history(database_url: str, most: int) -> Sequence[Version]:
    """The newest versions, the newest first. Raises TransientError without the database."""
    with _versions(database_url) as versions:
        return versions.history(most)


def me() -> str:
    """Who gives a command: user and machine."""
    try:
        return f"{getpass.getuser()}@{socket.gethostname()}"
    except (KeyError, OSError):  # a container's user need not have a name
        return f"somebody@{socket.gethostname()}"


@contextmanager
def _versions(database_url: str) -> Iterator[SqlVersions]:
    engine = make_engine(database_url)
    try:
        with transaction(engine):  # its errors become typed ones
            migrate(engine)
        yield SqlVersions(engine)
    finally:
        engine.dispose()


class Subscribing:
    """The subscriptions of a running alerter: its file at first, the newest version in the database from then on."""

    def __init__(self, file: Path, config_dir: Path, reader: ReaderSettings) -> None:
        """Raises ConfigError for a wrong file, and one with conditions where `reader` says that nobody answers."""
        self._file = file
        self._text = text_of(file)
        self.watchlist = load_watchlist(config_dir / "watchlist.yaml")
        self._reader = reader
        self._known = known_names(self.watchlist, unasked=unasked_with(reader))
        self.of_file = read_subscriptions(self._text, file, self._known)
        self.in_force = InForce(RouteIndex(routes_of(self.of_file.subscriptions)))

    def take_over(self, engine: Engine, who: str) -> SqlVersions:
        """Take a file that is new over into the database, with the approval in force. Raises TransientError."""
        with transaction(engine) as db:
            note_approval(db, self._reader)
        versions = SqlVersions(engine)
        versions.add_file(self._text, who, f"found as {self._file} at the start")
        return versions

    def reload(self, versions: SqlVersions, serve: Callable[[Collection[str]], None], watched: Watched) -> Reload:
        """The step that keeps the newest version in force; one that cannot be used leaves the file's."""
        return Reload(versions, self._read, self.in_force, serve, watched)

    def _read(self, content: str, name: str) -> Subscriptions:
        return read_subscriptions(content, name, self._known)
