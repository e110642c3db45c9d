"""Requests of the portal's readers, put and read as the portal does it, and the alerter's desk without its process."""

import json
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from services.alerter.adapters.desk import SqlTray
from services.alerter.application.desk import QUICK, SLOW, Desk
from services.alerter.desk_serving import DeskRules

CONFIG = Path("config")
_USER = text(
    "insert into portal_users (id, name, role, teams, created) values (:id, :name, :role, :teams, now())"
    " on conflict (id) do update set role = excluded.role, teams = excluded.teams, disabled = null"
)
_ASK = text(
    "insert into desk_requests (kind, who, asker, teams, content, base_version)"
    " values (:kind, :who, :asker, cast(:teams as jsonb), cast(:content as jsonb), :base) returning id"
)


def ask(engine: Engine, kind: str, content: dict[str, Any], base: int | None = 1, **who: Any) -> int:
    """Put a request in li's name, an admin's unless `teams` are given, then an editor's of these; its number."""
    name, teams = who.get("who", "li"), who.get("teams")
    told = {"kind": kind, "who": name, "content": json.dumps(content), "base": base, "asker": f"id-{name}"}
    with engine.begin() as db:
        rights = {"id": f"id-{name}", "name": name, "role": "admin" if teams is None else "editor"}
        db.execute(_USER, rights | {"teams": teams or []})
        return int(db.execute(_ASK, told | {"teams": None if teams is None else json.dumps(teams)}).scalar_one())


def now_is(engine: Engine, role: str | None, *teams: str, who: str = "li") -> None:
    """Somebody says what that user may from now on; None: not come in."""
    with engine.begin() as db:
        rights = {"id": f"id-{who}", "name": who, "role": role or "admin", "teams": list(teams)}
        db.execute(_USER, rights)
        if role is None:
            db.execute(text("update portal_users set disabled = now() where id = :id"), rights)


def answer_of(engine: Engine, request: int) -> tuple[str, dict[str, Any]] | None:
    """State and content; None while nobody has answered."""
    asked = text("select state, content from desk_answers where request = :request and answered is not null")
    with engine.connect() as db:
        row = db.execute(asked, {"request": request}).first()
    return None if row is None else (row.state, row.content)


def desk(engine: Engine, identity: str = "alerter-1", config: Path = CONFIG) -> Desk:
    """A desk that answers everything."""
    rules = DeskRules(engine, config / "none.yaml", config)
    return Desk(SqlTray(engine, identity), rules, (*QUICK, *SLOW))


def asked(engine: Engine, kind: str, content: dict[str, Any], base: int | None = 1, **who: Any) -> Any:
    """State and content of the answer that a desk gives at once."""
    number = ask(engine, kind, content, base, **who)
    assert desk(engine).step()
    return answer_of(engine, number)
