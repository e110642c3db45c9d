"""The one place that names concrete classes: the alerter's process is put together and run here."""

import threading
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from functools import partial

from sqlalchemy import Engine

from services.alerter.adapters.database import busy_engine, transaction
from services.alerter.adapters.holding_shelf import SqlShelf
from services.alerter.adapters.identity import Identity
from services.alerter.adapters.ledger import LEASE, SqlLedger
from services.alerter.adapters.loops import SILENT, Loop, Loops
from services.alerter.adapters.metrics import Metrics
from services.alerter.adapters.refreshes import SqlRefreshes
from services.alerter.adapters.store import SqlStore
from services.alerter.adapters.stream import KafkaStream
from services.alerter.adapters.weights import load_weights
from services.alerter.adapters.wire import KafkaWire
from services.alerter.application.canary import CanaryFirst
from services.alerter.application.consume import Consume
from services.alerter.application.dispatch import Dispatch
from services.alerter.application.hold import Release
from services.alerter.application.ports import Channel
from services.alerter.application.refresh import Refresh
from services.alerter.application.relay import Relay
from services.alerter.application.sample import try_channel
from services.alerter.application.send import Sender
from services.alerter.application.take_in import TakeIn
from services.alerter.channels import REFRESHING, started, started_for
from services.alerter.desk_serving import desk_serving
from services.alerter.digesting import keeping, names_in_order
from services.alerter.domain.likeness import Likeness
from services.alerter.second_reading import condition_reader
from services.alerter.self_watching import canary_target, self_watching
from services.alerter.settings import AlerterSettings
from services.alerter.subscribing import Subscribing
from shared.errors import PermanentError, TransientError
from shared.messages.topics import CLASSIFIED, TOPICS
from shared.reader.opening import endpoint_of
from shared.runtime.health import Health, serve_health
from shared.runtime.kafka import ensure_topics, make_consumer, make_producer, wait_for_broker
from shared.runtime.logs import get_logger
from shared.runtime.metrics import describe_process
from shared.store.engine import migrate, wait_for_database

log = get_logger(__name__)

_ENDS_WITHIN = 8.0
"""Seconds that the loops have to end after SIGTERM; a send's dialogue ends or its lease runs out."""


def test_channel(name: str, target: str) -> tuple[bool, str]:
    """Send a sample; whether it was taken, and what came back. Raises ConfigError."""
    return try_channel(started(name, target), target, _now)


def run(settings: AlerterSettings, stop: threading.Event) -> int:
    """Alert until `stop` is set; the exit code. Raises ConfigError before anything is started."""
    subscribing = Subscribing(settings.subscriptions, settings.config_dir, settings)
    people = subscribing.of_file.targets()
    channels = started_for({*people, *canary_target(settings.canary_channel, people)})
    likeness, endpoint = Likeness(load_weights()), endpoint_of(settings)
    health = Health(("database", "broker"))
    metrics = Metrics()
    describe_process(metrics.registry, "alerter", settings, health)
    server, port = serve_health(health, settings.http_host, settings.http_port, metrics.registry)
    log.info("serving /metrics, /healthz and /readyz", host=settings.http_host, port=port)
    engine = busy_engine(settings.database_url)
    try:
        identity = _prepare(engine, settings.identity, stop)
        if identity is None:
            return 0
        health.ready("database")
        process = _Process(settings, engine, identity, health, metrics, stop)
        try:
            if identity.certain:
                process.take_back()
            store = SqlStore(engine, settings.consumer_group, REFRESHING)
            condition = condition_reader(endpoint, settings, metrics.registry, stop)
            take_in = TakeIn(
                store, subscribing.in_force, likeness, names_in_order(subscribing.watchlist), _now, condition
            )
            process.subscribe(subscribing, channels)
            return process.run(store, CanaryFirst(take_in, store, settings.canary_channel, _now))
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
        self._senders: dict[str, Dispatch] = {}
        self._wire = KafkaWire(lambda: make_producer(settings.kafka, "luming-alerter"))
        self._relay_loop = self._loop("relay")
        self._relay = Relay(self._ledger, self._wire, self._relay_loop)

    def take_back(self) -> None:
        """What the last life under this name left on the wire is looked into at once."""
        found = self._ledger.take_own_back()
        if found:
            log.warning("an earlier life ended in the middle of sends", deliveries=found)

    def subscribe(self, subscribing: Subscribing, channels: Sequence[Channel]) -> None:
        """Start sending to the file's channels; take a new file over; keep the newest usable version in force."""
        for channel in channels:
            self._send_to(channel)
        loop = self._loop("subscriptions")
        while not self._stop.is_set():
            try:
                versions = subscribing.take_over(self._engine, self._identity.name)
                reload = subscribing.reload(versions, self.serve, loop)
                reload.begin()
            except TransientError as error:
                log.warning("the subscriptions cannot be read from the database yet", error=str(error))
                self._stop.wait(1.0)
            else:
                self._loops.start(loop, partial(reload.run, self._stop))
                told = self._loop("digests")
                self._loops.start(told, keeping(self._engine, subscribing, told, self._wake, self._stop))
                return

    def serve(self, targets: Collection[str]) -> None:
        """Send to these channels too. Raises ConfigError for one whose variables are not set; nothing is changed."""
        for channel in started_for(targets):
            if channel.kind not in self._senders:
                self._send_to(channel)

    def _send_to(self, channel: Channel) -> None:
        loop = self._loop(f"send-{channel.kind}")
        refresh = Refresh(channel, SqlRefreshes(self._engine), _now).step if channel.kind in REFRESHING else None
        sender = Sender(channel, self._ledger, loop, _now, self._relay.wake, refresh)
        dispatch = Dispatch(sender, getattr(channel, "at_once", 1), loop.beat)
        self._senders[channel.kind] = dispatch
        self._loops.start(loop, lambda: dispatch.run(self._stop))

    def run(self, store: SqlStore, take_in: CanaryFirst) -> int:
        """Start the loops, watch them, end them."""
        self._loops.start(self._relay_loop, lambda: self._relay.run(self._stop))
        keeper = Loop("keep-leases", self._health, self._metrics, "database", SILENT)
        self._loops.start(keeper, lambda: self._keep(keeper))
        holding = self._loop("release")
        release = Release(SqlShelf(self._engine), holding, _now, self._wake)
        self._loops.start(holding, lambda: release.run(self._stop))
        kinds = self._senders
        watched = self_watching(self._engine, self._ledger, store, self._metrics, kinds, self._settings)
        for watching in (*watched, *desk_serving(self._engine, self._identity.name, self._settings)):
            loop = self._loop(watching.name)
            self._loops.start(loop, partial(watching.run, loop.beat, self._stop))
        intake = self._loop("take-in", "broker")
        self._loops.start(intake, lambda: self._consume(store, take_in, intake))
        while not self._stop.wait(1.0):
            self._loops.look()
        for sender in tuple(self._senders.values()):
            sender.wake()
        self._relay.wake()
        left = self._loops.join(_ENDS_WITHIN)
        self._wire.close()
        log.info("stopped", unfinished=left, crashed=self._loops.crashed)
        return 1 if self._loops.crashed else 0

    def _loop(self, name: str, condition: str | None = None) -> Loop:
        return Loop(name, self._health, self._metrics, condition)

    def _wake(self, kind: str) -> None:
        if kind in self._senders:
            self._senders[kind].wake()

    def _keep(self, loop: Loop) -> None:
        """Hold the name, renew leases while sends last."""
        while not self._stop.wait(LEASE / 4):
            loop.beat()
            try:
                self._ledger.identity = self._identity.still()
                self._ledger.renew()
                self._health.ready("database")
            except TransientError as error:
                self._health.unready("database", str(error))

    def _consume(self, store: SqlStore, take_in: CanaryFirst, loop: Loop) -> None:
        """Be a member of the group; a member that Kafka has given up is replaced by a new one."""
        settings = self._settings
        servers = settings.kafka
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
        return wait_for_broker(self._settings.kafka, self._stop)
