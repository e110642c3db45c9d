"""Putting maintenance together: the one place that names concrete classes."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Engine

from services.maintenance.adapters.erasing import SqlErasure
from services.maintenance.adapters.exports import ExportFiles
from services.maintenance.adapters.letters import KafkaLetters
from services.maintenance.adapters.rows import SqlRows
from services.maintenance.application.erase import Done, Erase, Order, Plan
from services.maintenance.application.ports import Amount
from services.maintenance.application.prune import Pruned, preview, prune
from services.maintenance.settings import MaintenanceSettings
from shared.store.engine import make_engine, migrate


@contextmanager
def _engine(settings: MaintenanceSettings) -> Iterator[Engine]:
    """An engine on a database of the newest schema. Raises SQLAlchemyError when it is away."""
    engine = make_engine(settings.database_url)
    try:
        migrate(engine)
        yield engine
    finally:
        engine.dispose()


def overdue(settings: MaintenanceSettings, now: datetime) -> Sequence[Amount]:
    """What `prune --yes` would delete. Raises TransientError while the database is away."""
    with _engine(settings) as engine:
        return preview(SqlRows(engine), settings.retention.cutoffs(now))


def delete(settings: MaintenanceSettings, now: datetime) -> Pruned:
    """Delete what is past its time, and what came back of erased documents. Raises TransientError as `overdue`."""
    with _engine(settings) as engine:
        swept = _erase(settings, engine).sweep()
        rows = SqlRows(engine)
        done = prune(rows, rows.order, settings.retention.cutoffs(now))
    done.rows.update({f"{place}, erased before": count for place, count in swept.items()})
    return done


def plan(settings: MaintenanceSettings, order: Order) -> Plan:
    """What erasing would take. Raises TransientError while database or broker is away."""
    with _engine(settings) as engine:
        return _erase(settings, engine).plan(order)


def erase(settings: MaintenanceSettings, order: Order) -> Done:
    """Erase it. Raises TransientError while database or broker is away; it may be run again."""
    with _engine(settings) as engine:
        return _erase(settings, engine).do(order)


def _erase(settings: MaintenanceSettings, engine: Engine) -> Erase:
    letters = KafkaLetters(settings.kafka) if settings.kafka_bootstrap_servers else None
    return Erase(SqlErasure(engine), letters, ExportFiles(settings.exports_dir))
