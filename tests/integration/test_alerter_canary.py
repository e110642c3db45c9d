"""The canary on the real PostgreSQL: to its channel once, and into nothing that people see or count."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import Engine, text

from services.alerter.adapters.canary import last_canary
from services.alerter.adapters.ledger import SqlLedger
from services.alerter.adapters.self_metrics import SelfMetrics
from services.alerter.adapters.store import SqlStore
from services.alerter.adapters.weights import load_weights
from services.alerter.application.canary import CanaryFirst
from services.alerter.application.ports import Incoming
from services.alerter.application.take_in import TakeIn
from services.alerter.domain.likeness import Likeness
from services.alerter.explaining import explain
from services.alerter.looking_back import current_rules
from services.alerter.recalling import measuring
from services.alerter.self_watching import canary_target
from services.crawler.adapters.queue import SqlQueue
from shared.errors import ConfigError
from shared.messages import DocumentClassified
from shared.messages.codec import encode
from tests.fakes.classified import classified, event
from tests.unit.crawler.fakes import again_in

pytestmark = pytest.mark.integration

CHANNEL = "console"
NOW = datetime.now(UTC).replace(microsecond=0)
EVENT = event("mergers_acquisitions", "completed", "alibaba_health", quote="阿里健康没有发布任何消息")
"""As if the model had read an event out of it, of the gravest kind."""


def canary(name: str = "hour-1", **more: Any) -> DocumentClassified:
    found: dict[str, Any] = {"source": "canary", "role": "recall", "importance": 5, **more}
    return classified(name, "鹿鸣自检：阿里健康没有任何消息", EVENT, published=NOW, seen=NOW, **found)


class Rig:
    def __init__(self, engine: Engine, channel: str) -> None:
        self._offset = 0
        rules = current_rules(engine, Path("config/subscriptions.yaml"), Path("config"))
        store = SqlStore(engine, "test")
        others = TakeIn(store, lambda: rules.index, Likeness(load_weights()), {}, lambda: NOW)
        self.first = CanaryFirst(others, store, channel, lambda: NOW)

    def take(self, document: DocumentClassified) -> str | None:
        outcome = self.first(Incoming("classified", 0, self._offset, b"key", encode(document)))
        self._offset += 1
        return outcome.outcome


def count(engine: Engine, table: str, where: str = "true") -> int:
    with engine.begin() as db:
        return int(db.execute(text(f"select count(*) from {table} where {where}")).scalar_one())


def test_a_canary_is_told_once_to_its_channel_alone(engine: Engine) -> None:
    rig = Rig(engine, CHANNEL)
    assert rig.take(canary()) == "canary"
    assert rig.take(canary(revision=2)) == "canary"
    with engine.begin() as db:
        rows = db.execute(text("select channel, kind, subscription, team, state from deliveries")).all()
    assert [tuple(row) for row in rows] == [(CHANNEL, "canary", "canary", "canary", "due")]
    assert {table: count(engine, table) for table in ("classifications", "threads", "thread_documents")} == {
        "classifications": 0,
        "threads": 0,
        "thread_documents": 0,
    }
    assert count(engine, "alert_decisions", "outcome = 'canary'") == 2


def test_its_age_is_shown_from_the_moment_it_arrived(engine: Engine) -> None:
    rig, registry = Rig(engine, CHANNEL), CollectorRegistry()
    metrics = SelfMetrics(registry)
    rig.take(canary())
    metrics.canary(last_canary(engine))
    none = registry.get_sample_value("luming_canary_last_delivered_timestamp_seconds")
    assert none != none, "NaN"
    ledger = SqlLedger(engine, "me")
    leased = ledger.lease("console").leased
    assert leased is not None
    ledger.handing_over(leased)
    ledger.delivered(leased, "ref")
    metrics.canary(last_canary(engine))
    shown = registry.get_sample_value("luming_canary_last_delivered_timestamp_seconds")
    assert shown == pytest.approx(datetime.now(UTC).timestamp(), abs=120)
    assert ledger.announce(10, lambda several: len(several)) == 0, "the alerts topic tells of people's alerts alone"


def test_explain_says_how_far_it_came(engine: Engine, database_url: str) -> None:
    rig, document = Rig(engine, CHANNEL), canary()
    looked = (
        "insert into crawl_decisions (address, source, outcome, reason, document_id, revision, first_seen, at)"
        " values (:address, 'canary', 'published', 'new', :document, 1, now(), now())"
    )
    with engine.begin() as db:
        db.execute(text(looked), {"address": document.url, "document": document.document_id})
    rig.take(document)

    def last() -> str:
        config = Path("config")
        told = explain(database_url, document.url, config / "subscriptions.yaml", config, ZoneInfo("UTC"))
        return told.splitlines()[-1].strip()

    assert last().startswith("waits: at console since")
    with engine.begin() as db:
        db.execute(text("update deliveries set state = 'permanent', due = null, reason = 'no_service'"))
    assert last() == "ended: it never arrived at console: no_service"
    with engine.begin() as db:
        db.execute(text("update deliveries set state = 'delivered', delivered = now()"))
    assert last().startswith("ended: arrived at console at 20")


def test_without_a_channel_it_ends_with_that_reason(engine: Engine) -> None:
    assert Rig(engine, "").take(canary()) == "canary"
    assert count(engine, "deliveries") == 0
    assert count(engine, "alert_decisions", "reason = 'no CANARY_CHANNEL is set'") == 1


def test_an_alerter_that_does_not_know_it_tells_nobody(engine: Engine) -> None:
    rules = current_rules(engine, Path("config/subscriptions.yaml"), Path("config"))
    step = TakeIn(SqlStore(engine, "test"), lambda: rules.index, Likeness(load_weights()), {}, lambda: NOW)
    assert step(Incoming("classified", 0, 0, b"key", encode(canary()))).outcome == "suppressed"
    assert count(engine, "deliveries") == 0


def test_what_only_names_it_goes_the_usual_way(engine: Engine) -> None:
    rig = Rig(engine, CHANNEL)
    assert rig.take(canary("a", source="cls", role="alert", lead='a "canary" in the mine')) != "canary"
    assert rig.take(canary("b", role="alert")) != "canary", "a source of that name that may alert is none"
    assert rig.first(Incoming("classified", 0, 9, b"key", b'{"source":"canary"')).outcome == "failed"


def test_its_headlines_are_none_of_the_index(engine: Engine) -> None:
    queue = SqlQueue(engine, recall=["canary"])
    queue.enrol(["canary"])
    [source] = queue.lease_sources(["canary"], 1)
    queue.polled(source, [], {}, again_in(0))
    [source] = queue.lease_sources(["canary"], 1)
    queue.poll_failed(source, "status 503", 0)
    assert count(engine, "recall_polls") == 0


@pytest.mark.parametrize(
    ("channel", "wrong"),
    [("pigeon:x", "no channel is called pigeon"), ("slack", "slack|target|channel"), ("console", "tells people over")],
)
def test_a_channel_that_is_none_or_that_people_read_is_refused(channel: str, wrong: str) -> None:
    with pytest.raises(ConfigError, match=wrong):
        canary_target(channel, {"console"})
    assert canary_target("", {"console"}) == set()
    assert canary_target("slack:#luming-canary", {"slack:#strategy"}) == {"slack:#luming-canary"}


def test_one_that_never_comes_is_missed_from_the_moment_it_was_waited_for(engine: Engine) -> None:
    registry, since = CollectorRegistry(), datetime(2026, 11, 1, tzinfo=UTC)
    root = Path(__file__).resolve().parents[2] / "config"
    measuring(engine, root / "subscriptions.yaml", root, registry, since).step(lambda: None)
    assert registry.get_sample_value("luming_canary_last_delivered_timestamp_seconds") == since.timestamp()
