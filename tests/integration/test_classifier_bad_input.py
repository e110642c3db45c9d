"""Bad input on the real Kafka: it stands between two good documents, and both of them come through."""

from typing import Any

import pytest

from shared.messages import DeadLetter, DocumentClassified
from shared.messages.codec import decode, encode
from shared.messages.topics import CLASSIFIED, DOCUMENTS
from shared.runtime.kafka import make_producer
from tests.fakes.bad_documents import BAD_DOCUMENTS
from tests.integration.classifier_rig import Reader, Start, document
from tests.integration.conftest import Kafka

pytestmark = pytest.mark.integration


def test_bad_input_stops_nothing_and_each_piece_has_its_outcome(kafka: Kafka, start: Start, reader: Reader) -> None:
    good = [document(1), document(2)]
    values = [encode(good[0]), *(each.value for each in BAD_DOCUMENTS), encode(good[1])]
    producer: Any = make_producer(kafka.servers, "test", 3_000_000)
    for value in values:
        producer.send(DOCUMENTS.name, key=b"k", value=value, partition=0).get(timeout=20)
    producer.close()
    start()

    read = reader.until(lambda found: len(found) == len(values))
    results = [decode(DocumentClassified, each.value) for each in read if each.topic == CLASSIFIED.name]
    letters = [(each.topic, decode(DeadLetter, each.value).value) for each in read if each.topic != CLASSIFIED.name]
    expected = [each for each in BAD_DOCUMENTS if each.topic == CLASSIFIED.name]
    wanted = {good[0].document_id, good[1].document_id, *(each.document_id for each in expected)}
    assert {result.document_id for result in results} == wanted
    assert sorted(letters, key=repr) == sorted(
        ((each.topic, each.value) for each in BAD_DOCUMENTS if each.topic != CLASSIFIED.name), key=repr
    )
    odd = {result.document_id: result.relevance_reasons for result in results}
    for each in expected:
        assert [f"remark: {one}" for one in each.odd] == [one for one in odd[each.document_id] if "remark" in one]
