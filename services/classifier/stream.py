"""The stream: documents in, classified documents or dead letters out. The only file that knows Faust.

At least once: a message is acknowledged, and its offset committed, after the broker took its result. There are no
tables (faust-streaming#596), one worker handles one message at a time (concurrency 1, #606), bytes are decoded by
ourselves (a decode error would be thrown into the stream) and nothing the handler does raises (#315).
"""

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import faust
from aiokafka.errors import MessageSizeTooLargeError

from services.classifier.adapters.lines import say
from services.classifier.application.handle import FAILURES, Arrived, Outgoing, dead_letter, shortened
from services.classifier.application.rarely import Rarely
from shared.errors import PermanentError, TransientError
from shared.messages.topics import DOCUMENTS
from shared.runtime.kafka_security import Brokers, KafkaSecurity, cluster_of
from shared.runtime.logs import get_logger

log = get_logger(__name__)

SESSION_TIMEOUT = 10.0
"""Seconds of silence after which a worker's partitions move. A worker with a name of its own (consumer_instance) that
is restarted within them takes its partitions back at once; the silent ones of a worker that never returns move then."""
HEARTBEAT = 2.0
"""Seconds; Kafka's advice is at most a third of the session timeout (kafka.apache.org, heartbeat.interval.ms)."""
COMMIT_INTERVAL = 1.0
"""Seconds: at most so much is done again after a crash."""
SEND_TIMEOUT = 30.0
"""Seconds until a send that nobody answered fails and is tried again."""
LONGEST_PAUSE = 5.0
"""Seconds between two tries to send."""
STOP_TIMEOUT = 8.0
"""Seconds for a clean stop, so that the process ends within 10."""
SAYS_PARKED_EVERY = 60.0
"""Seconds between two lines about parked messages: a rolling update can bring thousands of them."""
LARGEST_REQUEST = 3_000_000
"""Bytes before compression; the broker's own limit is on what gzip leaves of them."""


Handles = Callable[[Arrived, datetime], Outgoing]
"""(arrived, now in UTC) → what is to be sent; raises nothing."""


@dataclass(frozen=True)
class StreamOptions:
    """Where the stream reads; `instance` is this worker's lasting name, None for a member that comes and goes."""

    servers: Brokers
    group: str
    instance: str | None = None


class Watches(Protocol):
    """Is told of every message whose result was acknowledged."""

    def handled(self, outgoing: Outgoing, seconds: float, delay: float | None) -> None:
        """`seconds` of work; `delay` in seconds since the crawler sent it, None where that is unknown."""
        ...


class Stateless(faust.App):
    """Makes no folders: there are no tables to keep in them, and the working directory may be read-only."""

    def _create_directories(self) -> None:
        """Nothing is stored."""


class Held(faust.Event):
    """A message that only `done` acknowledges.

    After a rebalance Faust's stream throws away what it had fetched before and, in its Python form, acknowledges it:
    offsets of messages that nobody read would be committed. What Faust acknowledges by itself is not counted here.
    """

    def ack(self) -> bool:
        """Nothing: the result is not sent yet."""
        return False

    def done(self) -> bool:
        """The result is on the broker; the offset may be committed."""
        return bool(super().ack())


def build_app(options: StreamOptions, handle: Handles, watch: Watches, clock: Callable[[], datetime]) -> faust.App:
    """A new Faust application; to be called inside the event loop that runs it. `clock` gives UTC."""
    cluster = cluster_of(options.servers)
    app = Stateless(
        options.group,
        broker=[f"kafka://{host}" for host in cluster.hosts],
        broker_credentials=credentials(cluster.security),
        processing_guarantee="at_least_once",
        key_serializer="raw",
        value_serializer="raw",
        consumer_group_instance_id=options.instance,
        consumer_auto_offset_reset="earliest",
        broker_session_timeout=SESSION_TIMEOUT,
        broker_heartbeat_interval=HEARTBEAT,
        broker_commit_interval=COMMIT_INTERVAL,
        broker_max_poll_records=100,
        producer_acks=-1,
        producer_linger=0,
        producer_compression_type="gzip",
        producer_max_request_size=LARGEST_REQUEST,
        producer_request_timeout=SEND_TIMEOUT,
        stream_wait_empty=False,
        topic_disable_leader=True,
        topic_allow_declare=False,
        web_enabled=False,
        store="memory://",
        autodiscover=False,
        Event=Held,
    )
    documents = app.topic(
        DOCUMENTS.name, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw"
    )

    parked = Rarely(SAYS_PARKED_EVERY)

    @app.agent(documents, concurrency=1, name="classify")
    async def classify(stream: Any) -> None:
        async for event in stream.noack().events():
            message = event.message
            arrived = _arrived(message)
            began = time.perf_counter()
            outgoing = handle(arrived, clock())
            seconds = time.perf_counter() - began
            outgoing = await deliver(app, arrived, outgoing, clock)
            event.done()
            say(arrived, outgoing, seconds, parked)
            watch.handled(outgoing, seconds, _delay(outgoing, clock()))

    return app


def credentials(security: KafkaSecurity) -> faust.types.auth.CredentialsT | None:
    """The same login and TLS as Faust words them; None for neither. Raises ConfigError for an unusable file."""
    context = security.context()
    if security.logs_in:
        return faust.SASLCredentials(
            username=security.username,
            password=security.password.get_secret_value(),
            mechanism=security.mechanism,
            ssl_context=context,
        )
    return faust.SSLCredentials(context) if context is not None else None


def _arrived(message: Any) -> Arrived:
    """What Faust read. A replayed message says in a header how often it failed before."""
    told = dict(message.headers or ()).get(FAILURES, b"")
    failures = int(told) if told.isdigit() and len(told) < 5 else 0
    return Arrived(message.topic, message.partition, message.offset, message.key, message.value, failures)


async def deliver(app: Any, arrived: Arrived, outgoing: Outgoing, clock: Callable[[], datetime]) -> Outgoing:
    """Send until the broker has it; what it finds too large becomes a (shortened) dead letter. Gives what was sent."""
    pause = 0.2
    while True:
        try:
            producer = await app.maybe_start_producer()
            await producer.send_and_wait(outgoing.topic, outgoing.key, outgoing.value, None, None, None)
        except MessageSizeTooLargeError as error:
            outgoing = _too_large(arrived, outgoing, error, clock())
        except Exception as error:  # noqa: BLE001 - whatever it was, the result is not sent: the message must stay
            cause = error.__cause__
            if isinstance(cause, MessageSizeTooLargeError):
                outgoing = _too_large(arrived, outgoing, cause, clock())
                continue
            log.warning("the result is not taken yet", document_id=outgoing.document_id, error=repr(error))
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        else:
            return outgoing


async def run(app: Any, stop: threading.Event, illness: Callable[[], str], started: Callable[[], None]) -> None:
    """Run the stream until `stop` is set; `started` is called when it reads.

    Raises TransientError when the stream crashed, or when `illness` names a reason: the process has to be restarted.
    """
    app.finalize()
    starting = asyncio.ensure_future(app.start())
    told = False
    try:
        while not stop.is_set():
            if starting.done() and not told:
                if starting.exception() is not None:
                    raise TransientError(
                        f"the stream did not start: {starting.exception()!r}"
                    ) from starting.exception()
                told = True
                started()
            if app.crashed:
                raise TransientError(f"the stream crashed: {app.crash_reason!r}")
            if why := illness():
                raise TransientError(f"the stream stands still: {why}")
            await asyncio.sleep(0.1)
    finally:
        await _stop(app, starting)


def assigned(app: Any) -> set[int]:
    """The partitions of documents this worker has now; may be asked from any thread."""
    try:
        return {each.partition for each in app.consumer.assignment() if each.topic == DOCUMENTS.name}
    except Exception:  # noqa: BLE001 - between two lives of the consumer Faust answers with errors of many kinds
        return set()


async def _stop(app: Any, starting: "asyncio.Future[None]") -> None:
    starting.cancel()
    try:
        await asyncio.wait_for(app.stop(), STOP_TIMEOUT)
    except TimeoutError:
        log.warning("the stream did not stop in time; what is not committed will be read again", seconds=STOP_TIMEOUT)
    except Exception as error:  # noqa: BLE001 - the process ends anyway and commits nothing that was not sent
        log.warning("the stream stopped with an error", error=repr(error))


def _too_large(arrived: Arrived, outgoing: Outgoing, error: Exception, now: datetime) -> Outgoing:
    if outgoing.dead is not None:
        return shortened(arrived, outgoing, outgoing.dead)
    reason = PermanentError(f"too large for topic {outgoing.topic}: {error}")
    return dead_letter(arrived, reason, outgoing.document_id, now)


def _delay(outgoing: Outgoing, now: datetime) -> float | None:
    times = outgoing.classified.times if outgoing.classified else None
    return (now - times.sent).total_seconds() if times and times.sent else None
