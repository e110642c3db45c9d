"""Requests of the portal's readers, put and read as the portal does it, and the alerter's desk without its process."""

import json
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from services.alerter.adapters.desk import SqlTray
from services.alerter.application.desk import QUICK, SLOW, Desk
from services.alerter.desk_serving import DeskRules

CONFIG = Path("config")


def ask(engine: Engine, kind: str, content: dict[str, Any], base: int | None = 1, **who: Any) -> int:
    """Put a request in li's name, an admin's unless `teams` are given; its number."""
    told = {"kind": kind, "who": who.get("who", "li"), "content": json.dumps(content), "base": base}
    teams = who.get("teams")
    with engine.begin() as db:
        made = db.execute(
            text(
                "insert into desk_requests (kind, who, teams, content, base_version)"
                " values (:kind, :who, cast(:teams as jsonb), cast(:content as jsonb), :base) returning id"
            ),
            told | {"teams": None if teams is None else json.dumps(teams)},
        )
        return int(made.scalar_one())


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
