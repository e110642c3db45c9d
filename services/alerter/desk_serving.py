"""The desk for the portal's readers, put together: a part of bootstrap in a file of its own."""

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

from sqlalchemy import Engine

from services.alerter import operating, subscribing
from services.alerter.adapters.desk import SqlTray
from services.alerter.adapters.desk_preview import as_content
from services.alerter.adapters.subscriptions_file import read_subscriptions
from services.alerter.application.desk import QUICK, SLOW, Desk
from services.alerter.application.reload import Version
from services.alerter.channels import started_for
from services.alerter.digesting import names_in_order
from services.alerter.domain.desk import NAME, Refused
from services.alerter.domain.routes import routes_of
from services.alerter.domain.routes_index import RouteIndex
from services.alerter.domain.silences import Matcher
from services.alerter.domain.subscriptions import Subscriptions
from services.alerter.looking_back import Replaying, Rules, current_rules
from services.alerter.settings import AlerterSettings
from shared.errors import LumingError, TransientError
from shared.runtime.logs import get_logger
from shared.watch.watchlist import load_watchlist

log = get_logger(__name__)

EVERY = 0.5
"""Seconds between two looks for a request: a reader waits for the answer."""
PREVIEW = 120.0
"""Seconds after which a preview is given up: it computes beside the senders."""


class DeskRules:
    """As the desk's Rules: the very steps of the commands `config import`, `preview` and `silence`."""

    def __init__(self, engine: Engine, file: Path, config_dir: Path) -> None:
        self._engine = engine
        self._file = file
        self._config_dir = config_dir
        self.beat: Callable[[], None] = lambda: None
        self.stop = threading.Event()

    def check(self, text: str) -> tuple[Subscriptions, Sequence[str]]:
        """As `config import` does."""
        return subscribing.check_text(text, NAME, self._config_dir)

    def serve(self, targets: Collection[str]) -> None:
        """As an alerter does when it takes a version over: a variable that is missing is named."""
        started_for(targets)

    def read(self, version: Version) -> Subscriptions:
        """A version that was in force."""
        known = subscribing.known_names(load_watchlist(self._config_dir / "watchlist.yaml"))
        return read_subscriptions(version.content, f"subscriptions, version {version.version}", known)

    def preview(self, subscriptions: Subscriptions, team: str, days: int) -> Mapping[str, object]:
        """As `preview --since 30d` does."""
        until = datetime.now(UTC)
        current = current_rules(self._engine, self._file, self._config_dir)
        changed = Rules(RouteIndex(routes_of(subscriptions.subscriptions)), NAME)
        names = names_in_order(load_watchlist(self._config_dir / "watchlist.yaml"))
        span = until - timedelta(days=days), until
        return as_content(Replaying(self._engine, names).compared(current, changed, span, team or None, self._bounded))

    def silence(self, matcher: Matcher, until: str, timezone: str, reason: str) -> datetime:
        """As `silence add` does."""
        return operating.checked_silence(self._config_dir, matcher, until, timezone, reason, datetime.now(UTC))

    @contextmanager
    def _bounded(self, _: str, total: int) -> Iterator[Callable[[], None]]:
        """A step for each document: the loop is alive; it ends with the process, and where it takes too long."""
        end = monotonic() + PREVIEW

        def step() -> None:
            self.beat()
            if self.stop.is_set():
                raise TransientError("the alerter ends; another one begins the preview anew")
            if monotonic() > end:
                wrong = f"{total} stored documents take longer than {PREVIEW:.0f} s"
                raise Refused(wrong, "ask for fewer days, or use `preview` of services.alerter")

        yield step


class Serving:
    """One loop of the desk."""

    def __init__(self, name: str, desk: Desk, rules: DeskRules) -> None:
        self.name = name
        self._desk = desk
        self._rules = rules

    def run(self, beat: Callable[[], None], stop: threading.Event) -> None:
        """Answer until `stop` is set; while the database is away requests wait."""
        self._rules.beat, self._rules.stop = beat, stop
        while not stop.is_set():
            beat()
            try:
                if self._desk.step():
                    continue
            except LumingError as error:  # also of a role that may not write there: alerts go on all the same
                log.warning("a request of the portal waits", error=str(error))
            stop.wait(EVERY)


def desk_serving(engine: Engine, identity: str, settings: AlerterSettings) -> tuple[Serving, ...]:
    """The loops that answer readers: edits and silences, and beside them previews."""

    def serving(name: str, kinds: Sequence[str]) -> Serving:
        rules = DeskRules(engine, settings.subscriptions, settings.config_dir)
        return Serving(name, Desk(SqlTray(engine, identity), rules, kinds), rules)  # type: ignore[arg-type]  # of Kind

    return serving("desk", QUICK), serving("previews", SLOW)
