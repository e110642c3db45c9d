"""A document that kills the process itself: after three deaths it is a dead letter, and the stream goes on."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from shared.messages import DeadLetter
from shared.messages.codec import decode, encode
from shared.messages.topics import DEAD_LETTERS, DOCUMENTS
from shared.runtime.kafka import make_producer
from tests.integration.classifier_rig import ARRIVES_IN, Reader, document, ids
from tests.integration.conftest import Kafka

pytestmark = pytest.mark.integration

WORKER = """
import os
from services.classifier import bootstrap
from services.classifier.adapters.metrics import Metrics
from services.classifier.application.classify import Classify
from services.classifier.settings import ClassifierSettings
from shared.runtime.stop import stop_on_signals
from tests.fakes.judges import MarkerJudge

class Killer(MarkerJudge):
    def judge(self, article):
        if "KILL" in article.paragraphs[0]:
            os.kill(os.getpid(), 9)
        return super().judge(article)

raise SystemExit(bootstrap.serve(ClassifierSettings(), stop_on_signals(), Classify(Killer(), "killer"), Metrics()))
"""


def test_a_document_that_kills_the_worker_is_given_up_after_three_deaths(
    kafka: Kafka, reader: Reader, tmp_path: Path, project_root: Path
) -> None:
    killer, good = document(2, "KILL"), [document(1), document(3)]
    producer = make_producer(kafka.servers, "test")
    for each in (good[0], killer, good[1]):
        producer.send(DOCUMENTS.name, key=each.document_id.encode(), value=encode(each), partition=0).get(timeout=20)
    producer.close()
    told = {
        "KAFKA_BOOTSTRAP_SERVERS": kafka.servers,
        "TOPIC_REPLICATION": "1",
        "CONSUMER_GROUP": f"killer-{tmp_path.name}",
        "CONSUMER_INSTANCE": "one",
        "ATTEMPTS_DIR": str(tmp_path / "attempts"),
    }

    def started() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-c", WORKER], env={**os.environ, **told}, cwd=project_root, stderr=subprocess.DEVNULL
        )

    for _ in range(3):
        assert started().wait(timeout=ARRIVES_IN) == -9
    worker = started()
    try:
        read = reader.until(
            lambda found: len(ids(found)) == 2 and any(each.topic == DEAD_LETTERS.name for each in found)
        )
    finally:
        worker.terminate()
        worker.wait(timeout=30)
    [letter] = [decode(DeadLetter, each.value) for each in read if each.topic == DEAD_LETTERS.name]
    assert ids(read) == {each.document_id for each in good}
    assert (letter.reason, letter.document_id) == ("killed the worker 3 times", killer.document_id)
    assert letter.value == encode(killer)
