"""Connections that are asked whether they live only after a rest."""

import time

import psycopg
import pytest
from sqlalchemy import Engine, text

from services.alerter.adapters.database import statement
from shared.errors import TransientError
from shared.store.engine import make_engine

pytestmark = pytest.mark.integration

_ENDED = (
    "select pg_terminate_backend(pid) from pg_stat_activity"
    " where pid <> pg_backend_pid() and datname = current_database()"
)


def _end_all(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as other:
        other.execute(_ENDED)


def _asked(engine: Engine) -> int:
    with statement(engine) as db:
        return int(db.execute(text("select 1")).scalar_one())


def _pings(engine: Engine) -> list[float]:
    seen: list[float] = []
    real = engine.dialect.do_ping

    def counted(raw: object) -> bool:
        seen.append(time.monotonic())
        return real(raw)  # type: ignore[arg-type]  # handed on as it came

    engine.dialect.do_ping = counted  # type: ignore[method-assign, assignment]  # the test counts what goes over the wire
    return seen


def test_a_dead_connection_is_replaced_unseen_after_a_rest_and_seen_once_before(database_url: str) -> None:
    rested = make_engine(database_url, 0.2)
    try:
        assert _asked(rested) == 1
        _end_all(database_url)
        time.sleep(0.3)
        assert _asked(rested) == 1
        _end_all(database_url)
        with pytest.raises(TransientError):
            _asked(rested)
        assert _asked(rested) == 1
    finally:
        rested.dispose()


def test_who_lends_all_the_time_is_not_asked_each_time(database_url: str) -> None:
    rested = make_engine(database_url, 60.0)
    try:
        seen = _pings(rested)
        for _ in range(20):
            _asked(rested)
        assert len(seen) <= 1
    finally:
        rested.dispose()
    always = make_engine(database_url)
    try:
        seen = _pings(always)
        for _ in range(20):
            _asked(always)
        assert len(seen) >= 19
    finally:
        always.dispose()
