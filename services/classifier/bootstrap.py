"""The one place that names concrete classes: the classifier's process is put together and run here."""

import asyncio
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from services.classifier import stream
from services.classifier.adapters.deaths import FileDeaths
from services.classifier.adapters.documents import stored_document
from services.classifier.adapters.encoder import OnnxEncoders
from services.classifier.adapters.evaluation_metrics import Evaluation
from services.classifier.adapters.metrics import Metrics
from services.classifier.adapters.replayer import KafkaLetters
from services.classifier.adapters.watchman import Watchman
from services.classifier.application.attempts import Guarded
from services.classifier.application.classify import Classify
from services.classifier.application.correct import append, came_back, correction_of
from services.classifier.application.explain import explain as explain_document
from services.classifier.application.explain import read_article
from services.classifier.application.handle import Handle
from services.classifier.application.ports import Judges
from services.classifier.application.replay import Choice, Replay, table, told
from services.classifier.domain.judge import MODEL_DIR, Judge
from services.classifier.domain.naming import Names
from services.classifier.second_reading import with_second_reader
from services.classifier.settings import ClassifierSettings
from shared.errors import ConfigError, TransientError
from shared.messages import DocumentFound
from shared.messages.topics import TOPICS
from shared.runtime.health import Health, serve_health
from shared.runtime.kafka import ensure_topics, wait_for_broker
from shared.runtime.kafka_security import Brokers
from shared.runtime.logs import get_logger
from shared.runtime.metrics import describe_process
from shared.store.engine import make_engine

log = get_logger(__name__)

EXIT_CRASHED = 1
"""Exit code of a stream that crashed or stands still: restart it."""
ENDS_WITHIN = 12.0
"""Seconds from the signal to stop to the end of the process, whatever still waits: before a broker that takes requests
and answers none (its process stopped, its network gone) Faust and its clients wait for minutes (kafka-python#3108)."""


def make_judge(config_dir: Path, model_dir: Path | None = None, encoder: bool = False) -> Judge:
    """The judge, with the encoder or without. Raises ConfigError when a file of a folder is missing or wrong."""
    folder = model_dir or MODEL_DIR
    return Judge.load(config_dir, folder, OnnxEncoders(folder / "encoder") if encoder else None)


def make_classify(
    config_dir: Path,
    model_dir: Path | None,
    encoder: bool = False,
    beside: Callable[[Judge], Judges] = lambda judge: judge,
) -> Classify:
    """The classifier without Kafka; `beside` may put a second reader beside the judge.

    Raises ConfigError when a file of `config_dir` is wrong.
    """
    judge = make_judge(config_dir, model_dir, encoder)
    circles = {entity.id: entity.circle for entity in judge.watcher.watchlist.entities}
    names = Names.of(judge.watcher.watchlist)
    return Classify(beside(judge), model_name=judge.name, circles=circles, names=names)


def explain(raw: bytes, config_dir: Path, model_dir: Path | None, encoder: bool = False) -> str:
    """What is read in one article (JSON, as `make label` takes it). Raises ConfigError when it is none."""
    now = datetime.now(UTC)
    document = read_article(raw, "the article", now)
    return explain_document(make_classify(config_dir, model_dir, encoder), document, now)


@dataclass(frozen=True)
class Said:
    """What a person says of a misjudged document."""

    right: tuple[str, ...]
    wrong: tuple[str, ...]
    relevant: bool | None
    by: str
    why: str


def correct(name: str, said: Said, config_dir: Path, database_url: str) -> list[str]:
    """Record a correction; what to tell the person.

    `name` is a file or the id of a stored document. Raises ConfigError for what cannot be read, TransientError when
    the database is away.
    """
    now = datetime.now(UTC)
    document = _document(name, database_url, now)
    correction = correction_of(document, said.right, said.wrong, said.relevant, said.by, said.why, now)
    wrong = came_back(correction, make_classify(config_dir, None)(document, now))
    path = config_dir / "regressions.jsonl"
    append(path, correction)
    told = [f"judged wrongly today: {each}" for each in wrong] or [
        "it is judged so already; the correction keeps it so"
    ]
    return [f"recorded in {path}: {document.title}", *told]


def _document(name: str, database_url: str, now: datetime) -> DocumentFound:
    """The article in a file, or the stored document."""
    if Path(name).is_file():
        return read_article(Path(name).read_bytes(), name, now)
    if not database_url:
        mend = "set it, or give the path of a JSON file with title and text"
        raise ConfigError("environment variable DATABASE_URL", None, f"is not set, and {name} is no file", mend)
    engine = make_engine(database_url)
    try:
        return stored_document(engine, name)
    finally:
        engine.dispose()


def replay(servers: Brokers, choice: Choice, dry_run: bool) -> Iterator[str]:
    """Send letters again; what to tell the person, as it happens. Raises TransientError when the broker is away."""
    letters = KafkaLetters(servers)
    try:
        step = Replay(letters, choice)
        seen = step.look()
        yield from table(seen)
        chosen = step.chosen(seen)
        if dry_run:
            yield f"would be sent again: {len(chosen)}"
        else:
            yield from told(step.send(chosen, datetime.now(UTC)))
    finally:
        letters.close()


def run(settings: ClassifierSettings, stop: threading.Event) -> int:
    """Classify until `stop` is set; the exit code. Raises ConfigError when a file of CONFIG_DIR is wrong."""
    metrics = Metrics()
    Evaluation(metrics.registry).show(settings.model_dir or MODEL_DIR)

    def beside(judge: Judge) -> Judges:
        return with_second_reader(judge, settings, metrics.registry, stop)

    classify = make_classify(settings.config_dir, settings.model_dir, settings.encoder, beside)
    return serve(settings, stop, classify, metrics)


def serve(settings: ClassifierSettings, stop: threading.Event, classify: Classify, metrics: Metrics) -> int:
    """The process around a classifier that is made already."""
    handle = _handle(settings, classify)
    health = Health(("broker", "stream"))
    describe_process(metrics.registry, "classifier", settings, health)
    server, port = serve_health(health, settings.http_host, settings.http_port, metrics.registry)
    log.info("serving /metrics, /healthz and /readyz", host=settings.http_host, port=port)
    _end_for_certain(stop)
    try:
        if not _prepare(settings, stop):
            return 0
        health.ready("broker")
        return _run(settings, stop, handle, health, metrics)
    finally:
        server.shutdown()
        server.server_close()


def _end_for_certain(stop: threading.Event) -> None:
    """Have the process leave ENDS_WITHIN after `stop` if it still runs by then."""

    def watch() -> None:
        stop.wait()
        time.sleep(ENDS_WITHIN)
        log.warning("did not end in time; what is not committed will be read again", seconds=ENDS_WITHIN)
        _leave(0)

    threading.Thread(target=watch, name="end", daemon=True).start()


def _handle(settings: ClassifierSettings, classify: Classify) -> stream.Handles:
    """Raises ConfigError when ATTEMPTS_DIR cannot be written."""
    handle = Handle(classify)
    return Guarded(handle, FileDeaths(settings.attempts_dir)) if settings.attempts_dir else handle


def _prepare(settings: ClassifierSettings, stop: threading.Event) -> bool:
    """Wait for the broker and make the topics; False when asked to stop before."""
    while wait_for_broker(settings.kafka, stop):
        try:
            ensure_topics(
                settings.kafka,
                TOPICS,
                settings.topic_replication,
                settings.topic_partitions,
            )
        except TransientError as error:
            log.warning("the topics cannot be made yet", error=str(error))
            stop.wait(1.0)
        else:
            return True
    return False


def _run(
    settings: ClassifierSettings, stop: threading.Event, handle: stream.Handles, health: Health, metrics: Metrics
) -> int:
    options = stream.StreamOptions(settings.kafka, settings.consumer_group, settings.consumer_instance)
    watchman = Watchman(
        options.servers, options.group, health, metrics, lambda: _leave(EXIT_CRASHED), settings.stall_seconds,
        options.instance,
    )  # fmt: skip

    async def live() -> None:
        app = stream.build_app(options, handle, metrics, lambda: datetime.now(UTC))
        watchman.watch(lambda: stream.assigned(app))
        await stream.run(app, stop, watchman.hopeless, lambda: health.ready("stream"))

    try:
        asyncio.run(live())
    except TransientError as error:
        log.exception("the classifier ends and has to be started again", error=str(error))
        _leave(EXIT_CRASHED)
    finally:
        watchman.rest()
    log.info("stopped")
    return 0


def _leave(code: int) -> None:
    """End at once: after a crash Faust's threads may hang, and nothing is lost that was not committed."""
    sys.stderr.flush()
    os._exit(code)
