"""A worker with a lasting name whose group gave its partitions to nobody takes them all the same."""

import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shared.messages.topics import DOCUMENTS
from shared.runtime.kafka import admin_client, ensure_topics
from tests.integration.classifier_rig import Reader, Start, document, ids, send
from tests.integration.conftest import Kafka

pytestmark = pytest.mark.integration


def until(holds: Callable[[], bool], what: str, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.05)


def logs(folder: Path) -> str:
    return "\n".join(each.read_text("utf-8") for each in sorted(folder.glob("*.log")))


def test_partitions_that_were_given_to_nobody_find_a_worker(
    start: Start, reader: Reader, producer: Any, kafka: Kafka, tmp_path: Path
) -> None:
    worker = start("one")
    send(producer, document(1))
    reader.until(lambda found: len(ids(found)) >= 1)
    with admin_client(kafka.servers) as admin:
        admin.delete_topics([DOCUMENTS.name])
        until(lambda: "Ignoring missing topic" in logs(tmp_path), "the worker was given nothing")
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        until(lambda: DOCUMENTS.name not in admin.list_topics(), "the topic is gone")
    ensure_topics(kafka.servers, (DOCUMENTS,), replication=1, partitions=kafka.partitions)
    start("one")
    send(producer, document(2))
    reader.until(lambda found: document(2).document_id in ids(found), 60)
    assert "have no worker" in logs(tmp_path)
