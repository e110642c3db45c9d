"""The whole system and nobody who hurts it; the checker's own test: what is dropped, doubled or altered is found."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.chaos.equations import check
from tests.chaos.recorded import Recorded, record
from tests.chaos.settling import settle
from tests.chaos.system import SERVICES, system
from tests.chaos.tally import Account
from tests.integration.conftest import Kafka

pytestmark = pytest.mark.chaos


def test_undisturbed_nothing_is_broken_and_each_change_of_a_record_is_found(
    kafka: Kafka, database_url: str, engine: Engine, tmp_path: Path, account: Account
) -> None:
    with system(kafka.servers, database_url, engine, tmp_path) as whole:
        whole.start_all()
        whole.newsstand.release(16)
        verdict = settle(whole, account)
        assert verdict.expected == verdict.received > 40
        recorded = record(whole, 0)
    assert {one.name for one in recorded.holdings} == set(SERVICES)
    silent = [name for name, changed in changes(recorded).items() if check(changed).holds]
    assert silent == [], "the equations do not notice these"


def changes(good: Recorded) -> dict[str, Recorded]:
    """Copies of what was recorded, each with one record dropped, doubled or altered."""
    ledger = good.ledger
    made = {
        "a received message dropped": replace(good, received=good.received[1:]),
        "a received message doubled": replace(good, received=(*good.received, good.received[0])),
        "a received message with another key": replace(
            good, received=(good.received[0].model_copy(update={"delivery_key": "x/1/y/console"}), *good.received[1:])
        ),
        "a received message dropped beside a stranger's permanent row": replace(
            good,
            received=good.received[1:],
            ledger=ledger.model_copy(update={"told": (*ledger.told, ledger.told[0].model_copy(
                update={"key": "x/1/y/console", "document_id": "stranger", "state": "permanent"}))}),
        ),
        "an access dropped": replace(good, served={path: n for path, n in good.served.items() if path != "/a/0.html"}),
        "an access to a stranger": replace(good, served={**good.served, "/admin": 1}),
        "a lease left": replace(good, leases=("page x",)),
        "a membership in another's thread": replace(
            good, memberships=dict.fromkeys(good.memberships, next(iter(good.memberships.values())))
        ),
        "a route's match without delivery": replace(
            good, matches={key: (*routes, "nobody") for key, routes in good.matches.items()}
        ),
        "a position behind": replace(
            good, positions=tuple(replace(one, database=0, committed=0) for one in good.positions)
        ),
        "a commit ahead of the database": replace(
            good, positions=tuple(replace(one, committed=one.end + 1) for one in good.positions)
        ),
        "a commit ahead of the alerter's alone": replace(
            good,
            positions=tuple(replace(one, committed=one.end + (one.database is not None)) for one in good.positions),
        ),
        "a damaged page": replace(good, damages=("pg_basebackup: checksum error occurred",)),
        "a connection in use": replace(good, transactions=("client backend, idle in transaction for 9 s: select 1",)),
        "sockets left open": replace(
            good, holdings=tuple(replace(one, sockets=one.sockets_at_start + 40) for one in good.holdings)
        ),
        "memory that grows": replace(
            good, holdings=tuple(replace(one, megabytes=(100, 100, 110, 120, 130, 140, 150)) for one in good.holdings)
        ),
        "an event read otherwise": replace(
            good, events=dict.fromkeys(good.events, ("leadership", "denied"))
        ),
    }  # fmt: skip
    for name in ("revisions", "outbox", "documents", "classified", "alerts", "classifications"):
        rows = getattr(good, name)
        made[f"{name}: one dropped"] = _with(good, name, rows[1:])
    for name in ("revisions", "outbox"):
        rows = getattr(good, name)
        made[f"{name}: one doubled"] = _with(good, name, (*rows, rows[0]))
        made[f"{name}: one altered"] = _with(good, name, (replace(rows[0], revision=7), *rows[1:]))
    for name in ("documents", "classified"):
        rows = getattr(good, name)
        altered = rows[0].model_copy(update={"revision": 7})
        made[f"{name}: one altered"] = _with(good, name, (altered, *rows[1:]))
    retold = good.documents[0].model_copy(update={"title": "another text"})
    made["documents: one doubled with another text"] = replace(good, documents=(*good.documents, retold))
    for name in ("looks", "classified", "told"):
        rows = getattr(ledger, name)
        made[f"ledger.{name}: one dropped"] = replace(good, ledger=ledger.model_copy(update={name: rows[1:]}))
    for name in ("looks", "told"):
        rows = getattr(ledger, name)
        made[f"ledger.{name}: one doubled"] = replace(good, ledger=ledger.model_copy(update={name: (*rows, rows[0])}))
    for state in ("unknown", "sending", "due"):
        row = ledger.told[0].model_copy(update={"state": state})
        made[f"a delivery {state}"] = replace(good, ledger=ledger.model_copy(update={"told": (row, *ledger.told[1:])}))
    row = ledger.told[0]
    sick: dict[str, Any] = {
        "suppressed without a reason": {"state": "suppressed", "reason": ""},
        "delivered before it was decided": {"decided": row.decided + timedelta(days=1)},
    }
    for name, told in sick.items():
        rest = (row.model_copy(update=told), *ledger.told[1:])
        kept = tuple(one for one in good.received if one.delivery_key != row.key) if "state" in told else good.received
        alerts = tuple(one for one in good.alerts if one.delivery_key != row.key) if "state" in told else good.alerts
        made[f"a delivery {name}"] = replace(
            good, ledger=ledger.model_copy(update={"told": rest}), received=kept, alerts=alerts
        )
    first = ledger.classified[0]
    late = first.times.model_copy(update={"first_seen": first.times.first_seen + timedelta(days=1)})
    moved = (first.model_copy(update={"times": late}), *ledger.classified[1:])
    made["a station before the one it follows"] = replace(good, ledger=ledger.model_copy(update={"classified": moved}))
    looks = tuple(one.model_copy(update={"reason": ""}) for one in ledger.looks)
    made["decisions without a reason"] = replace(good, ledger=ledger.model_copy(update={"looks": looks}))
    for count in ("unsent", "undelivered", "unannounced"):
        made[f"one {count}"] = replace(good, ledger=ledger.model_copy(update={count: 1}))
    return made


def _with(good: Recorded, name: str, rows: tuple[object, ...]) -> Recorded:
    changed: dict[str, Any] = {name: rows}
    return replace(good, **changed)
