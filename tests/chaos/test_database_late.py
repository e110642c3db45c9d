"""Rows whose number is lower and whose commit is later: each is sent all the same, and once."""

from collections import Counter

import pytest
from sqlalchemy import Connection, Engine, insert, text

from services.alerter.adapters.ledger import SqlLedger
from services.alerter.application.relay import Relay as Telling
from services.crawler.adapters.kafka import KafkaSender
from services.crawler.adapters.outbox import SqlOutbox
from services.crawler.application.relay import Relay
from shared.messages.codec import encode
from shared.messages.topics import ALERTS, DEAD_LETTERS, DOCUMENTS
from shared.store.crawler import OutboxRow
from tests.chaos.delivery_rig import House, now, story
from tests.chaos.recorded import read_topics
from tests.chaos.tally import Account
from tests.fakes.alerter_ledger import FakeChannel, MemoryWire, Quiet
from tests.integration.classifier_rig import document
from tests.integration.conftest import Kafka
from tests.unit.crawler.fakes import FakeTelemetry

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.fault(24, "a lower outbox id commits later"),
    pytest.mark.timeout(120),
]

WRITERS = 6


def put(connection: Connection, number: int) -> None:
    """A document into the outbox, in a transaction of its own writer."""
    message = document(number)
    row = {"topic": DOCUMENTS.name, "key": message.document_id, "value": encode(message), "created": now()}
    connection.execute(insert(OutboxRow), row)


def test_what_commits_after_higher_numbers_were_sent_is_sent_too(
    kafka: Kafka, engine: Engine, account: Account
) -> None:
    sender = KafkaSender(kafka.servers, "late")
    relay = Relay(SqlOutbox(engine), sender, FakeTelemetry())
    writers = [engine.connect() for _ in range(WRITERS)]
    sent: list[int] = []
    try:
        for number, writer in enumerate(writers):
            put(writer, number)
        for writer in reversed(writers):  # the highest number first
            writer.commit()
            sent.append(relay())
        assert sent == [1] * WRITERS
        assert relay() == 0
    finally:
        for writer in writers:
            writer.close()
        sender.close()
    found = Counter(read_topics(kafka.servers)[DOCUMENTS.name])
    with engine.connect() as connection:
        unsent = connection.execute(text("select count(*) from outbox where sent is null")).scalar_one()
    twice = sum(count - 1 for count in found.values())
    account.counted(went_in=WRITERS, came_out=len(found), lost=WRITERS - len(found), twice=twice)
    assert (len(found), twice, unsent) == (WRITERS, 0, 0)


def test_a_late_end_of_a_delivery_and_a_late_letter_are_told_too(engine: Engine, account: Account) -> None:
    """The alerter's relay: what it tells of stands under numbers given long before the end that it waits for."""
    house = House(engine, {"email": ["a@example.com"]})
    house.take_in(*(story(number) for number in range(3)))
    channel = FakeChannel(["there"] * 3, kind="email")
    assert house.send_due(channel) == 3
    wire = MemoryWire(room=100)
    telling = Telling(SqlLedger(engine, "one"), wire, Quiet())
    letter = text("insert into alerter_dead_letters (key, value, created) values ('k', :value, now())")
    with engine.connect() as late, engine.connect() as early:
        first = late.execute(text("select id from deliveries order by id limit 1 for update")).scalar_one()
        late.execute(letter, {"value": b"late"})
        early.execute(letter, {"value": b"early"})
        early.commit()
        tell(telling)
        assert house.rows("select id from deliveries where announced is null") == [(first,)]
        assert [value for topic, _, value in wire.sent if topic == DEAD_LETTERS.name] == [b"early"]
        late.commit()
        tell(telling)
    told = [value for topic, _, value in wire.sent if topic == ALERTS.name]
    letters = [value for topic, _, value in wire.sent if topic == DEAD_LETTERS.name]
    account.counted(
        went_in=5, came_out=len(set(told)) + len(set(letters)), lost=5 - len(set(told)) - len(set(letters)),
        twice=len(told) + len(letters) - len(set(told)) - len(set(letters)),
    )  # fmt: skip
    assert len(told) == len(set(told)) == 3
    assert letters == [b"early", b"late"]
    house.conserved(account, channel.sent)


def tell(telling: Telling) -> None:
    """Everything that can be told now."""
    while telling.step():
        pass
