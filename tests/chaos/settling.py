"""What comes after each fault: the healed system empties its queues, and all equations are checked."""

import time

from kafka.errors import KafkaError
from sqlalchemy.exc import OperationalError

from shared.errors import LumingError
from shared.messages.topics import CLASSIFIED, DOCUMENTS
from tests.chaos.equations import Verdict, check
from tests.chaos.recorded import committed_offsets, ends, record
from tests.chaos.system import EMPTY_WITHIN, System
from tests.chaos.tally import Account

OPEN_SENDS = 5
"""Targets of the subscriptions: one send to each may be on the wire when an alerter is killed or a connection cut."""
WAITING = """
    select (select count(*) from outbox where sent is null),
           (select count(*) from deliveries where due is not null or state in ('due', 'sending')),
           (select count(*) from deliveries where delivered is not null and announced is null),
           (select count(*) from alerter_dead_letters where sent is null),
           (select count(distinct (address, revision)) from crawl_decisions
            where outcome not in ('retry', 'unchanged'))"""


def waiting(system: System) -> dict[str, int]:
    """How much waits in each queue; only what is not empty.

    Kafka is asked when the database's queues are empty, and the database once more when Kafka's are: what was taken in
    between the two questions stands in neither answer.
    """
    found = _in_the_database(system)
    if not found:
        behind = {
            "documents": _behind(system, "classifier", DOCUMENTS.name),
            "classified": _behind(system, "alerter", CLASSIFIED.name),
        }
        found = {name: count for name, count in behind.items() if count}
    return found or _in_the_database(system)


def _in_the_database(system: System) -> dict[str, int]:
    try:
        outbox, due, unannounced, letters, decided = system.rows(WAITING)[0]
    except OperationalError:
        return {"database": 1}  # it is on its way back
    pages = len(system.newsstand.out) + len(system.newsstand.corrected)
    found = {
        "pages": pages - decided, "outbox": outbox, "deliveries": due,
        "announcements": unannounced, "dead letters": letters,
    }  # fmt: skip
    return {name: count for name, count in found.items() if count}


def _behind(system: System, service: str, topic: str) -> int:
    try:
        commits = committed_offsets(system.servers, system.group_of(service))
        return sum(end - max(first, commits.get(tp, 0)) for tp, (first, end) in ends(system.servers, topic).items())
    except (LumingError, KafkaError):
        return -1  # a broker that does not answer yet: nothing is known to be empty


def drain(system: System) -> float:
    """Wait until nothing waits anywhere; seconds that it took."""
    began, left = time.monotonic(), waiting(system)

    def empty() -> bool:
        nonlocal left
        system.revive()
        left = waiting(system)
        return not left

    try:
        system.until(empty, EMPTY_WITHIN, "all queues empty")
    except AssertionError as error:
        raise AssertionError(f"{left} wait: {error}") from None
    return time.monotonic() - began


def settle(system: System, account: Account) -> Verdict:
    """Drain, read everything, check every equation."""
    drain(system)
    verdict = check(record(system, OPEN_SENDS * system.killed))
    account.counted(
        went_in=verdict.expected, came_out=verdict.received, lost=verdict.lost, twice=verdict.twice,
        twice_on_the_wire=verdict.twice_on_the_wire,
    )  # fmt: skip
    assert verdict.holds, "\n".join((f"lost {verdict.lost}, twice {verdict.twice}", *verdict.broken[:20]))
    return verdict
