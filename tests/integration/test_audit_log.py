"""The audit log on the real PostgreSQL: every act of a person stands in it, and nobody can take it back."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from typer.testing import CliRunner

from services.alerter.__main__ import app
from services.alerter.adapters.approvals import note_approval
from services.alerter.adapters.store import SqlStore
from services.alerter.application.hold_ports import Filed
from services.alerter.domain.schedule import Placed
from shared.reader.settings import ReaderSettings
from shared.store.audit import KEPT_DAYS, AuditEntry, digest, entries, record
from tests.fakes.alerts import alert

pytestmark = pytest.mark.integration

MIGRATION = Path(__file__).parents[2] / "shared" / "store" / "migrations" / "versions" / "0011_audit.py"


def read(engine: Engine) -> list[AuditEntry]:
    with engine.begin() as db:
        return list(entries(db, datetime(2020, 1, 1, tzinfo=UTC)))


def acts(engine: Engine) -> list[tuple[str, str, str]]:
    return [(one.who, one.what, one.subject) for one in read(engine)]


def age(engine: Engine, days: int) -> None:
    """Make every entry so many days old, as its owner alone can: with the triggers off."""
    with engine.begin() as db:
        db.execute(text("alter table audit_log disable trigger user"))
        db.execute(text("update audit_log set at = now() - make_interval(days => :days)"), {"days": days})
        db.execute(text("alter table audit_log enable trigger user"))


def run(database_url: str, *arguments: str) -> str:
    ended = CliRunner().invoke(app, list(arguments), env={"DATABASE_URL": database_url})
    assert ended.exit_code == 0, ended.output
    return ended.output


def hold(engine: Engine, name: str) -> None:
    one = alert(thread_id=name, delivery_key=f"{name}/1/strategy/slack:#a", title=name)
    placed = Placed("held", "quiet hours", datetime.now(UTC) + timedelta(hours=3))
    with SqlStore(engine, "g").begin() as unit:
        assert unit.add_delivery(one, "slack:#a", datetime.now(UTC), Filed(placed, "strategy"))


def test_what_operators_do_is_written_down(engine: Engine, database_url: str) -> None:
    hold(engine, "a")
    hold(engine, "b")
    run(
        database_url,
        "silence",
        "add",
        "--until",
        f"{datetime.now(UTC) + timedelta(days=9):%Y-%m-%dT%H:%M}",
        "--reason",
        "fair",
        "--label",
        "financial_results",
        "--by",
        "li",
    )
    run(database_url, "silence", "end", "1", "--by", "wang")
    run(database_url, "pause", "slack", "--reason", "move", "--by", "li")
    run(database_url, "pause", "slack", "--by", "li")
    run(database_url, "resume", "slack", "--by", "zhao")
    run(database_url, "release", "--id", "1", "--reason", "the board meets", "--by", "li")
    run(database_url, "drop", "--all", "--reason", "old", "--by", "li")
    assert acts(engine) == [
        ("li", "silence.add", "silence 1"),
        ("wang", "silence.end", "silence 1"),
        ("li", "channel.pause", "slack"),
        ("zhao", "channel.resume", "slack"),
        ("li", "held.release", "1"),
        ("li", "held.drop", "all that is held"),
    ]
    made, ended, *_, released, dropped = read(engine)
    assert made.after == ended.before
    assert made.reason == "fair"
    assert (released.reason, released.detail["ids"]) == ("the board meets", [1])
    assert dropped.detail["count"] in (1, 2)


def test_imports_and_exports_of_the_subscriptions_bear_the_digests(
    engine: Engine, database_url: str, config_dir: Path, tmp_path: Path
) -> None:
    file = tmp_path / "mine.yaml"
    first = (config_dir / "subscriptions.yaml").read_text("utf-8")
    for number, content in enumerate((first, first + "# changed\n")):
        file.write_text(content, "utf-8")
        run(database_url, "config", "import", str(file), "--who", f"li {number}", "--config-dir", str(config_dir))
    run(database_url, "config", "export", "--version", "1", "--who", "wang")
    one, two, three = read(engine)
    assert (one.what, one.before, one.after) == ("config.import", None, digest(first))
    assert (two.who, two.before, two.after) == ("li 1", digest(first), digest(first + "# changed\n"))
    assert (three.who, three.what, three.subject, three.after) == (
        "wang", "config.export", "subscriptions 1", digest(first),
    )  # fmt: skip


def test_an_approval_is_noted_once_and_so_is_its_end(engine: Engine) -> None:
    told = {"second_reader_url": "https://models.example/v1", "second_reader_model": "m", "second_reader_region": "sg"}
    for settings in ({}, {**told, "second_reader_approved_by": "Li"}, {**told, "second_reader_approved_by": "Li"}, {}):
        with engine.begin() as db:
            note_approval(db, ReaderSettings(**settings))  # type: ignore[arg-type]  # fields by name
    assert acts(engine) == [
        ("Li", "approval.second_reader", "texts may go to sg"),
        ("the environment", "approval.second_reader", "texts stay in the mainland"),
    ]


def test_the_command_prints_it(engine: Engine, database_url: str) -> None:
    with engine.begin() as db:
        record(db, "li", "silence.add", "silence 7", "two\nlines", after="0" * 64)
        record(db, "wang", "config.export", "subscriptions 1")
    table = run(database_url, "audit", "--since", "1d")
    assert len(table.splitlines()) == 3
    assert re.search(r"li +silence\.add +silence 7 +two lines", table)
    assert [one["who"] for one in json.loads(run(database_url, "audit", "--what", "config", "--json"))] == ["wang"]
    age(engine, 40)
    assert "nothing was done" in run(database_url, "audit")
    assert "silence 7" in run(database_url, "audit", "--since", "60d")


@pytest.mark.parametrize(
    "attempt",
    [
        "update audit_log set who = 'somebody else'",
        "update audit_log set at = now() - interval '1 year'",
        "delete from audit_log",
        "truncate audit_log",
    ],
)
def test_nobody_changes_or_removes_an_entry(engine: Engine, attempt: str) -> None:
    with engine.begin() as db:
        record(db, "li", "silence.add", "silence 1")
    with pytest.raises(DBAPIError, match="only added to"), engine.begin() as db:
        db.execute(text(attempt))
    assert acts(engine) == [("li", "silence.add", "silence 1")]


def test_time_and_role_are_the_databases_own(engine: Engine) -> None:
    with engine.begin() as db:
        db.execute(
            text(
                "insert into audit_log (at, who, role, what, subject, reason, detail)"
                " values ('2001-01-01', 'li', 'another', 'silence.add', '1', '', '{}')"
            )
        )
    (entry,) = read(engine)
    assert abs(entry.at - datetime.now(UTC)) < timedelta(minutes=5)
    assert entry.role == "postgres"


@pytest.mark.parametrize(("days", "left"), [(KEPT_DAYS - 1, 1), (KEPT_DAYS + 1, 0)])
def test_an_entry_goes_after_six_months_and_not_before(engine: Engine, days: int, left: int) -> None:
    with engine.begin() as db:
        record(db, "li", "silence.add", "silence 1")
    age(engine, days)
    try:
        with engine.begin() as db:
            db.execute(text("delete from audit_log"))
    except DBAPIError as error:
        assert "only added to" in str(error)  # noqa: PT017  both ends are expected
    assert len(read(engine)) == left
    assert f"{KEPT_DAYS} days" in MIGRATION.read_text("utf-8")


def test_an_act_that_cannot_be_written_down_does_not_happen(engine: Engine, database_url: str) -> None:
    with engine.begin() as db:
        db.execute(text("alter table audit_log add constraint full_up check (false) not valid"))
    ended = CliRunner().invoke(app, ["pause", "slack", "--by", "li"], env={"DATABASE_URL": database_url})
    assert ended.exit_code != 0
    with engine.begin() as db:
        assert db.execute(text("select count(*) from pauses")).scalar_one() == 0
