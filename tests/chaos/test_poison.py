"""Bytes that are no message, between good ones: each ends in the dead letters as it came, and the stream goes on."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from shared.messages import DeadLetter, DocumentClassified
from shared.messages.codec import decode, encode
from shared.messages.topics import CLASSIFIED, DEAD_LETTERS, DOCUMENTS, PARKED
from shared.runtime.kafka import make_producer
from tests.chaos.tally import Account
from tests.fakes.classified import classified, event
from tests.integration.alerter_rig import Rig, eventually, make_rig
from tests.integration.classifier_rig import Reader, Start, document
from tests.integration.conftest import Kafka

pytestmark = [pytest.mark.chaos, pytest.mark.fault(38, "poison messages"), pytest.mark.timeout(280)]

LATER = b'{"version": 2, "document_id": "x"}'
"""What a later program wrote; the classifier parks it, the alerter has it in the dead letters."""
WHOLE = encode(document(999))


def changed(message: bytes, **fields: object) -> bytes:
    """The message with other values in some fields."""
    return json.dumps(json.loads(message) | fields).encode()


def poison_for(good: bytes) -> list[bytes | None]:
    """Everything that is no message of the kind that `good` is."""
    return [
        None, b"", b" ", b"\x00", b"\xff\xfe\x00\x01" * 64, bytes(range(256)), good[:-1], good + b"}", good[:40],
        b"\xef\xbb\xbf\xef\xbb\xbf" + good, b"null", b"true", b"[]", b"7", b'"text"', b"NaN", b"-Infinity", b"1e999",
        b"{}", b'{"version": 0}', b'{"version": -1}', b'{"version": "1"}', b'{"version": 1.0}', b'{"version": true}',
        b'{"version": null}', b'{"version": 1}', b'{"version": NaN}',
        b"[" * 100_000, b"[" * 100_000 + b"]" * 100_000, b'{"a":' * 100_000, b'{"version": 1, "x": ' + b"[" * 100_000,
        b'{"version": 1, "x": ' + b"9" * 100_000 + b"}", b'{"version": ' + b"1" * 5_000 + b"}",
        changed(good, version=99 ** 99), changed(good, document_id=None), changed(good, revision=float("nan")),
        changed(good, revision="one"), changed(good, title=["a"]), changed(good, times="yesterday"),
        changed(good, url=7),
        changed(good, title="\ud800"), good.replace(b'"revision":1', b'"revision":NaN'), LATER,
    ]  # fmt: skip


def send(servers: str, topic: str, values: list[bytes | None], keys: list[bytes | None]) -> list[tuple[int, int]]:
    """Send these in this order over all partitions; where each of them stands."""
    producer: Any = make_producer(servers, "test", 3_000_000)
    try:
        sent = [
            producer.send(topic, key=key, value=value, partition=number % 2).get(timeout=20)
            for number, (value, key) in enumerate(zip(values, keys, strict=True))
        ]
    finally:
        producer.close()
    return [(each.partition, each.offset) for each in sent]


def mixed(good: list[bytes], poison: list[bytes | None]) -> list[bytes | None]:
    """Poison between good messages: one good before, some within, one behind on each partition."""
    step = len(poison) // (len(good) - 2) + 1
    values: list[bytes | None] = []
    for number, one in enumerate(good[:-2]):
        values += [one, *poison[number * step : (number + 1) * step]]
    return [*values, *good[-2:]]


def test_the_classifier_keeps_each_piece_as_it_came_and_classifies_the_rest(
    kafka: Kafka, start: Start, reader: Reader, account: Account
) -> None:
    good = [encode(document(number)) for number in range(8)]
    poison = poison_for(WHOLE)
    values = mixed(good, poison)
    keys: list[bytes | None] = [None if number % 5 == 0 else b"k%d" % number for number in range(len(values))]
    places = send(kafka.servers, DOCUMENTS.name, values, keys)
    start()
    read = reader.until(lambda found: len(found) >= len(values))
    results = Counter(
        decode(DocumentClassified, each.value).document_id for each in read if each.topic == CLASSIFIED.name
    )
    letters = {name: [decode(DeadLetter, each.value) for each in read if each.topic == name]
               for name in (DEAD_LETTERS.name, PARKED.name)}  # fmt: skip
    told = [letter for each in letters.values() for letter in each]
    check(account, results, told, good, poison, dict(zip(places, zip(values, keys, strict=True), strict=True)))
    assert Counter(letter.value for letter in letters[PARKED.name]) >= Counter([LATER])


def test_the_alerter_keeps_each_piece_as_it_came_and_alerts_the_rest(
    kafka: Kafka, database_url: str, engine: Engine, tmp_path: Path, account: Account
) -> None:
    with make_rig(kafka.servers, database_url, engine, tmp_path) as rig:
        _alerter(rig, kafka, account)


def _alerter(rig: Rig, kafka: Kafka, account: Account) -> None:
    names = ("ant_group", "jd_health", "alibaba_health", "haodf")
    labels = ("leadership", "financial_results")
    made = [
        classified(f"good{number}", f"{who}的第{number}条消息", event(label, "announced", who, quote=f"{who}{number}"))
        for number, (who, label) in enumerate((who, label) for who in names for label in labels)
    ]
    good = [encode(one) for one in made]
    poison = poison_for(good[0])
    values = mixed(good, poison)
    keys: list[bytes | None] = [None if number % 5 == 0 else b"k%d" % number for number in range(len(values))]
    places = send(kafka.servers, CLASSIFIED.name, values, keys)
    rig.start()
    eventually(lambda: rig.rows("select count(*) from alerter_dead_letters where sent is not null") == [(len(poison),)])
    eventually(lambda: len(rig.outcomes()) == len(good))
    reader = Reader(kafka.servers, kafka.partitions, DEAD_LETTERS.name)
    letters = [decode(DeadLetter, each.value) for each in reader.until(lambda found: len(found) >= len(poison))]
    reader.consumer.close()
    decided = Counter(row[0] for row in rig.rows("select document_id from alert_decisions"))
    check(account, decided, letters, good, poison, dict(zip(places, zip(values, keys, strict=True), strict=True)))
    ends = Counter(partition for partition, _ in places)
    eventually(lambda: dict(rig.rows("select partition, next_offset from consumer_positions")) == positions(places))
    assert sum(ends.values()) == len(values)


def positions(places: list[tuple[int, int]]) -> dict[int, int]:
    """The next offset of each partition."""
    return {partition: max(offset for number, offset in places if number == partition) + 1 for partition, _ in places}


def check(
    account: Account,
    results: Counter[str],
    letters: list[DeadLetter],
    good: list[bytes],
    poison: list[bytes | None],
    sent: dict[tuple[int, int], tuple[bytes | None, bytes | None]],
) -> None:
    """Every message has one outcome: good ones a result, each piece of poison a letter with its bytes and its place."""
    wanted = Counter(json.loads(one)["document_id"] for one in good)
    told = Counter((letter.partition, letter.offset) for letter in letters)
    account.counted(
        went_in=len(good) + len(poison),
        came_out=results.total() + told.total(),
        lost=(wanted - results).total() + len(poison) - len(told),
        twice=(results - wanted).total() + told.total() - len(told),
    )
    assert results == wanted
    assert sorted(told) == sorted(place for place, (value, _) in sent.items() if value not in good)
    for letter in letters:
        value, key = sent[letter.partition, letter.offset]
        assert (letter.value, letter.key) == (value, key), "a letter holds other bytes than came"
        assert letter.reason
        assert letter.error
