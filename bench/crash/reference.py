"""What an undisturbed alerter would have told: the same documents, a database of its own, and nobody who kills it.

All its channels are paused: it decides and sends nothing. Its ledger is what is expected.
"""

import time
from collections.abc import Callable
from dataclasses import replace

from bench.alerting.world import World, end
from bench.crash.lives import PATIENCE, Broken, taken_in
from shared.store.engine import make_engine, migrate

_PAUSED = "insert into pauses (channel, who, reason, since) values ('', 'bench', 'nothing is to be sent', now())"


def expected(world: World, documents: int, told: Callable[[int], None]) -> frozenset[str]:
    """Delivery keys of all `documents` on the topic; `told` hears how many are decided.

    Raises Broken when the reference gets no further.
    """
    url = world.database.create("reference")
    engine = make_engine(url)
    try:
        migrate(engine)
        with engine.begin() as connection:
            connection.exec_driver_sql(_PAUSED)
        other = replace(world, url=url, engine=engine, processes=[])
        process = other.start(CONSUMER_GROUP="reference", CONSUMER_INSTANCE="reference")
        try:
            last, since = -1, time.monotonic()
            while (done := taken_in(other)) < documents:
                told(done)
                if done != last:
                    last, since = done, time.monotonic()
                if process.poll() is not None or time.monotonic() - since > PATIENCE:
                    raise Broken(f"the reference decided {done} of {documents} documents and does no more")
                time.sleep(0.1)
        finally:
            end(process)
        return other.keys()
    finally:
        engine.dispose()
