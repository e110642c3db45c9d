"""Nobody takes a narrow subscription for one of everything: what the form does not edit is shown all the same."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.database import Database
from services.alerter.adapters.subscriptions_versions import SqlVersions
from shared.store.engine import make_engine
from tests.integration.portal_desk_rig import FILE, DeskSite

pytestmark = pytest.mark.integration

ALL = """
  - name: all
    channels: {console: true}
  - name: worded
    when: {words: [医鹿]}
    channels: {console: true}
"""


@pytest.fixture(scope="module")
def site(local_database: Database, project_root: Path) -> Iterator[DeskSite]:
    engine = make_engine(local_database.create("portal_desk_conditions", template="template"))
    SqlVersions(engine).add(FILE + ALL, "command", "test", "")
    yield DeskSite(engine, project_root / "config")
    engine.dispose()
    local_database.drop("portal_desk_conditions")


def test_the_list_says_every_event_only_where_it_is_so(site: DeskSite) -> None:
    cards = site.of("ada").get("/subscriptions?lang=en").text.split('<li class="card')[1:]
    assert ["every event" in card for card in cards] == [False, False, True, False]
    assert "families: [regulatory_event]" in cards[1]
    assert "医鹿" in cards[3]


def test_the_form_shows_them_and_again_when_it_was_refused(site: DeskSite) -> None:
    ada = site.of("ada")
    assert "families: [regulatory_event]" in ada.get("/subscriptions/regulation").text
    refused = ada.post("/subscriptions/regulation", how="form", base="1", importance="9", channels="console")
    assert refused.status_code == 422
    assert "families: [regulatory_event]" in refused.text.split('name="how" value="text"')[0]
    assert "edited as text only" not in ada.get("/subscriptions/strategy?lang=en").text
