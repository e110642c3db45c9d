"""What one run left behind, read from all that recorded it: the input of the equations."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from kafka import KafkaConsumer, TopicPartition
from kafka.structs import OffsetAndMetadata

from deploy.local.accounting import ExpectedPage
from deploy.local.ledger import Ledger, read_ledger
from deploy.local.receivers.record import Received
from shared.messages import AlertDelivered, DeadLetter, DocumentClassified, DocumentFound
from shared.messages.classified import Status
from shared.messages.codec import decode
from shared.messages.topics import ALERTS, CLASSIFIED, DEAD_LETTERS, DOCUMENTS
from shared.runtime.kafka import admin_client
from shared.runtime.lag import topic_bounds
from tests.chaos.holdings import Holding, transactions
from tests.chaos.soundness import damages
from tests.chaos.system import System

Revision = tuple[str, int]
"""document_id and revision."""


@dataclass(frozen=True)
class Stored:
    """A row of `documents` or `outbox`."""

    document_id: str
    revision: int
    duplicate_of: str | None = None


@dataclass(frozen=True)
class Position:
    """Where a group stands in one partition: the database's next offset (None: Kafka's alone), the commit, the end."""

    topic: str
    partition: int
    first: int
    end: int
    database: int | None
    committed: int | None


@dataclass(frozen=True)
class Recorded:
    """All of it. Topics as they were read, doubles too."""

    pages: tuple[ExpectedPage, ...]
    """What the newsstand's table expects."""
    served: Mapping[str, int]
    """How often each page was asked for, by path."""
    ledger: Ledger
    revisions: tuple[Stored, ...]
    outbox: tuple[Stored, ...]
    documents: tuple[DocumentFound, ...]
    classified: tuple[DocumentClassified, ...]
    letters: tuple[DeadLetter, ...]
    alerts: tuple[AlertDelivered, ...]
    matches: Mapping[Revision, tuple[str, ...]]
    """Routes that wanted a revision that was told."""
    received: tuple[Received, ...]
    positions: tuple[Position, ...]
    leases: tuple[str, ...]
    """Leases that nobody renews any more."""
    events: Mapping[str, tuple[str, Status]]
    """What each page that is to be told tells, by address: label and status."""
    most_unknown: int = 0
    """Sends that may have been open when something was cut or killed."""
    classifications: tuple[Revision, ...] = ()
    """What the alerter took in."""
    memberships: Mapping[str, str] = field(default_factory=dict)
    """document_id → thread_id."""
    damages: tuple[str, ...] = ()
    """What PostgreSQL's own checks say of its files."""
    holdings: tuple[Holding, ...] = ()
    """Of each process that lives."""
    brokers: int = 1
    """Of the Kafka cluster."""
    transactions: tuple[str, ...] = ()
    """Connections that are in use although nothing waits."""


def record(system: System, most_unknown: int) -> Recorded:
    """Read everything that the run left behind; its queues are empty by now."""
    with system.engine.connect() as connection:
        in_use = transactions(connection)
    topics = {name: [*system.kept.get(name, ()), *values] for name, values in read_topics(system.servers).items()}
    return Recorded(
        pages=system.newsstand.expected(),
        served=system.newsstand.served(),
        ledger=read_ledger(system.engine, datetime(2000, 1, 1, tzinfo=UTC)),
        revisions=_stored(system, "select document_id, revision, duplicate_of from documents"),
        outbox=_stored(system, OUTBOX),
        documents=tuple(decode(DocumentFound, value) for value in topics[DOCUMENTS.name]),
        classified=tuple(decode(DocumentClassified, value) for value in topics[CLASSIFIED.name]),
        letters=tuple(decode(DeadLetter, value) for value in topics[DEAD_LETTERS.name]),
        alerts=tuple(decode(AlertDelivered, value) for value in topics[ALERTS.name]),
        matches=_matches(system),
        received=tuple(system.receivers.received()),
        positions=tuple(_positions(system)),
        leases=tuple(str(row[0]) for row in system.rows(LEASES)),
        events=system.newsstand.events(),
        most_unknown=most_unknown,
        classifications=tuple((row[0], row[1]) for row in system.rows(TAKEN_IN)),
        memberships={row[0]: row[1] for row in system.rows("select document_id, thread_id from thread_documents")},
        damages=damages(system.engine),
        holdings=tuple(life.holding() for life in system.lives.values() if life.alive),
        brokers=len(system.servers.split(",")),
        transactions=in_use,
    )


OUTBOX = """
    select convert_from(value, 'UTF8')::json->>'document_id', (convert_from(value, 'UTF8')::json->>'revision')::int
    from outbox"""
TAKEN_IN = "select document_id, revision from classifications"
MATCHES = (
    "select document_id, revision, detail->'subscriptions' from alert_decisions where outcome in ('alerted', 'updated')"
)
LEASES = """
    select 'page ' || address from listed_pages where lease_until < now() - interval '5 seconds'
    union all select 'source ' || name from sources where lease_until < now() - interval '5 seconds'
    union all select 'delivery ' || id from deliveries where lease_by is not null"""
"""A living crawler holds its sources now and then; nobody holds what ran out, and no delivery once none is due."""


def _stored(system: System, query: str) -> tuple[Stored, ...]:
    return tuple(Stored(*row) for row in system.rows(query))


def _matches(system: System) -> dict[Revision, tuple[str, ...]]:
    return {(row[0], row[1]): tuple(row[2] or ()) for row in system.rows(MATCHES)}


def _positions(system: System) -> Iterable[Position]:
    known = {
        (row[0], row[1]): int(row[2])
        for row in system.rows(
            "select topic, partition, next_offset from consumer_positions where consumer_group = :group",
            group=system.group_of("alerter"),
        )
    }
    for service, topic in (("classifier", DOCUMENTS.name), ("alerter", CLASSIFIED.name)):
        commits = committed_offsets(system.servers, system.group_of(service))
        for tp, (first, end) in ends(system.servers, topic).items():
            committed = commits.get(tp)
            database = known.get((topic, tp.partition)) if service == "alerter" else None
            yield Position(topic, tp.partition, first, end, database, committed)


def committed_offsets(servers: str, group: str) -> dict[TopicPartition, int]:
    """What the group committed to Kafka, partition by partition."""
    with admin_client(servers) as admin:
        told: Mapping[TopicPartition, OffsetAndMetadata] = admin.list_group_offsets({group: None}).get(group, {})
    return {tp: at.offset for tp, at in told.items() if at.offset >= 0}


def ends(servers: str, topic: str) -> dict[TopicPartition, tuple[int, int]]:
    """First offset and end of each partition."""
    with admin_client(servers) as admin:
        first, end = topic_bounds(admin, topic)
    return {TopicPartition(topic, one): (first[one], end[one]) for one in end}


def read_topics(servers: str) -> dict[str, list[bytes]]:
    """The values of all messages of all topics that hold data, doubles too."""
    names = (DOCUMENTS.name, CLASSIFIED.name, ALERTS.name, DEAD_LETTERS.name)
    found: dict[str, list[bytes]] = {name: [] for name in names}
    consumer = KafkaConsumer(bootstrap_servers=servers.split(","), enable_auto_commit=False)
    try:
        last = {tp: end for name in names for tp, (_, end) in ends(servers, name).items()}
        places = list(last)
        consumer.assign(places)
        consumer.seek_to_beginning(*places)
        while any(consumer.position(tp) < last[tp] for tp in places):
            for tp, records in consumer.poll(timeout_ms=200).items():
                found[tp.topic] += [one.value for one in records]
    finally:
        consumer.close()
    return found


def keep_topics(system: System) -> None:
    """Remember what stands in the topics: it is about to be deleted, and was sent all the same."""
    for name, values in read_topics(system.servers).items():
        system.kept.setdefault(name, []).extend(values)


def letter_of(letter: DeadLetter) -> Revision | None:
    """The revision that a dead letter is about, as far as its bytes tell."""
    try:
        plain = json.loads(letter.value or b"")
        return str(plain["document_id"]), int(plain["revision"])
    except (ValueError, KeyError, TypeError):
        return None


def doubled(keys: Iterable[object]) -> list[object]:
    """What comes more than once."""
    return [key for key, count in Counter(keys).items() if count > 1]
