"""The one place that names concrete classes: the alerter's process is put together and run here."""

import threading
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from services.alerter.adapters.database import transaction
from services.alerter.adapters.explain import explain_address
from services.alerter.adapters.holding_shelf import SqlShelf
from services.alerter.adapters.identity import Identity
from services.alerter.adapters.ledger import LEASE, SqlLedger
from services.alerter.adapters.loops import Loop, Loops
from services.alerter.adapters.metrics import Metrics
from services.alerter.adapters.store import SqlStore
from services.alerter.adapters.stream import KafkaStream
from services.alerter.adapters.subscriptions_file import load_subscriptions
from services.alerter.adapters.weights import load_weights
from services.alerter.adapters.wire import KafkaWire
from services.alerter.application.consume import Consume
from services.alerter.application.hold import Release
from services.alerter.application.ports import Channel
from services.alerter.application.relay import Relay
from services.alerter.application.sample import try_channel
from services.alerter.application.send import Sender
from services.alerter.application.take_in import TakeIn
from services.alerter.channels import all_channels, started, started_for
from services.alerter.domain.likeness import Likeness
from services.alerter.domain.routes import routes_of
from services.alerter.domain.routes_index import RouteIndex
from services.alerter.domain.spelling import nearest
from services.alerter.domain.subscriptions import Place, Subscriptions, Wish, channels_of, targets
from services.alerter.domain.wording import Names
from services.alerter.settings import AlerterSettings
from shared.config_file import line_of, read_node
from shared.errors import ConfigError, PermanentError, TransientError
from shared.messages.topics import CLASSIFIED, TOPICS
from shared.runtime.health import Health, serve_health
from shared.runtime.kafka import ensure_topics, make_consumer, make_producer, wait_for_broker
from shared.runtime.logs import get_logger
from shared.store.engine import make_engine, migrate, wait_for_database
from shared.watch.watchlist import OTHER, Watchlist, load_watchlist

log = get_logger(__name__)

_ENDS_WITHIN = 8.0
"""Seconds that the loops have to end after SIGTERM; a send's dialogue ends or its lease runs out."""


def read_subscriptions(file: Path, config_dir: Path) -> tuple[Subscriptions, Watchlist]:
    """The subscriptions, checked against watchlist and channels. Raises ConfigError."""
    watchlist = load_watchlist(config_dir / "watchlist.yaml")
    subscriptions = load_subscriptions(file, [*(entity.id for entity in watchlist.entities), OTHER])
    for place, wish in subscriptions.wishes():
        _check_channels(file, place, wish)
    return subscriptions, watchlist


def _check_channels(file: Path, place: Place, wish: Wish) -> None:
    """Raises ConfigError for a channel that is not known or a target that it cannot have."""
    known = all_channels()
    places: Counter[str] = Counter()
    for channel in targets(channels_of(wish) or {}):
        kind, _, target = channel.partition(":")
        wrong, right = "", ""
        if kind not in known:
            wrong, right = f"no channel is called {kind}", nearest(kind, known)
        elif found := known[kind].check_target(target):
            wrong, right = found.partition(": ")[0], found.partition(": ")[2] or "see the comments of the file"
        if wrong:
            line = line_of(read_node(file), (*place, "channels", kind, places[kind]))
            raise ConfigError(file, line, f"subscription {wish.name}: {wrong}", right)
        places[kind] += 1


def names_of(watchlist: Watchlist) -> Names:
    """What readers call the watched."""
    return {entity.id: (entity.name.zh, entity.name.en) for entity in watchlist.entities}


def explain(database_url: str, address: str) -> str:
    """Why an alert of that address or document went out or not. Raises TransientError when the database is away."""
    engine = make_engine(database_url)
    try:
        with transaction(engine) as connection:
            return explain_address(connection, address)
    finally:
        engine.dispose()


def test_channel(name: str, target: str) -> tuple[bool, str]:
    """Send a sample; whether it was taken, and what came back. Raises ConfigError."""
    return try_channel(started(name, target), target, _now)


def run(settings: AlerterSettings, stop: threading.Event) -> int:
    """Alert until `stop` is set; the exit code. Raises ConfigError before anything is started."""
    subscriptions, watchlist = read_subscriptions(settings.subscriptions, settings.config_dir)
    channels: list[Channel] = [*started_for(subscriptions.targets())]
    likeness = Likeness(load_weights())
    health = Health(("database", "broker"))
    metrics = Metrics()
    server, port = serve_health(health, settings.http_host, settings.http_port, metrics.registry)
    log.info("serving /metrics, /healthz and /readyz", host=settings.http_host, port=port)
    engine = make_engine(settings.database_url)
    try:
        identity = _prepare(engine, settings.identity, stop)
        if identity is None:
            return 0
        health.ready("database")
        process = _Process(settings, engine, identity, health, metrics, stop)
        try:
            if identity.certain:
                process.take_back()
            store = SqlStore(engine, settings.consumer_group)
            index = RouteIndex(routes_of(subscriptions.subscriptions))
            take_in = TakeIn(store, lambda: index, likeness, names_of(watchlist), _now)
            return process.run(store, take_in, channels)
        finally:
            identity.close()
    finally:
        engine.dispose()
        server.shutdown()
        server.server_close()


def _now() -> datetime:
    return datetime.now(UTC)


def _prepare(engine: Engine, name: str, stop: threading.Event) -> Identity | None:
    """Wait for the database, bring its schema up, take a name; None when asked to stop before."""
    while wait_for_database(engine, stop):
        try:
            with transaction(engine):  # its errors become typed ones
                migrate(engine)
            return Identity(engine, name)
        except TransientError as error:
            log.warning("the database is not ready yet", error=str(error))
            stop.wait(1.0)
    return None


class _Process:
    """The loops of one alerter."""

    def __init__(
        self,
        settings: AlerterSettings,
        engine: Engine,
        identity: Identity,
        health: Health,
        metrics: Metrics,
        stop: threading.Event,
    ) -> None:
        self._settings = settings
        self._health = health
        self._metrics = metrics
        self._stop = stop
        self._identity = identity
        self._engine = engine
        self._ledger = SqlLedger(engine, identity.name)
        self._loops = Loops(health, stop)
        self._senders: dict[str, Sender] = {}
        self._stream: KafkaStream | None = None

    def take_back(self) -> None:
        """What the last life under this name left on the wire is looked into at once."""
        found = self._ledger.take_own_back()
        if found:
            log.warning("an earlier life ended in the middle of sends", deliveries=found)

    def run(self, store: SqlStore, take_in: TakeIn, channels: list[Channel]) -> int:
        """Start the loops, watch them, end them."""
        servers = self._settings.kafka_bootstrap_servers
        wire = KafkaWire(lambda: make_producer(servers, "luming-alerter"))
        relay_loop = self._loop("relay")
        relay = Relay(self._ledger, wire, relay_loop)
        for channel in channels:
            loop = self._loop(f"send-{channel.kind}")
            sender = Sender(channel, self._ledger, loop, _now, relay.wake)
            self._senders[channel.kind] = sender
            self._loops.start(loop, lambda sender=sender: sender.run(self._stop))  # type: ignore[misc]  # a default binds it
        self._loops.start(relay_loop, lambda: relay.run(self._stop))
        keeper = self._loop("keep-leases")
        self._loops.start(keeper, lambda: self._keep(keeper))
        holding = self._loop("release")
        release = Release(SqlShelf(self._engine), holding, _now, self._wake)
        self._loops.start(holding, lambda: release.run(self._stop))
        intake = self._loop("take-in", "broker")
        self._loops.start(intake, lambda: self._consume(store, take_in, intake))
        while not self._stop.wait(1.0):
            self._loops.look()
        for sender in self._senders.values():
            sender.wake()
        relay.wake()
        left = self._loops.join(_ENDS_WITHIN)
        wire.close()
        log.info("stopped", unfinished=left, crashed=self._loops.crashed)
        return 1 if self._loops.crashed else 0

    def _loop(self, name: str, condition: str | None = None) -> Loop:
        return Loop(name, self._health, self._metrics, condition)

    def _wake(self, kind: str) -> None:
        if kind in self._senders:
            self._senders[kind].wake()

    def _keep(self, loop: Loop) -> None:
        """Hold the name, renew leases while sends last, count what waits."""
        while not self._stop.wait(LEASE / 4):
            loop.beat()
            try:
                self._ledger.identity = self._identity.still()
                self._ledger.renew()
                self._metrics.waiting(self._ledger.waiting(), frozenset(self._senders))
                self._health.ready("database")
            except TransientError as error:
                self._health.unready("database", str(error))

    def _consume(self, store: SqlStore, take_in: TakeIn, loop: Loop) -> None:
        """Be a member of the group; a member that Kafka has given up is replaced by a new one."""
        settings = self._settings
        servers = settings.kafka_bootstrap_servers
        while not self._stop.is_set() and self._broker_answers(loop):
            stream = None
            try:
                ensure_topics(servers, TOPICS, settings.topic_replication, settings.topic_partitions)
                consumer = make_consumer(
                    servers, settings.consumer_group, settings.identity, settings.consumer_instance
                )
                stream = KafkaStream(consumer, CLASSIFIED.name, store.positions, store.forget_position)
                loop.trouble("")
                Consume(stream, take_in, loop, self._wake).run(self._stop)
            except TransientError as error:
                loop.trouble(str(error))
                log.warning("the stream cannot be opened yet", error=str(error))
                self._stop.wait(1.0)
            except PermanentError as error:
                loop.trouble(str(error))
                log.error("no longer a member of the group; becoming one anew", error=str(error))  # noqa: TRY400  its cause is told
                self._stop.wait(3.0)
            finally:
                if stream is not None:
                    stream.close()

    def _broker_answers(self, loop: Loop) -> bool:
        loop.beat()
        return wait_for_broker(self._settings.kafka_bootstrap_servers, self._stop)
