"""Every route of the portal, and who may not pass: strangers, readers, programs, other sites, other teams."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.database import Database
from services.portal.domain.accounts import READ
from shared.store.engine import make_engine
from tests.chaos.portal_rig import Door, Readers, doors_of, portal, refused, token_of
from tests.integration.portal_web_rig import Site

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.fault(57, "every route without a reader, role, team or token"),
    pytest.mark.timeout(240),
]

OPEN = {"/sign-in", "/sign-in/oidc", "/sign-in/oidc/back", "/enter", "/static", "/problems/{name}"}
"""What strangers are answered."""
READERS = {
    "GET /", "GET /documents/{document_id}", "GET /threads/{thread_id}", "GET /overview", "GET /companies",
    "GET /companies/{identifier}", "GET /compare", "GET /new", "GET /brief", "GET /brief.md", "GET /brief.pdf",
    "GET /feed.atom", "GET /feed.json",
    "GET /calendar.ics", "GET /api/v1/openapi.json", "GET /api/v1/search", "GET /api/v1/brief",
    "GET /api/v1/overview", "GET /api/v1/changes",
    "GET /api/v1/documents/{document_id}", "GET /api/v1/threads/{thread_id}",
    "GET /mcp", "POST /mcp", "DELETE /mcp", "POST /sign-out",
    "GET /account", "POST /account/sessions/end", "POST /account/keys", "POST /account/keys/revoke",
    "POST /account/password",
    "GET /account/sessions/end", "GET /account/keys", "GET /account/keys/revoke", "GET /account/password",
    "GET /accounts/disable", "GET /accounts/enable", "GET /accounts/sessions/end", "GET /accounts/role",
    "POST /feed-address", "POST /calendar-address",
    "GET /subscriptions", "GET /subscriptions/{name}", "POST /subscriptions/{name}", "GET /asked/{number}",
    "GET /silences", "GET /wrong", "POST /wrong", "GET /corrections",
}  # fmt: skip
"""What every reader may; of subscriptions and requests their own. A GET where forms are sent leads back to a page."""
EDITORS = {
    "GET /export.csv", "GET /export.jsonl", "GET /export.parquet", "GET /new-subscription", "POST /subscriptions",
    "POST /asked/{number}/apply", "POST /silences", "POST /silences/{number}/end",
}  # fmt: skip
"""What takes an editor."""
ADMINS = {
    "GET /subscription-file", "POST /subscription-file", "GET /accounts", "POST /accounts/disable",
    "POST /accounts/enable", "POST /accounts/sessions/end", "POST /accounts/role",
}  # fmt: skip
"""What takes an admin."""
SHARED = {"document_id", "thread_id", "identifier"}
"""Parameters of routes that name what is everybody's; others name what is a team's or a person's."""
ASKS = "POST /silences/{number}/end"
"""Which silence is whose is the alerter's to say."""
WORDS = "医鹿"
"""Stands in every article of the tests."""


@pytest.fixture(scope="module")
def met(local_database: Database, project_root: Path) -> Iterator[tuple[Site, Readers]]:
    engine = make_engine(local_database.create("portal_refusals", template="template"))
    with portal(engine, project_root) as made:
        made[1].belongings("regulation")
        yield made
    engine.dispose()
    local_database.drop("portal_refusals")


@pytest.fixture
def site(met: tuple[Site, Readers]) -> Site:
    return met[0]


@pytest.fixture
def readers(met: tuple[Site, Readers]) -> Readers:
    return met[1]


def guarded(site: Site) -> list[Door]:
    return [door for door in doors_of(site) if door.path not in OPEN]


def test_each_route_has_its_place(site: Site) -> None:
    """A new route fails here until somebody has said who may."""
    known = READERS | EDITORS | ADMINS
    assert len(known) == len(READERS) + len(EDITORS) + len(ADMINS)
    there = {str(door) for door in guarded(site)}
    assert (there - known, known - there) == (set(), set())


def test_strangers_are_turned_away_from_every_route(site: Site, readers: Readers) -> None:
    before = readers.state()
    passed = []
    for door in guarded(site):
        stranger = site.client(signed_in=False)
        for headers in ({}, {"Authorization": "Bearer luming_guessed"}, {"Cookie": "portal_session=" + "x" * 43}):
            answer = stranger.ask(door.method, door.address, headers=headers)
            if not refused(answer) or WORDS in answer.text:
                passed.append((str(door), headers, answer.status_code))
    assert passed == []
    assert readers.state() == before


def test_what_is_open_shows_no_article_and_changes_nothing(site: Site, readers: Readers) -> None:
    before = readers.state()
    for door in doors_of(site):
        if door.path in OPEN:
            answer = site.client(signed_in=False).ask(door.method, door.address)
            assert answer.status_code < 500, str(door)
            assert WORDS not in answer.text, str(door)
    assert readers.state() == before


def test_no_other_site_makes_an_admin_change_anything(site: Site, readers: Readers) -> None:
    admin, other = readers.client("admin"), token_of(readers.client("admin"))
    token = token_of(admin)
    forgeries: tuple[tuple[dict[str, str], dict[str, str]], ...] = (
        ({}, {}),
        ({"csrf": ""}, {}),
        ({"csrf": other}, {}),
        ({"csrf": token}, {"Origin": "https://evil.example"}),
        ({"csrf": token}, {"Origin": "null"}),
        ({"csrf": token}, {"Sec-Fetch-Site": "cross-site"}),
        ({}, {"X-CSRF-Token": other}),
    )
    before, passed = readers.state(), []
    for door in doors_of(site):
        for form, headers in forgeries if not door.safe and door.path != "/static" else ():
            answer = admin.ask(door.method, door.address, data=form, headers=headers)
            if answer.status_code not in (403, 405):
                passed.append((str(door), form, headers, answer.status_code))
    assert passed == []
    assert readers.state() == before
    assert admin.get("/").status_code == 200, "and the session goes on"


def test_a_role_may_do_what_it_may_and_no_more(site: Site, readers: Readers) -> None:
    reader, editor = readers.client("reader", "strategy"), readers.client("editor", "strategy")
    before, passed = readers.state(), []
    for door in guarded(site):
        for client, beyond in ((reader, EDITORS | ADMINS), (editor, ADMINS)):
            if str(door) in beyond:
                answer = client.ask(door.method, door.address, data={"csrf": token_of(client)})
                if answer.status_code != 403:
                    passed.append((str(door), answer.status_code))
    assert passed == []
    assert readers.state() == before


def test_a_key_that_may_read_changes_nothing_and_takes_nothing_out(site: Site, readers: Readers) -> None:
    key = readers.key("admin", scopes=frozenset({READ}))
    program = site.client(signed_in=False)
    before = readers.state()
    for door in guarded(site):
        if not door.safe and door.path != "/mcp":
            assert program.ask(door.method, door.address, headers=key).status_code in (403, 405), str(door)
        if door.path.startswith("/export"):
            assert program.ask(door.method, door.address, headers=key).status_code == 403, str(door)
    assert program.get("/api/v1/search", headers=key).status_code == 200
    assert readers.state() == before


def test_what_is_another_teams_is_not_there(site: Site, readers: Readers) -> None:
    """Every route that names something of a team or a person, asked by an editor of another team."""
    own, mine = readers.belongings("regulation"), readers.client("editor", "strategy")
    before = readers.state()
    seen = {name for door in guarded(site) for name in door.parameters} - SHARED
    assert seen == set(own)
    for door in guarded(site):
        for name in (set(door.parameters) - SHARED) if str(door) != ASKS else ():
            answer = mine.ask(door.method, door.filled(name, own[name]), data={"csrf": token_of(mine)})
            assert answer.status_code == 404, (str(door), answer.status_code)
    assert readers.state() == before


def test_a_silence_of_another_team_is_not_ended_by_asking(site: Site, readers: Readers) -> None:
    """The portal asks in the editor's name and with the editor's teams; the alerter refuses."""
    number = readers.belongings("regulation")["number"]
    mine = readers.client("editor", "strategy")
    asked = mine.ask("POST", f"/silences/{number}/end", data={"csrf": token_of(mine)})
    assert asked.status_code == 303
    while readers.answered():
        assert readers.open_silences() == 1
    assert "theirs alone" not in mine.get(asked.headers["location"]).text


def test_pages_of_many_show_none_of_another_team(site: Site, readers: Readers) -> None:
    readers.belongings("regulation")
    mine = readers.client("editor", "strategy")
    for path in ("/subscriptions", "/silences", "/silences?over=1", "/new-subscription?copy=regulation", "/account"):
        page = mine.get(path)
        assert page.status_code == 200, path
        assert "regulatory_event" not in page.text, path
        assert "theirs alone" not in page.text, path
    assert "regulatory_event" in readers.client("admin").get("/subscriptions/regulation").text
