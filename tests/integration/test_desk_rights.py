"""What readers ask of an alerter is done with the rights that they have when it is done, not when they asked."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from deploy.local.database import Database
from services.alerter.adapters.subscriptions_versions import SqlVersions
from services.portal.domain.accounts import Role
from shared.store.engine import make_engine
from tests.integration.desk_rig import answer_of, ask, desk, now_is
from tests.integration.history_rig import THEN
from tests.integration.portal_desk_rig import FILE, DeskSite

pytestmark = pytest.mark.integration

SOON = (datetime.now(UTC) + timedelta(hours=3)).isoformat()
OWN = THEN.replace("importance: 3", "importance: 4")
BOTH = OWN.replace("families: [regulatory_event]", "families: [strategic_move]")
SILENCE = {"subscription": "strategy", "entity": "ant_group", "until": SOON, "timezone": "UTC", "reason": "known"}


@pytest.fixture
def one(engine: Engine) -> Engine:
    SqlVersions(engine).add(THEN, "command", "test", "")
    return engine


def answered(engine: Engine, number: int) -> tuple[str, dict[str, Any]]:
    assert desk(engine).step()
    found = answer_of(engine, number)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("now", "teams", "said"),
    [
        ("editor", ("regulation",), "li may not change strategy"),
        ("editor", (), "li may not change strategy"),
        ("reader", ("strategy",), "li may not change anything any more"),
        (None, ("strategy",), "li may not come in any more"),
    ],
)
def test_rights_that_are_gone_put_nothing_in_force(
    one: Engine, now: str | None, teams: tuple[str, ...], said: str
) -> None:
    number = ask(one, "apply", {"text": OWN}, teams=["strategy"])
    now_is(one, now, *teams)
    state, told = answered(one, number)
    assert (state, told["wrong"]) == ("refused", said)
    assert SqlVersions(one).newest() == 1
    number = ask(one, "silence_add", SILENCE, teams=["strategy"])
    now_is(one, now, *teams)
    assert answered(one, number)[0] == "refused"
    with one.connect() as db:
        assert db.execute(text("select count(*) from silences")).scalar_one() == 0


def test_an_admin_of_yesterday_edits_the_own_teams_alone(one: Engine) -> None:
    number = ask(one, "apply", {"text": BOTH})
    now_is(one, "editor", "strategy")
    assert answered(one, number)[1]["wrong"] == "li may not change regulation"
    number = ask(one, "apply", {"text": OWN})
    now_is(one, "editor", "strategy")
    assert answered(one, number)[0] == "done"


def test_rights_that_came_later_do_not_widen_what_was_asked(one: Engine) -> None:
    number = ask(one, "apply", {"text": BOTH}, teams=["strategy"])
    now_is(one, "editor", "strategy", "regulation")
    assert answered(one, number)[1]["wrong"] == "li may not change regulation"


def test_a_silence_of_a_team_that_is_left_is_not_ended(one: Engine) -> None:
    made = answered(one, ask(one, "silence_add", SILENCE, teams=["strategy"]))[1]["silence"]
    number = ask(one, "silence_end", {"silence": made}, teams=["strategy"])
    now_is(one, "editor", "regulation")
    assert answered(one, number)[0] == "refused"


def test_a_request_of_nobody_is_refused(one: Engine) -> None:
    number = ask(one, "apply", {"text": OWN})
    with one.begin() as db:
        db.execute(text("update desk_requests set asker = null"))
    assert answered(one, number)[1]["wrong"] == "li may not come in any more"


@pytest.fixture
def site(local_database: Database, project_root: Path) -> Iterator[DeskSite]:
    engine = make_engine(local_database.create("desk_rights", template="template"))
    SqlVersions(engine).add(FILE, "command", "test", "")
    yield DeskSite(engine, project_root / "config")
    engine.dispose()
    local_database.drop("desk_rights")


@pytest.mark.parametrize(("role", "teams"), [("editor", ("peers",)), ("reader", ("strategy",)), ("editor", ())])
def test_a_preview_of_before_gives_no_permission(site: DeskSite, role: Role, teams: tuple[str, ...]) -> None:
    ed = site.of("ed")
    with site.alerters():
        asked = ed.post("/subscriptions/strategy", how="off", base="1")
        page = site.followed(ed, asked)
        assert "Put in force" in page.text
    place = asked.headers["location"]
    with site.engine.begin() as db:
        changed = text("update portal_users set role = :role, teams = :teams where name = 'ed'")
        db.execute(changed, {"role": role, "teams": list(teams)})
    seen = "strategy" in teams
    assert ed.get(place).status_code == (200 if seen else 404)
    assert ("strategy" in ed.get("/subscriptions/strategy?again=" + place.rpartition("/")[2]).text) is seen
    with site.alerters():
        refused = ed.post(place + "/apply", reason="I may no more")
        assert refused.status_code == (403 if role == "reader" else 404)
    assert SqlVersions(site.engine).newest() == 1


def test_another_user_of_that_name_is_somebody_else(site: DeskSite) -> None:
    ed = site.of("ed")
    place = ed.post("/subscriptions/strategy", how="off", base="1").headers["location"]
    with site.engine.begin() as db:
        db.execute(text("update desk_requests set asker = 'an-earlier-ed'"))
    assert ed.get(place).status_code == 404
    assert site.of("ada").get(place).status_code == 200
