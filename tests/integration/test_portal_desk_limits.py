"""Nobody keeps the alerter busy for all: previews of a reader are counted, and those that wait are few."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.database import Database
from services.alerter.adapters.subscriptions_versions import SqlVersions
from services.portal.web.desk_asking import WAITING
from shared.store.engine import make_engine
from tests.integration.portal_desk_rig import FILE, DeskSite

pytestmark = pytest.mark.integration

EDIT = {"how": "off", "base": "1"}


@pytest.fixture
def site(local_database: Database, project_root: Path) -> Iterator[DeskSite]:
    engine = make_engine(local_database.create("portal_desk_limits", template="template"))
    SqlVersions(engine).add(FILE, "command", "test", "")
    yield DeskSite(engine, project_root / "config", f"{WAITING + 2}/hour")
    engine.dispose()
    local_database.drop("portal_desk_limits")


def test_of_a_readers_previews_few_wait_and_so_many_an_hour_are_made(site: DeskSite) -> None:
    rea, ed = site.of("rea"), site.of("ed")
    placed = [rea.post("/subscriptions/strategy", **EDIT) for _ in range(WAITING)]
    assert {one.status_code for one in placed} == {303}
    refused = rea.post("/subscriptions/strategy?lang=zh", **EDIT)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "30")
    assert "你已有 10 个请求在等预警器答复" in refused.text
    assert ed.post("/subscriptions/strategy", **EDIT).status_code == 303, "others are not held up"
    silence = ed.post("/silences", subscription="strategy", entity="ant_group", until="2099-01-01T00:00", reason="x")
    assert silence.status_code == 303
    with site.alerters():
        for one in placed:
            site.followed(rea, one)
    for _ in range(2):
        assert rea.post("/subscriptions/strategy", **EDIT).status_code == 303, "answered ones wait no more"
    refused = rea.post("/subscriptions/strategy?lang=en", **EDIT)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 3_600
    assert "Too many requests" in refused.text
    assert ed.post("/subscriptions/strategy", **EDIT).status_code == 303
