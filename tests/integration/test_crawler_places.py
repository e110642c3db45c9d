"""Places at hosts in the database: renewed while a request goes on, and free soon after its crawler died."""

import asyncio
import subprocess
import sys
import time

import pytest
from sqlalchemy import Engine, text

from services.crawler.adapters import hosts as shared
from services.crawler.adapters.hosts import SharedHosts
from services.crawler.application.ports import NotItsTurn

pytestmark = [pytest.mark.integration, pytest.mark.timeout(60)]

HOST = "www.example.com"


def test_a_slow_request_keeps_its_place_while_its_crawler_lives(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared, "LOST", 1.5)
    monkeypatch.setattr(shared, "RENEW", 0.3)
    monkeypatch.setattr(shared, "PATIENCE", 2.5)

    async def run() -> None:
        slow, other = SharedHosts(engine), SharedHosts(engine)
        turns = [await slow.take(HOST, 0.01) for _ in range(2)]
        with pytest.raises(NotItsTurn, match="2 requests are under way"):
            await other.take(HOST, 0.01)
        for turn in turns:
            await slow.done(turn, None)
        await other.take(HOST, 0.01)

    asyncio.run(run())


HANGS = """
import asyncio, sys
from services.crawler.adapters.hosts import SharedHosts
from shared.store.engine import make_engine

async def run():
    hosts = SharedHosts(make_engine(sys.argv[1]))
    for _ in range(2):
        await hosts.take("www.example.com", 0.01)
    print("under way", flush=True)
    await asyncio.sleep(600)

asyncio.run(run())
"""


def test_a_killed_crawler_blocks_no_host_for_longer_than_its_leases(database_url: str, engine: Engine) -> None:
    with subprocess.Popen([sys.executable, "-c", HANGS, database_url], stdout=subprocess.PIPE) as crawler:
        assert crawler.stdout is not None
        assert crawler.stdout.readline() == b"under way\n"
        time.sleep(8.0)  # long enough to be renewed
        crawler.kill()

    async def run() -> None:
        alive, killed = SharedHosts(engine), time.monotonic()
        await alive.take(HOST, 0.01)
        assert 5 < time.monotonic() - killed < 25

    asyncio.run(run())


def test_hosts_that_nobody_asks_any_more_are_forgotten(engine: Engine) -> None:
    insert = text(
        "insert into hosts (host, next_turn, under_way, reason, refusals, doubt, open_until) values "
        "(:host, now() - make_interval(days => :days), jsonb_build_object('x', 1), '', 1, '', "
        "now() + make_interval(days => :open))"
    )
    with engine.begin() as connection:
        for host, days, closed in (("long", 8, -8), ("lately", 1, -1), ("closed", 8, 1), ("never", 8, None)):
            connection.execute(insert, {"host": host, "days": days, "open": closed})
    asyncio.run(SharedHosts(engine).take(HOST, 1.0))
    with engine.connect() as connection:
        left = set(connection.execute(text("select host from hosts")).scalars())
    assert left == {"lately", "closed", HOST}
