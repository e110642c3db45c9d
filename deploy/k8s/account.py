"""What became of the newsstand's pages on a cluster, by its database: for acceptance.sh.

    DATABASE_URL=… python -m deploy.k8s.account --start 2026-11-22T08:00:00+00:00 [--stretch 30] [--within 600]

waits until every page is accounted for and nothing waits to be sent, prints the same figures as `make demo`'s summary
and ends with 0 only where all came as the table says. What was delivered is read off the ledger: a receiver beside a
pod that was drained took its copies with it.
"""

import argparse
import json
import sys
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from deploy.local.accounting import account
from deploy.local.expectation import from_table
from deploy.local.latency import ways
from deploy.local.ledger import Ledger, read_ledger
from deploy.local.newsstand.table import Table, load_table, stretched
from deploy.local.receivers.record import Received
from deploy.local.summary import as_figures, as_lines
from shared.runtime.secrets import secrets_of_this_process
from shared.runtime.settings import load_settings
from shared.store.engine import make_engine
from shared.store.migrate import MigrateSettings

PORTS = {"rss": 20001, "atom": 20002, "listing": 20003, "sitemap": 20004, "api": 20005}
"""As overlays/acceptance gives them to the newsstand."""
PAUSE = 2.0
"""Seconds between two looks."""
SETTLE = 10.0
"""Seconds at rest before the account is closed: what is told twice would come in them."""


def delivered(ledger: Ledger) -> list[Received]:
    """What the ledger says was told, as a receiver would have written it down."""
    urls = {(one.document_id, one.revision): one.url for one in ledger.classified}
    return [
        Received(
            received=one.delivered or one.decided,
            delivery_key=one.key,
            channel=one.channel,
            urls=(urls.get((one.document_id, one.revision), ""),),
        )
        for one in ledger.told
        if one.state == "delivered"
    ]


def closed(
    ledger: Ledger, table: Table, start: datetime, ports: Mapping[str, int]
) -> tuple[bool, dict[str, Any], list[str]]:
    """Whether all is as expected, the figures, and the lines that say it."""
    addresses = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
    expected, received = from_table(table, addresses, start), delivered(ledger)
    found = account(expected, ledger, (), received)
    times = ways(ledger, received, {one.document: one.page.released for one in found.pages if one.document})
    return found.good, as_figures(found, times), list(as_lines(found, times, judged=True))


def wait(engine: Engine, table: Table, start: datetime, within: timedelta, ports: Mapping[str, int]) -> Ledger:
    """The ledger when it has been at rest for a while, or as it is when the time is over."""
    deadline = time.monotonic() + within.total_seconds()
    ledger, rest_since = Ledger(), time.monotonic()
    while time.monotonic() < deadline and time.monotonic() - rest_since < SETTLE:
        try:
            ledger = read_ledger(engine, start - timedelta(minutes=5))
            _, figures, _ = closed(ledger, table, start, ports)
            resting = ledger.at_rest and figures["accounted"] == figures["pages"]
        except DBAPIError:  # a failover: look again
            resting = False
        if not resting:
            rest_since = time.monotonic()
        time.sleep(PAUSE)
    return ledger


def main() -> int:
    """Wait, print, and give the exit code."""
    options = argparse.ArgumentParser()
    options.add_argument("--start", type=datetime.fromisoformat, required=True, help="when the releases began")
    options.add_argument("--within", type=float, default=600.0, help="seconds after which it gives up")
    options.add_argument("--stretch", type=float, default=1.0, help="the newsstand's own --stretch")
    options.add_argument("--ports", type=json.loads, default=PORTS, help="the outlets' ports, as JSON")
    told = options.parse_args()
    table = stretched(load_table(), told.stretch)
    secrets_of_this_process()
    engine = make_engine(load_settings(MigrateSettings).database_url)
    try:
        ledger = wait(engine, table, told.start, timedelta(seconds=told.within), told.ports)
    finally:
        engine.dispose()
    good, figures, lines = closed(ledger, table, told.start, told.ports)
    print("\n".join(lines))
    print(json.dumps(figures))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
