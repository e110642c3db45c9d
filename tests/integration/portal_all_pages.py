"""Every page of the portal as browsers open it: each route that answers HTML has an address here, or a test fails."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from deploy.local.database import Database
from services.portal.web.gate import COOKIE
from shared.store.engine import make_engine
from tests.integration.portal_desk_rig import DeskSite, desk_filled
from tests.integration.portal_web_rig import LINKED, RUMOUR, filled

PAGES = {
    "search-empty": "/",
    "search": "/?q=医鹿",
    "search-english": "/?q=医鹿&lang=en",
    "search-nothing": "/?q=量子计算机",
    "search-wrong": "/?q=label:partnershp",
    "document": f"/documents/{RUMOUR}?q=医鹿",
    "document-linked": f"/documents/{LINKED}",
    "thread": "/threads/tstory",
    "overview": "/overview",
    "companies": "/companies",
    "company": "/companies/alibaba_health",
    "compare-empty": "/compare",
    "compare": "/compare?a=alibaba_health&b=jd_health",
    "new": "/new?since=30d",
    "brief-empty": "/brief",
    "brief": "/brief?q=医鹿",
    "subscriptions": "/subscriptions",
    "subscription": "/subscriptions/all",
    "subscription-new": "/new-subscription",
    "subscription-file": "/subscription-file",
    "asked": "/asked/1",
    "silences": "/silences?over=1",
    "wrong": f"/wrong?document={RUMOUR}&event=0",
    "corrections": "/corrections",
    "account": "/account",
    "accounts": "/accounts",
    "problem": "/problems/query",
    "not-there": "/nothing/here",
}
"""Name to address."""
STRANGERS = {"sign-in": "/sign-in?next=/overview", "link-used": "/enter?token=used"}
"""What those see who are not signed in."""
NO_PAGES = {
    "/static", "/mcp", "/feed.atom", "/feed.json", "/export.csv", "/export.jsonl", "/export.parquet", "/brief.md",
    "/brief.pdf", "/feed-address", "/calendar.ics", "/calendar-address", "/sign-in/oidc", "/sign-in/oidc/back",
}  # fmt: skip
"""Routes that answer files, feeds and redirects; those of the API are none either."""


def page_routes(site: DeskSite) -> set[str]:
    """The templates of all routes that a browser opens as a page."""
    found = set()
    for route in site.app.routes:
        inner: Any = getattr(route, "effective_route_contexts", None)
        for one in inner() if callable(inner) else [route]:
            path = str(getattr(one, "path", ""))
            if "GET" in (getattr(one, "methods", None) or ()) and not path.startswith("/api/") and path not in NO_PAGES:
                found.add(path)
    return found


@contextmanager
def all_pages(database: Database, name: str, config_root: Path) -> Iterator[DeskSite]:
    """The portal with articles, a story, subscriptions, requests, corrections and users."""
    engine = make_engine(database.create(name, template="template"))
    filled(engine)
    with engine.begin() as db:
        desk_filled(db)
    yield DeskSite(engine, config_root / "config")
    engine.dispose()
    database.drop(name)


def cookie_of(site: DeskSite, user: str = "ada") -> str:
    """The session of a user, to be put into a real browser."""
    return str(site.of(user).cookies[COOKIE])
