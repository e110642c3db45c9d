"""The one place that names concrete classes: the classifier's process is put together and run here."""

import asyncio
import os
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

from services.classifier import stream
from services.classifier.adapters.metrics import Metrics
from services.classifier.adapters.watchman import Watchman
from services.classifier.application.classify import Classify
from services.classifier.application.explain import explain as explain_document
from services.classifier.application.explain import read_article
from services.classifier.application.handle import Handle
from services.classifier.domain.judge import Judge
from services.classifier.settings import ClassifierSettings
from shared.errors import TransientError
from shared.messages.topics import CLASSIFIED, DEAD_LETTERS, DOCUMENTS
from shared.runtime.health import Health, serve_health
from shared.runtime.kafka import ensure_topics, wait_for_broker
from shared.runtime.logs import get_logger

log = get_logger(__name__)

EXIT_CRASHED = 1
"""Exit code of a stream that crashed or stands still: restart it."""


def make_classify(config_dir: Path, model_dir: Path | None) -> Classify:
    """The classifier without Kafka. Raises ConfigError when a file of `config_dir` is wrong."""
    judge = Judge.load(config_dir, model_dir)
    circles = {entity.id: entity.circle for entity in judge.watcher.watchlist.entities}
    return Classify(judge, model_name=judge.name, circles=circles)


def explain(raw: bytes, config_dir: Path, model_dir: Path | None) -> str:
    """What is read in one article (JSON, as `make label` takes it). Raises ConfigError when it is none."""
    now = datetime.now(UTC)
    document = read_article(raw, "the article", now)
    return explain_document(make_classify(config_dir, model_dir), document, now)


def run(settings: ClassifierSettings, stop: threading.Event) -> int:
    """Classify until `stop` is set; the exit code. Raises ConfigError when a file of CONFIG_DIR is wrong."""
    return serve(settings, stop, make_classify(settings.config_dir, settings.model_dir))


def serve(settings: ClassifierSettings, stop: threading.Event, classify: Classify) -> int:
    """The process around a classifier that is made already."""
    health = Health(("broker", "stream"))
    metrics = Metrics()
    server, port = serve_health(health, settings.http_host, settings.http_port, metrics.registry)
    log.info("serving /metrics, /healthz and /readyz", host=settings.http_host, port=port)
    try:
        if not _prepare(settings, stop):
            return 0
        health.ready("broker")
        return _run(settings, stop, Handle(classify), health, metrics)
    finally:
        server.shutdown()
        server.server_close()


def _prepare(settings: ClassifierSettings, stop: threading.Event) -> bool:
    """Wait for the broker and make the topics; False when asked to stop before."""
    while wait_for_broker(settings.kafka_bootstrap_servers, stop):
        try:
            ensure_topics(
                settings.kafka_bootstrap_servers,
                (DOCUMENTS, CLASSIFIED, DEAD_LETTERS),
                settings.topic_replication,
                settings.topic_partitions,
            )
        except TransientError as error:
            log.warning("the topics cannot be made yet", error=str(error))
            stop.wait(1.0)
        else:
            return True
    return False


def _run(settings: ClassifierSettings, stop: threading.Event, handle: Handle, health: Health, metrics: Metrics) -> int:
    options = stream.StreamOptions(
        settings.kafka_bootstrap_servers, settings.consumer_group, settings.consumer_instance
    )
    watchman = Watchman(
        options.servers, options.group, health, metrics, lambda: _leave(EXIT_CRASHED), settings.stall_seconds
    )

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
