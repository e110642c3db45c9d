"""Maintenance prunes and erases with the rights of its own role, in whatever hands the tables are."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, text

from services.maintenance.adapters.erasing import SqlErasure
from services.maintenance.adapters.exports import ExportFiles
from services.maintenance.adapters.rows import SqlRows
from services.maintenance.application.erase import Erase, Order
from services.maintenance.application.prune import prune
from services.maintenance.domain.retention import Retention
from shared.store.engine import make_engine
from tests.integration.crawler_rows import new
from tests.integration.maintenance_rig import age, count, publish, tell
from tests.integration.test_rights_of_a_service import as_role, roles

__all__ = ["roles"]

pytestmark = pytest.mark.integration


def test_it_prunes_and_erases_with_its_own_rights(roles: str, engine: Engine) -> None:
    publish(engine, 1)
    tell(engine, 1)
    age(engine, 800)
    publish(engine, 2)
    tell(engine, 2)
    with engine.begin() as db:
        db.execute(text("insert into audit_log (who, what, subject, reason, detail) values ('w', 'x', 's', '', '{}')"))
    own = make_engine(as_role(roles, "maintenance"))
    rows = SqlRows(own)
    done = prune(rows, rows.order, Retention().cutoffs(datetime.now(UTC)), sleep=lambda _: None)
    assert done.left == {}
    assert done.rows["documents"] == done.rows["deliveries"] == 1
    order = Order(document=new(2).address, who="w", reason="request 7")
    assert Erase(SqlErasure(own), None, ExportFiles(None)).do(order).left == {}
    own.dispose()
    assert [count(engine, table) for table in ("documents", "classifications", "threads")] == [0, 0, 0]
    assert count(engine, "audit_log", "what = 'document.erase'") == 1
