"""Commands that look at the database say in words what is wrong with it or with what was asked, and how to mend it."""

from collections.abc import Callable, Iterator

import click
import pytest
import typer
from sqlalchemy import Engine
from typer.testing import CliRunner

from deploy.local.database import Database
from services.alerter.__main__ import app as alerter
from services.crawler.__main__ import EXIT_UNREACHED
from services.crawler.__main__ import app as crawler
from services.portal.__main__ import app as portal
from shared.errors import EXIT_CONFIG, ConfigError
from shared.store.engine import make_engine

pytestmark = pytest.mark.integration

AWAY = "postgresql://nobody@127.0.0.1:1/none"
WRONG = ["hello", "postgresql://a:hush@host:abc/x", "mysql://a:hush@host/x", "postgresql://a:hush@host:99999/x", "://"]
PORTAL = [["user", "list"], ["user", "disable", "maya"], ["key", "list"], ["search", "医鹿"], ["brief", "医鹿"]]
LOOKING = [["audit"], ["recall", "--day", "2026-11-02"]]


def said(app: typer.Typer, *arguments: str) -> tuple[int, str]:
    """Exit code and what stands on standard error; a trace is no answer."""
    ended = CliRunner().invoke(app, list(arguments))
    assert ended.exception is None or isinstance(ended.exception, SystemExit | click.exceptions.Exit), ended.exc_info
    return ended.exit_code, ended.stderr


@pytest.fixture
def bare(local_database: Database) -> Iterator[Callable[[], str]]:
    """A database without tables."""
    name = "without_tables"
    yield lambda: local_database.create(name)
    local_database.drop(name)


@pytest.mark.parametrize("command", LOOKING)
def test_an_unknown_timezone(command: list[str]) -> None:
    code, told = said(alerter, *command, "--timezone", "Asia/Shanghia", "--database-url", AWAY)
    assert code == EXIT_CONFIG
    assert "--timezone: no timezone is called Asia/Shanghia" in told
    assert "mend: did you mean Asia/Shanghai?" in told


def test_a_day_that_is_none() -> None:
    code, told = said(alerter, "recall", "--day", "2026-13-40", "--database-url", AWAY)
    assert (code, "mend: such as 2026-11-22" in told) == (EXIT_CONFIG, True)
    code, told = said(alerter, "audit", "--since", "yesterday", "--database-url", AWAY)
    assert (code, "mend: " in told) == (EXIT_CONFIG, True)


@pytest.mark.parametrize("command", LOOKING)
def test_a_database_that_is_away(command: list[str]) -> None:
    code, told = said(alerter, *command, "--database-url", AWAY)
    assert code == 1
    assert "the database cannot be asked" in told
    assert "mend: start it, or set DATABASE_URL" in told


@pytest.mark.parametrize("command", LOOKING)
def test_a_database_without_tables(command: list[str], bare: Callable[[], str]) -> None:
    code, told = said(alerter, *command, "--database-url", bare())
    assert code == 1
    assert "does not exist" in told
    assert "mend: " in told


@pytest.mark.parametrize("command", PORTAL, ids=" ".join)
def test_the_portal_over_a_database_without_tables(command: list[str], bare: Callable[[], str]) -> None:
    code, told = said(portal, *command, "--database-url", bare())
    assert code == 1
    assert "does not exist" in told
    assert "a new one: python -m shared.store.migrate" in told


def test_the_portal_over_a_database_that_is_away_and_a_user_who_is_none(engine: Engine) -> None:
    code, told = said(portal, "user", "list", "--database-url", AWAY)
    assert (code, "mend: start it, or set DATABASE_URL" in told) == (1, True)
    url = engine.url.render_as_string(hide_password=False)
    code, told = said(portal, "user", "disable", "maya", "--database-url", url)
    assert (code, told) == (1, "there is no user maya: `user list` names them\n")


@pytest.mark.parametrize("url", WRONG)
@pytest.mark.parametrize("command", [*LOOKING, ["refill"]])
def test_an_address_that_is_none(command: list[str], url: str) -> None:
    app, option = (crawler, "--database") if command == ["refill"] else (alerter, "--database-url")
    code, told = said(app, *command, option, url)
    assert code == EXIT_CONFIG
    assert "environment variable DATABASE_URL: is no address" in told
    assert "mend: postgresql://user@host:port/name" in told
    assert "hush" not in told


def test_refill_without_the_database_or_its_tables(bare: Callable[[], str]) -> None:
    for url, mend in ((AWAY, "start it"), (bare(), "start a crawler and an alerter")):
        code, told = said(crawler, "refill", "--database", url)
        assert code == EXIT_UNREACHED
        assert f"mend: {mend}" in told


@pytest.mark.parametrize("url", WRONG)
def test_no_engine_is_made_of_it(url: str) -> None:
    with pytest.raises(ConfigError):
        make_engine(url)
