"""What Kafka remembers is lost or comes again: offsets, records and topics deleted, topics made anew, all replayed."""

import os
import random
import subprocess
import sys

import pytest

from deploy.local.paths import ROOT
from shared.messages import DocumentClassified
from shared.messages.codec import decode
from shared.messages.topics import CLASSIFIED, DOCUMENTS, TOPICS
from shared.runtime.kafka import admin_client, ensure_topics, make_producer
from tests.chaos.forms import FULL
from tests.chaos.living import empty_topics, living
from tests.chaos.recorded import TAKEN_IN, committed_offsets, ends, keep_topics, read_topics
from tests.chaos.settling import drain, settle, waiting
from tests.chaos.system import System
from tests.chaos.tally import Account

__all__ = ["living"]
pytestmark = [pytest.mark.chaos, pytest.mark.timeout(3600 if FULL else 400)]
STATE = """
    select md5(coalesce(string_agg(x, '|' order by x), '')) from (
        select 'd' || thread_id || fact_version || subscription || channel || state || attempts || delivered
          from deliveries
        union all select 't' || thread_id || fact_version || changes || state::text from threads
        union all select 'a' || document_id || revision || outcome || reason from alert_decisions
        union all select 'c' || document_id || revision || received from classifications) as rows (x)"""
"""One hash of all that the alerter decided, when it decided it included."""


@pytest.mark.fault(15, "group offsets deleted")
def test_without_offsets_it_goes_on_at_the_databases_position(living: System, account: Account) -> None:
    living.newsstand.release(8)
    settle(living, account)
    before = living.rows(STATE)
    groups = [living.group_of(name) for name in ("classifier", "alerter")]
    for name in ("classifier", "alerter"):
        living.stop(name)
    with admin_client(living.servers) as admin:
        # A member with a lasting name stays until its session has run out.
        living.until(lambda: not any(one["members"] for one in admin.describe_groups(groups).values()), 60, "all left")
        admin.delete_groups(groups)
    assert not any(committed_offsets(living.servers, group) for group in groups)
    for name in ("alerter", "classifier"):
        living.start_all([name])
    drain(living)
    assert living.rows(STATE) == before, "what the classifier read again changes nothing"
    living.newsstand.release(4)
    settle(living, account)


@pytest.mark.fault(17, "topics replayed and shuffled")
def test_a_shuffled_replay_changes_nothing(living: System, dice: random.Random, account: Account) -> None:
    living.newsstand.release(4)
    settle(living, account)
    before = living.rows(STATE)
    producer = make_producer(living.servers, "replay")
    for name, values in read_topics(living.servers).items():
        if name in {DOCUMENTS.name, CLASSIFIED.name}:
            for value in dice.sample(values, len(values)):
                producer.send(name, key=dice.randbytes(8), value=value)  # another key: partitions change, too
    producer.flush()
    producer.close()
    settle(living, account)
    assert living.rows(STATE) == before


@pytest.mark.fault(17, "topics replayed and shuffled")
def test_a_correction_that_comes_before_what_it_corrects_tells_once(living: System, account: Account) -> None:
    living.newsstand.release(2)
    settle(living, account)
    taken_in = {(row[0], row[1]) for row in living.rows(TAKEN_IN)}
    living.stop("alerter")
    story = next(one for one in living.newsstand.release(3) if one.kind == "told")
    wait_until_classified(living)
    living.newsstand.correct(story)
    wait_until_classified(living)
    found = {value: decode(DocumentClassified, value) for value in read_topics(living.servers)[CLASSIFIED.name]}
    unread = [value for value, one in found.items() if (one.document_id, one.revision) not in taken_in]
    keep_topics(living)
    empty_topics(living.servers)
    producer = make_producer(living.servers, "replay")
    for value in sorted(unread, key=lambda value: -found[value].revision):
        producer.send(CLASSIFIED.name, key=b"one", value=value)
    producer.flush()
    producer.close()
    living.start_all(["alerter"])
    settle(living, account)
    said = living.rows("select reason from alert_decisions where outcome = 'joined'")
    assert said == [("revision 2 came before it",)]


@pytest.mark.fault(16, "records deleted, topic made anew")
@pytest.mark.parametrize("way", ["deleted", "made anew"])
def test_what_was_deleted_before_it_was_read_is_an_alarm_and_comes_again(
    living: System, account: Account, way: str
) -> None:
    living.newsstand.release(2)
    settle(living, account)  # the alerter has read in both partitions
    living.stop("alerter")
    living.newsstand.release(6)
    wait_until_classified(living)
    keep_topics(living)
    if way == "deleted":
        empty_topics(living.servers)
    else:
        made_anew(living)
    living.start_all(["alerter"])
    said = "deleted before they were read" if way == "deleted" else "it was made anew"
    living.until(lambda: said in living.lives["alerter"].log.read_text("utf-8"), 60, "the alarm")
    refill(living)
    living.newsstand.release(3)
    settle(living, account)


def wait_until_classified(living: System) -> None:
    """All that is out was fetched, sent and classified."""
    living.until(lambda: not [name for name in waiting(living) if name in {"pages", "outbox"}], 60, "all sent")
    living.until(lambda: classified(living), 60, "all classified")


def classified(living: System) -> bool:
    """The classifier has committed all that the crawler sent."""
    commits = committed_offsets(living.servers, living.group_of("classifier"))
    return all(commits.get(tp, first) >= end for tp, (first, end) in ends(living.servers, DOCUMENTS.name).items())


def made_anew(living: System) -> None:
    """Delete all topics and make them again, while crawler and classifier go on."""
    with admin_client(living.servers) as admin:
        admin.delete_topics([topic.name for topic in TOPICS])
        living.until(lambda: not set(admin.list_topics()) & {topic.name for topic in TOPICS}, 60, "the topics are gone")
    ensure_topics(living.servers, TOPICS, replication=1, partitions=living.partitions)


def refill(living: System) -> None:
    """What an operator does after that alarm."""
    told = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "DATABASE_URL": living.url}
    command = [sys.executable, "-m", "services.crawler", "refill"]
    ended = subprocess.run(command, env=told, check=True, capture_output=True, text=True, timeout=60)
    assert "documents are to be sent again" in ended.stdout
    assert not ended.stdout.startswith("0 ")
