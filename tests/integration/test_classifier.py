"""The classifier as a process, on the real Kafka: every message through, garbage kept whole, nothing lost by a kill."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shared.messages import DeadLetter, DocumentClassified
from shared.messages.codec import decode, encode
from shared.messages.topics import DEAD_LETTERS, DOCUMENTS
from tests.integration.classifier_rig import Reader, Start, document, ids, send
from tests.integration.conftest import PARTITIONS

pytestmark = pytest.mark.integration


def _more(read: list[Any], enough: int) -> Callable[[list[Any]], bool]:
    """Whether with what was read before so many documents are there."""
    return lambda found: len(ids([*read, *found])) >= enough


def test_garbage_is_kept_whole_and_the_next_good_one_passes(start: Start, reader: Reader, producer: Any) -> None:
    infinite = encode(document(2)).replace(b'"revision":1', b'"revision":NaN')
    brackets = b"[" * 100_000
    huge = os.urandom(1_000_000)
    garbage: list[bytes | None] = [b"", os.urandom(300), brackets, infinite, None, b"\xff\xfe{}", huge]
    for partition in range(PARTITIONS):
        for value in garbage:
            producer.send(DOCUMENTS.name, key=b"k", value=value, partition=partition).get(timeout=20)
    good = [document(number) for number in range(10, 14)]
    send(producer, *good)
    start()

    expected = len(garbage) * PARTITIONS
    read = reader.until(lambda found: len(ids(found)) == 4 and len(found) >= 4 + expected)
    letters = [decode(DeadLetter, each.value) for each in read if each.topic == DEAD_LETTERS.name]
    assert ids(read) == {each.document_id for each in good}
    assert len(letters) == expected
    assert {letter.value for letter in letters} == set(garbage)
    assert all(letter.key == b"k" and letter.topic == DOCUMENTS.name and letter.reason for letter in letters)
    assert {(letter.partition, letter.offset) for letter in letters} == {
        (partition, offset)
        for partition in range(PARTITIONS)
        for offset in range(_first(letters, partition), _last(letters, partition) + 1)
    }


def _first(letters: list[DeadLetter], partition: int) -> int:
    return min(letter.offset for letter in letters if letter.partition == partition)


def _last(letters: list[DeadLetter], partition: int) -> int:
    return max(letter.offset for letter in letters if letter.partition == partition)


def test_a_killed_worker_loses_nothing_and_repeats_the_same(start: Start, reader: Reader, producer: Any) -> None:
    documents = [
        document(number, "阿里健康因广告违法被市场监管局罚款45万元。" * (1 + number % 40)) for number in range(400)
    ]
    wanted = {each.document_id for each in documents}
    worker = start("one")
    send(producer, *documents[:20])
    read = reader.until(lambda found: len(ids(found)) >= 5)
    send(producer, *documents[20:])
    for enough in (60, 200):
        read += reader.until(_more(read, enough))
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        worker = start("one")
    killed = time.monotonic()
    read += reader.until(lambda found: bool(found))
    assert time.monotonic() - killed < 20
    read += reader.until(lambda found: ids(read + found) >= wanted)
    assert ids(read) == wanted
    assert not [each for each in read if each.topic == DEAD_LETTERS.name]

    results: dict[str, set[str]] = {}
    for each in read:
        result = decode(DocumentClassified, each.value)
        timeless = result.model_copy(update={"times": result.times.model_copy(update={"classified": None})})
        results.setdefault(result.document_id, set()).add(timeless.model_dump_json())
    assert all(len(versions) == 1 for versions in results.values())


def test_two_workers_share_and_one_may_die(start: Start, reader: Reader, producer: Any) -> None:
    documents = [document(number) for number in range(300)]
    wanted = {each.document_id for each in documents}
    first = start("one")
    send(producer, *documents[:50])
    read = reader.until(lambda found: len(ids(found)) >= 10)
    start("two")
    send(producer, *documents[50:200])
    read += reader.until(lambda found: len(ids(read + found)) >= 120)
    first.send_signal(signal.SIGKILL)
    send(producer, *documents[200:])
    read += reader.until(lambda found: ids(read + found) >= wanted)
    assert ids(read) == wanted


def test_it_says_how_it_is_and_stops_cleanly(start: Start, reader: Reader, producer: Any, tmp_path: Path) -> None:
    worker = start(HTTP_PORT="0")
    send(producer, document(1), document(2, "RAISE"))
    producer.send(DOCUMENTS.name, value=b"no message").get(timeout=20)
    reader.until(lambda found: len(found) >= 3)
    lines = [json.loads(line) for line in next(tmp_path.glob("*.log")).read_text().splitlines()]
    port = next(line["port"] for line in lines if "port" in line)
    base = f"http://127.0.0.1:{port}"
    assert urllib.request.urlopen(f"{base}/healthz").status == 200
    assert _ready(base)
    metrics = urllib.request.urlopen(f"{base}/metrics").read().decode()
    assert 'luming_classifier_dead_letters_total{error="UnreadableMessage"} 1.0' in metrics
    assert "luming_classifier_documents_total{" in metrics
    assert any(line.get("document_id") == document(1).document_id for line in lines)

    asked = time.monotonic()
    worker.terminate()
    assert worker.wait(timeout=15) == 0
    assert time.monotonic() - asked < 10


def _ready(base: str) -> bool:
    for _ in range(100):
        try:
            return bool(urllib.request.urlopen(f"{base}/readyz").status == 200)
        except urllib.error.HTTPError as refused:
            refused.close()
            time.sleep(0.1)
    return False


def test_a_result_is_committed_so_that_a_restart_does_not_repeat_it(
    start: Start, reader: Reader, producer: Any
) -> None:
    worker = start("one")
    send(producer, *(document(number) for number in range(10)))
    reader.until(lambda found: len(ids(found)) == 10)
    worker.terminate()
    assert worker.wait(timeout=15) == 0
    start("one")
    send(producer, document(11))
    assert ids(reader.until(lambda found: bool(found))) == {document(11).document_id}


def test_without_a_broker_it_waits_and_says_so_and_still_stops(start: Start, tmp_path: Path) -> None:
    with socket.socket() as held:  # bound and not listening: nobody answers there
        held.bind(("127.0.0.1", 0))
        worker = start(KAFKA_BOOTSTRAP_SERVERS=f"127.0.0.1:{held.getsockname()[1]}")
        log = next(tmp_path.glob("*.log"))
        for _ in range(300):
            if "waiting for the broker" in log.read_text():
                break
            time.sleep(0.1)
        assert "waiting for the broker" in log.read_text()
        worker.terminate()
        assert worker.wait(timeout=15) == 0


def test_a_setting_that_is_missing_is_named(project_root: Path) -> None:
    bare = {name: value for name, value in os.environ.items() if name != "KAFKA_BOOTSTRAP_SERVERS"}
    command = [sys.executable, "-m", "services.classifier", "run"]
    ended = subprocess.run(command, env=bare, cwd=project_root, capture_output=True, timeout=60, check=False)
    assert ended.returncode == 2
    assert b"KAFKA_BOOTSTRAP_SERVERS" in ended.stderr
