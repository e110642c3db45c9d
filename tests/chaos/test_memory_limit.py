"""A page that takes all memory there is: refused to the process, or the process killed for it; the stream goes on."""

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from shared.messages import DeadLetter
from shared.messages.codec import decode, encode
from shared.messages.topics import DEAD_LETTERS, DOCUMENTS
from shared.runtime.kafka import make_producer
from tests.chaos.cgroup import memory_group, place
from tests.chaos.tally import Account
from tests.integration.classifier_rig import Reader, document, ids
from tests.integration.conftest import Kafka

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(280)]
kills = pytest.mark.fault(7, "a page kills the process three times")
MEGABYTE = 1 << 20
GROUP = 700 * MEGABYTE
"""Of the whole process; it has about 150 with the rules alone."""
ROOM = 500
"""Megabytes of addresses that a worker may have beyond those it began with."""
ENOUGH = 3_000
"""Megabytes after which the page gives up: nothing has limited it."""
PLACE = place()
WORKER = f"""
import os, resource, sys
from pathlib import Path
from services.classifier import bootstrap
from services.classifier.adapters.metrics import Metrics
from services.classifier.application.classify import Classify
from services.classifier.settings import ClassifierSettings
from shared.runtime.stop import stop_on_signals
from tests.fakes.judges import MarkerJudge

class Eater(MarkerJudge):
    def judge(self, article):
        taken = []
        while "EAT" in article.paragraphs[0]:
            taken.append(b"x" * {20 * MEGABYTE})
            assert len(taken) * 20 < {ENOUGH}, "nothing limits it"
        return super().judge(article)

if sys.argv[1] != "-":
    Path(sys.argv[1]).write_text(str(os.getpid()))
else:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + {ROOM * MEGABYTE}
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
raise SystemExit(bootstrap.serve(ClassifierSettings(), stop_on_signals(), Classify(Eater(), "eater"), Metrics()))
"""


class Workers:
    """One worker at a time, started again whenever it ended, as whoever runs the services would."""

    def __init__(self, told: dict[str, str], root: Path, join: str) -> None:
        self._command = [sys.executable, "-c", WORKER, join]
        self._told = {**os.environ, **told}
        self._root = root
        self.deaths: list[int] = []
        self._start()

    def _start(self) -> None:
        self._process = subprocess.Popen(self._command, env=self._told, cwd=self._root, stderr=subprocess.DEVNULL)

    def look(self) -> None:
        """Start it again if it ended."""
        if (code := self._process.poll()) is not None:
            self.deaths.append(code)
            assert len(self.deaths) < 8, f"it dies again and again: {self.deaths}"
            self._start()

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(timeout=30)


@contextmanager
def working(kafka: Kafka, folder: Path, root: Path, join: str) -> Iterator[Workers]:
    told = {
        "KAFKA_BOOTSTRAP_SERVERS": kafka.servers,
        "TOPIC_REPLICATION": "1",
        "CONSUMER_GROUP": f"eater-{folder.name}",
        "CONSUMER_INSTANCE": "one",
        "ATTEMPTS_DIR": str(folder / "attempts"),
    }
    workers = Workers(told, root, join)
    try:
        yield workers
    finally:
        workers.stop()


def eaten(kafka: Kafka, reader: Reader, workers: Workers, account: Account) -> DeadLetter:
    """Send the eater between two others; its letter, once each of the three has its end."""
    eater, good = document(2, "EAT"), [document(1), document(3)]
    producer = make_producer(kafka.servers, "test")
    for each in (good[0], eater, good[1]):
        producer.send(DOCUMENTS.name, key=each.document_id.encode(), value=encode(each), partition=0).get(timeout=20)
    producer.close()

    def ended(found: list[Any]) -> bool:
        workers.look()
        return len(ids(found)) == 2 and any(each.topic == DEAD_LETTERS.name for each in found)

    read = reader.until(ended, 200)
    letters = [decode(DeadLetter, each.value) for each in read if each.topic == DEAD_LETTERS.name]
    account.counted(went_in=3, came_out=len(ids(read)) + len(letters), lost=3 - len(ids(read)) - len(letters))
    assert ids(read) == {each.document_id for each in good}
    [letter] = letters
    assert letter.value == encode(eater)
    return letter


@kills
def test_memory_that_is_refused_ends_the_page_and_not_the_process(
    kafka: Kafka, reader: Reader, tmp_path: Path, project_root: Path, account: Account
) -> None:
    assert resource.getrlimit(resource.RLIMIT_AS)[1] == resource.RLIM_INFINITY, "a limit of ours is below another's"
    with working(kafka, tmp_path, project_root, "-") as workers:
        letter = eaten(kafka, reader, workers, account)
    assert letter.error == "MemoryError"
    assert workers.deaths == []


@pytest.mark.parametrize("folder", [pytest.param(PLACE, marks=kills)] if PLACE else [None])
def test_a_page_for_which_the_kernel_kills_the_process_is_given_up_after_three_deaths(
    kafka: Kafka, reader: Reader, tmp_path: Path, project_root: Path, account: Account, folder: Path | None
) -> None:
    if folder is None:
        pytest.skip("no group of processes with a memory limit may be made here (cgroup)")
    with memory_group(folder, GROUP) as join, working(kafka, tmp_path, project_root, str(join)) as workers:
        letter = eaten(kafka, reader, workers, account)
    assert letter.reason == "killed the worker 3 times"
    assert workers.deaths == [-9, -9, -9]
