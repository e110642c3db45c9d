"""`replay` on the real Kafka: what failed goes the way of the documents again, once."""

import json
import os
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shared.messages import DeadLetter
from shared.messages.codec import decode, encode
from shared.messages.topics import DEAD_LETTERS, DOCUMENTS, PARKED
from shared.runtime.kafka import make_producer
from tests import forked
from tests.integration.classifier_rig import Reader, Start, document, ids, send
from tests.integration.conftest import Kafka

pytestmark = pytest.mark.integration

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def command(kafka: Kafka) -> Command:
    """Runs `replay` with these arguments."""

    def ran(*arguments: str, servers: str = kafka.servers) -> subprocess.CompletedProcess[str]:
        told = {**os.environ, "KAFKA_BOOTSTRAP_SERVERS": servers}
        return forked.run("services.classifier", "replay", *arguments, environment=told, timeout=90)

    return ran


def letters(found: list[Any], topic: str = DEAD_LETTERS.name) -> list[DeadLetter]:
    return [decode(DeadLetter, each.value) for each in found if each.topic == topic]


def test_what_failed_is_sent_again_once(start: Start, reader: Reader, producer: Any, command: Command) -> None:
    garbage = [b"no message", b'{"version": 1}']
    for value in garbage:
        producer.send(DOCUMENTS.name, key=b"k", value=value).get(timeout=20)
    start()
    read = reader.until(lambda found: len(found) == 2)

    dry = command("--dry-run")
    assert dry.returncode == 0, dry.stderr
    assert "would be sent again: 2" in dry.stdout
    one = command("--reason", "no json")
    assert "sent again: 1" in one.stdout
    rest = command("--reason", "no documentfound")
    assert "sent again: 1" in rest.stdout
    read += reader.until(lambda found: len(found) == 2)
    assert sorted((letter.value or b"", letter.attempts) for letter in letters(read)) == sorted(
        (value, attempt) for value in garbage for attempt in (1, 2)
    )
    assert {letter.key for letter in letters(read)} == {b"k"}
    assert len({letter.partition for letter in letters(read)}) == 1
    assert "sent again: 0" in command("--dry-run", "--since", "2100-01-01").stdout.replace("would be ", "")


def test_a_later_version_is_parked_and_waits_for_a_later_worker(
    start: Start, reader: Reader, producer: Any, command: Command, tmp_path: Path
) -> None:
    later = [json.dumps({**json.loads(encode(document(number))), "version": 2}).encode() for number in range(300)]
    send(producer, document(1000))
    for value in later:
        producer.send(DOCUMENTS.name, key=b"k", value=value)
    send(producer, document(1001))
    start(LOG_LEVEL="WARNING")
    read = reader.until(lambda found: len(found) == 302)
    assert len(ids(read)) == 2
    assert not letters(read)
    assert sorted(letter.value or b"" for letter in letters(read, PARKED.name)) == sorted(later)
    said = [line for line in next(tmp_path.glob("*.log")).read_text().splitlines() if "parked" in line]
    assert len(said) < 5

    told = command()
    assert "[300 need a later worker]" in told.stdout
    assert "sent again: 0" in told.stdout


def test_of_a_shortened_letter_the_whole_original_is_fetched(kafka: Kafka, reader: Reader, command: Command) -> None:
    whole = zlib.compress(b"x" * 10) + b"y" * 2_000_000
    producer = make_producer(kafka.servers, "test", 3_000_000)
    place = producer.send(DOCUMENTS.name, key=b"k", value=whole).get(timeout=20)
    for offset, reason in ((place.offset, "there"), (place.offset + 5, "gone")):
        letter = DeadLetter.model_validate(
            {
                "service": "classifier",
                "topic": DOCUMENTS.name,
                "partition": place.partition,
                "offset": offset,
                "key": b"k",
                "value": whole[:1000],
                "of_bytes": len(whole),
                "error": "PermanentError",
                "reason": reason,
                "failed": "2026-11-22T08:00:00Z",
            }
        )
        producer.send(DEAD_LETTERS.name, key=b"k", value=encode(letter)).get(timeout=20)
    producer.close()

    told = command()
    assert "sent again: 1" in told.stdout, told.stderr
    assert "not sent: 1: the letter holds the beginning only" in told.stdout
    documents = Reader(kafka.servers, kafka.partitions, DOCUMENTS.name)
    sent = documents.until(lambda found: len(found) == 2)
    documents.consumer.close()
    assert [each.value for each in sent] == [whole, whole]
    assert sent[1].partition == place.partition


def test_a_broker_that_is_away_is_named(command: Command) -> None:
    told = command(servers="127.0.0.1:1")
    assert told.returncode == 1
    assert "KAFKA_BOOTSTRAP_SERVERS" in told.stderr
    assert "Traceback" not in told.stderr
