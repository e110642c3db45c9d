"""No exit of the portal shows more of an article than the rights in its source allow, and a test walks them all."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.database import Database
from shared.rights import QUOTES, SUMMARY
from shared.store.engine import make_engine
from tests.integration.portal_desk_rig import desk_filled
from tests.integration.portal_web_rig import EXCERPT, LINKED, RUMOUR, Client, Site, filled

pytestmark = pytest.mark.integration

EXITS = {
    "/": ("/", "/?q=医鹿", "/?q=医院&sort=newest", "/?q=双方没有公布"),
    "/documents/{document_id}": tuple(f"/documents/{each}?q=医鹿" for each in (LINKED, EXCERPT)),
    "/companies": ("/companies",),
    "/companies/{identifier}": ("/companies/alibaba_health",),
    "/compare": ("/compare", "/compare?a=alibaba_health&b=jd_health&label=partnership"),
    "/new": ("/new", "/new?since=30d"),
    "/overview": ("/overview", "/overview?by=label&of=documents"),
    "/threads/{thread_id}": ("/threads/tlimited",),
    "/feed.atom": ("/feed.atom", "/feed.atom?q=医鹿"),
    "/feed.json": ("/feed.json", "/feed.json?q=医鹿"),
    "/calendar.ics": ("/calendar.ics", "/calendar.ics?entity=alibaba_health"),
    "/export.csv": ("/export.csv?q=医鹿&text=true", "/export.csv?q=医鹿&text=true&rows=event"),
    "/export.jsonl": ("/export.jsonl?text=true", "/export.jsonl?text=true&rows=event"),
    "/export.parquet": ("/export.parquet?text=true",),
    "/api/v1/changes": ("/api/v1/changes", "/api/v1/changes?since=30d"),
    "/api/v1/overview": ("/api/v1/overview", "/api/v1/overview?by=label&weeks=52"),
    "/api/v1/search": ("/api/v1/search?limit=100", "/api/v1/search?q=医鹿"),
    "/api/v1/documents/{document_id}": tuple(f"/api/v1/documents/{each}" for each in (LINKED, EXCERPT)),
    "/api/v1/threads/{thread_id}": ("/api/v1/threads/tlimited",),
    "/brief": ("/brief?q=医鹿", "/brief?q=医鹿怎么样？&lang=en", "/brief?q=医院"),
    "/brief.md": ("/brief.md?q=医鹿", "/brief.md?q=双方没有公布"),
    "/brief.pdf": ("/brief.pdf?q=医鹿",),  # test_portal_brief_web.py reads what stands in it
    "/api/v1/brief": ("/api/v1/brief?q=医鹿", "/api/v1/brief?q=医院&lang=en"),
    "/wrong": tuple(f"/wrong?document={each}&event=0" for each in (LINKED, EXCERPT)),
    "/corrections": ("/corrections",),
    "/asked/{number}": ("/asked/1",),
    "/silences": ("/silences", "/silences?over=1"),
    "/subscriptions": ("/subscriptions",),
    "/subscriptions/{name}": ("/subscriptions/all",),
    "/new-subscription": ("/new-subscription",),
    "/subscription-file": ("/subscription-file",),
}
"""Every route that may show words of an article, and what is asked of it."""
NO_TEXT = {"/sign-in", "/enter", "/sign-out", "/api/v1/openapi.json", "/static",
           "/problems/{name}", "/feed-address", "/calendar-address",
           "/mcp",  # test_portal_mcp.py looks at what its tools show
           "/account", "/account/sessions/end", "/account/password", "/account/keys", "/account/keys/revoke",
           "/accounts",
           "/accounts/disable", "/accounts/enable", "/accounts/sessions/end", "/accounts/role",
           "/asked/{number}/apply", "/silences/{number}/end"}  # fmt: skip
BODY = re.compile(r"(仅链接|摘录)第\d")


@pytest.fixture(scope="module")
def site(local_database: Database, project_root: Path) -> Iterator[Site]:
    engine = make_engine(local_database.create("portal_web_rights", template="template"))
    filled(engine)
    with engine.begin() as db:
        db.exec_driver_sql(
            "insert into threads (thread_id, opened, latest, title, fact_version, state, keys, changes)"
            " values ('tlimited', now(), now(), 'limited', 1, '{}', '[]', 1)"
        )
        desk_filled(db)
        for document in (LINKED, EXCERPT):
            db.exec_driver_sql(
                "insert into thread_documents (document_id, thread_id, revision, joined, fact_version, reason)"
                f" values ('{document}', 'tlimited', 1, now(), 1, 'test')"
            )
    yield Site(engine, project_root / "config")
    engine.dispose()
    local_database.drop("portal_web_rights")


@pytest.fixture
def client(site: Site) -> Client:
    return site.client()


def words_of(text: str, prefix: str) -> int:
    """Characters of that article's body: runs that begin with its own words, up to the end of the paragraph."""
    found = re.findall(rf"{prefix}第\d+段。[一-鿿，。]*", re.sub(r"</?(mark|bdi)[^>]*>", "", text))
    return sum(len(each) for each in set(found))


def test_every_route_is_walked_or_shows_no_text(site: Site) -> None:
    routes = {str(getattr(route, "path", "")) for route in _all(site.app.routes)}
    assert routes == set(EXITS) | NO_TEXT


def _all(routes: object) -> list[object]:
    """The routes, those of included routers too."""
    found: list[object] = []
    for route in routes:  # type: ignore[attr-defined]  # routes of any kind
        inner = getattr(route, "effective_route_contexts", None)
        found += list(inner()) if callable(inner) else [route]
    return found


@pytest.mark.parametrize("path", [path for paths in EXITS.values() for path in paths])
def test_of_a_linked_article_no_word_and_of_an_excerpt_no_more_than_the_numbers(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert "仅链接第" not in answer.text
    assert words_of(answer.text, "摘录") <= QUOTES + SUMMARY


def test_the_walk_sees_what_it_looks_for(client: Client) -> None:
    """A page of an article that may be shown in full holds all of it, and of an excerpt something is shown."""
    assert words_of(client.get(f"/documents/{RUMOUR}").text, "传闻") > QUOTES + SUMMARY
    page = client.get(f"/documents/{EXCERPT}?lang=en").text
    assert BODY.search(page)
    assert "excerpts only" in page
    assert "Paragraph 8 is not shown" in page
    assert "title and link only" in client.get(f"/documents/{LINKED}?lang=en").text
