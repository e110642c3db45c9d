"""The one place that names concrete classes: search, indexer and pages are put together here."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

from fastapi import FastAPI
from mcp.server.mcpserver import MCPServer
from sqlalchemy import Engine

from services.portal.adapters.calendar_reader import SqlCalendar
from services.portal.adapters.database import SLOWEST, database, transaction
from services.portal.adapters.desk import SqlDeskShelf
from services.portal.adapters.index_store import SqlIndexStore
from services.portal.adapters.metrics import Metrics
from services.portal.adapters.overview_reader import SqlOverview
from services.portal.adapters.search_reader import SqlSearchIndex
from services.portal.adapters.shelf import SqlShelf
from services.portal.application.brief import Words
from services.portal.application.calendar import Calendar
from services.portal.application.desk import Desk
from services.portal.application.exporting import Exporting
from services.portal.application.index import Index, Step
from services.portal.application.library import Library
from services.portal.application.overview import Overview
from services.portal.application.search import Search
from services.portal.brief_parts import make_briefs, make_printer, second_reader
from services.portal.domain.names import watched_names
from services.portal.domain.vocabulary import Vocabulary
from services.portal.exporting_parts import make_exporting
from services.portal.serving import announce, listen, serve
from services.portal.settings import PortalSettings
from services.portal.signing_in import make_doors, names_of, plain_doors
from services.portal.web.app import make_app
from services.portal.web.doorman import Doors
from services.portal.web.gate import Gate
from services.portal.web.mcp_tools import Sources, make_server
from services.portal.web.parts import Parts
from shared.errors import TransientError
from shared.runtime.health import Health, serve_health
from shared.runtime.logs import get_logger
from shared.runtime.metrics import describe_process
from shared.store.engine import make_engine, migrate, wait_for_database
from shared.watch import Watchlist, load_watchlist

log = get_logger(__name__)

FRESH = 60.0
"""Seconds for which the names of sources are taken as read: a new outlet is known to `source:` that late."""


def make_search(engine: Engine, watchlist: Watchlist) -> Search:
    """The search over a database."""
    index = SqlSearchIndex(engine)
    return Search(index, _vocabulary(index, watchlist))


def _vocabulary(index: SqlSearchIndex, watchlist: Watchlist) -> Callable[[], Vocabulary]:
    """Gives the vocabulary, read anew once a minute; searches of several threads may ask at once."""
    held: tuple[float, Vocabulary] | None = None
    lock = threading.Lock()

    def give() -> Vocabulary:
        nonlocal held
        with lock:
            if held is None or monotonic() - held[0] > FRESH:
                held = (monotonic(), Vocabulary.of(watchlist, index.sources()))
            return held[1]

    return give


@contextmanager
def opened_search(database_url: str, config_dir: Path) -> Iterator[Search]:
    """The search of a command. Raises ConfigError for a wrong watchlist or where no database is named."""
    watchlist = load_watchlist(config_dir / "watchlist.yaml")
    with database(database_url) as engine:
        yield make_search(engine, watchlist)


@contextmanager
def opened_exporting(database_url: str, config_dir: Path) -> Iterator[Exporting]:
    """The exports of a command. Raises ConfigError as `opened_search`."""
    watchlist = load_watchlist(config_dir / "watchlist.yaml")
    with database(database_url) as engine:
        yield make_exporting(engine, make_search(engine, watchlist))


@contextmanager
def opened_assistant(database_url: str, config_dir: Path, address: str) -> Iterator[MCPServer[Any]]:
    """The tools of an assistant on this machine. Raises ConfigError as `opened_search`."""
    watchlist = load_watchlist(config_dir / "watchlist.yaml")
    with database(database_url) as engine:
        search = make_search(engine, watchlist)
        briefs = make_briefs(engine, watchlist, search)
        yield make_server(
            Sources(search, Library(SqlShelf(engine)), briefs, _now, lambda _why: None, lambda _ctx: address)
        )


def index_once(settings: PortalSettings) -> Step:
    """Bring the index up to date; what was done. Raises TransientError when the database is away, ConfigError."""
    names = watched_names(load_watchlist(settings.config_dir / "watchlist.yaml"))
    with database(settings.database_url) as engine:
        return Index(SqlIndexStore(engine), batch=settings.index_batch, names=names).once()


def _prepare(engine: Engine, stop: threading.Event) -> bool:
    """Wait for the database and bring its schema up; False when asked to stop before."""
    while wait_for_database(engine, stop):
        try:
            with transaction(engine):  # its errors become typed ones
                migrate(engine)
        except TransientError as error:
            log.warning("the database is not ready yet", error=str(error))
            stop.wait(1.0)
        else:
            return True
    return False


def run_index(settings: PortalSettings, stop: threading.Event) -> None:
    """Follow the other tables until `stop` is set. Raises ConfigError: the database is too old, the watchlist wrong."""
    names = watched_names(load_watchlist(settings.config_dir / "watchlist.yaml"))
    metrics = Metrics()
    health = Health(("database",))
    describe_process(metrics.registry, "portal-indexer", settings, health)
    server, port = serve_health(health, settings.http_host, settings.http_port, metrics.registry)
    log.info("serving /metrics, /healthz and /readyz", host=settings.http_host, port=port)
    engine = make_engine(settings.database_url)
    try:
        if _prepare(engine, stop):
            health.ready("database")
            Index(SqlIndexStore(engine), metrics.indexed, settings.index_batch, names).run(stop)
    finally:
        engine.dispose()
        server.shutdown()


def web_app(
    engine: Engine,
    watchlist: Watchlist,
    gate: Gate,
    metrics: Metrics,
    health: Health,
    names: str,
    doors: Doors | None = None,
    words: Words | None = None,
) -> FastAPI:
    """The pages over a database; `names` are those by which browsers may ask, comma-separated.

    Without `doors` there are users, keys and links, but neither OIDC nor a limit on requests;
    without `words` no second reader words briefs.
    """

    def database(why: str) -> None:
        health.unready("database", why) if why else health.ready("database")

    overview = Overview(SqlOverview(engine), watchlist)
    search = make_search(engine, watchlist)
    return make_app(
        Parts(
            search=search,
            exporting=make_exporting(engine, search),
            calendar=Calendar(SqlCalendar(engine)),
            library=Library(SqlShelf(engine)),
            desk=Desk(SqlDeskShelf(engine)),
            overview=overview,
            briefs=make_briefs(engine, watchlist, search, words),
            printer=make_printer(),
            gate=gate,
            doors=doors or plain_doors(engine),
            counts=metrics,
            clock=_now,
            entities={one.id: (one.zh, one.en) for one in overview.companies},
            database=database,
            hosts=tuple(name.strip() for name in names.split(",") if name.strip()),
        )
    )


def _now() -> datetime:
    return datetime.now(UTC)


def run_web(settings: PortalSettings, stop: threading.Event) -> None:
    """Serve the pages until `stop` is set. They say so themselves while the database is away.

    Raises ConfigError for a wrong watchlist, and where an address cannot be listened on.
    """
    watchlist = load_watchlist(settings.config_dir / "watchlist.yaml")
    metrics, health, gate = Metrics(), Health(("database",)), Gate(_now)
    describe_process(metrics.registry, "portal", settings, health)
    listener = listen(settings.portal_host, settings.portal_port)
    server, port = serve_health(health, settings.http_host, settings.http_port, metrics.registry)
    log.info("serving /metrics, /healthz and /readyz", host=settings.http_host, port=port)
    engine = make_engine(settings.database_url, longest=SLOWEST / 1000)
    doors = make_doors(engine, settings)
    words = second_reader(watchlist, metrics.registry, stop)
    broken: list[Exception] = []

    def prepare() -> None:
        own = make_engine(settings.database_url)  # migrations and the index may take longer than a page
        try:
            if _prepare(own, stop):
                health.ready("database")
                if settings.portal_index:
                    index(own)
        finally:
            own.dispose()

    def index(own: Engine) -> None:
        try:
            Index(SqlIndexStore(own), metrics.indexed, settings.index_batch, watched_names(watchlist)).run(stop)
        except Exception as error:  # noqa: BLE001  # whatever it is, it ends the process below, from its main thread
            broken.append(error)
            stop.set()

    def ready() -> None:
        host, at = listener.getsockname()[:2]
        where = f"http://{f'[{host}]' if ':' in host else host}:{at}"
        log.info("serving the pages", address=where)
        if settings.portal_link:
            announce(f"{where}/enter?token={gate.new_link()}", settings.portal_link_file)

    try:
        threading.Thread(target=prepare, name="database", daemon=True).start()
        app = web_app(engine, watchlist, gate, metrics, health, names_of(settings), doors, words)
        serve(app, listener, stop, ready)
        if broken:
            raise broken[0]
    finally:
        engine.dispose()
        server.shutdown()
