"""The portal as strangers and readers of every role meet it: sessions, keys, every route that the application has."""

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Engine, text

from services.alerter.adapters.subscriptions_versions import SqlVersions
from services.portal.application.account_ports import Edit
from services.portal.domain.accounts import READ, Role, User
from services.portal.web.csrf import SAFE
from services.portal.web.doorman import Doors
from services.portal.web.gate import COOKIE
from services.portal.web.reader import csrf_of
from tests.integration.desk_rig import desk
from tests.integration.portal_accounts_rig import Clock, accounts_of
from tests.integration.portal_desk_rig import FILE
from tests.integration.portal_web_rig import RUMOUR, Client, Site, filled

PASSWORD = "long enough for a test"
BY = Edit("tests")
LOGGED = {"audit_log", "portal_sessions", "portal_keys", "portal_visits"}
"""Tables that a refusal may write: that it was refused, and when somebody was seen."""
FILL = {"document_id": RUMOUR, "thread_id": "tstory"}
"""What stands in the place of a route's parameters; `1` for others."""
NUMBER = "900"
_BELONGINGS = (
    f"insert into desk_requests (id, kind, who, teams, content, base_version)"
    f" values ({NUMBER}, 'check', 'somebody', cast( :teams as jsonb), cast( :content as jsonb), 1)",
    f"insert into silences (id, matcher, until, reason, who, created) values ({NUMBER},"
    " jsonb_build_object('subscription', cast( :team as text)), now() + interval '9 h', 'theirs alone', 'x', now())",
)
_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")


@dataclass(frozen=True, order=True)
class Door:
    """A method and a path, as the application has them."""

    method: str
    path: str

    @property
    def safe(self) -> bool:
        """Whether the method changes nothing."""
        return self.method in SAFE

    @property
    def parameters(self) -> list[str]:
        """What the path names."""
        return _PARAMETER.findall(self.path)

    @property
    def address(self) -> str:
        """The path with its parameters filled in."""
        return self.filled("", "")

    def filled(self, name: str, value: str) -> str:
        """The path with that value for that parameter."""
        return _PARAMETER.sub(lambda found: value if found[1] == name else FILL.get(found[1], "1"), self.path)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def routes_of(routes: Any) -> Iterator[Any]:
    """The routes, those of included routers too."""
    for route in routes:
        inner = getattr(route, "effective_route_contexts", None)
        yield from inner() if callable(inner) else [route]


def doors_of(site: Site) -> list[Door]:
    """Every method of every route; of what is mounted, the methods that it might take."""
    found = set()
    for route in routes_of(site.app.routes):
        methods = getattr(route, "methods", None) or ("GET", "POST", "DELETE")
        found |= {Door(method, str(route.path)) for method in methods if method not in ("HEAD", "OPTIONS")}
    return sorted(found)


class Readers:
    """People of every role, made in the database as the commands make them."""

    def __init__(self, site: Site, engine: Engine) -> None:
        self._site = site
        self._engine = engine
        self._accounts = accounts_of(engine, Clock())

    def user(self, role: Role, *teams: str) -> User:
        """A person; the same one for the same role and teams."""
        name = "-".join((role, *teams))
        found = self._accounts.store.user(name)
        return found or self._accounts.add_user(name, PASSWORD, role, teams, BY)

    def client(self, role: Role, *teams: str) -> Client:
        """Signed in."""
        made = self._site.client(signed_in=False)
        cookie = self._accounts.enter(self.user(role, *teams), "password", "tests")
        made.cookies.set(COOKIE, cookie, domain="portal.test")
        return made

    def key(self, role: Role, *teams: str, scopes: frozenset[str] = frozenset({READ})) -> dict[str, str]:
        """The header of a program."""
        user = self.user(role, *teams)
        return {"Authorization": f"Bearer {self._accounts.new_key(user, 'tests', scopes, None, BY)}"}

    def belongings(self, team: str) -> dict[str, str]:
        """What another team has: subscriptions, a silence, a request. Parameter of routes to what stands there."""
        if not SqlVersions(self._engine).newest():
            SqlVersions(self._engine).add(FILE, "command", "tests", "")
            content = json.dumps({"team": team, "text": FILE, "entry": f"- name: {team}"})
            with self._engine.begin() as db:
                for statement in _BELONGINGS:
                    told = {"team": team, "teams": json.dumps([team]), "content": content}
                    db.execute(text(statement), {name: told[name] for name in told if f":{name} " in statement})
        return {"name": team, "number": NUMBER}

    def answered(self) -> bool:
        """Have the alerter's desk answer a request; whether there was one."""
        return desk(self._engine).step()

    def open_silences(self) -> int:
        """How many are in force."""
        with self._engine.connect() as db:
            return int(db.execute(text("select count(*) from silences where ended is null")).scalar_one())

    def state(self) -> dict[str, str]:
        """All that the database holds, table by table, as sums; without the log of what was refused."""
        with self._engine.connect() as db:
            names = db.execute(text("select tablename from pg_tables where schemaname = 'public' order by 1")).scalars()
            return {name: _sum(db, name) for name in names if name not in LOGGED}


def _sum(db: Any, table: str) -> str:
    rows = db.execute(text(f'select t::text from "{table}" t order by 1')).scalars()  # pg_tables names it
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def token_of(client: Client, cookie: str = COOKIE) -> str:
    """What forms of this client's session carry, or those of the sign-in page."""
    return csrf_of(client.cookies.get(cookie) or "")


def refused(answer: httpx.Response) -> bool:
    """Whether a stranger was turned away: 401, or to the sign-in page of this site."""
    return answer.status_code == 401 or (
        answer.status_code == 303 and answer.headers["location"].split("?")[0] == "/sign-in"
    )


@contextmanager
def portal(engine: Engine, project_root: Path, doors: Doors | None = None) -> Iterator[tuple[Site, Readers]]:
    """The portal over a database with some articles and a story; `doors` other than plain ones."""
    filled(engine)
    site = Site(engine, project_root / "config", doors)
    yield site, Readers(site, engine)
