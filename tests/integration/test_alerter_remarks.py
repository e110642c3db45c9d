"""What is to be said of subscriptions that can be used is said by every command that puts them in force."""

from pathlib import Path

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner, Result

from services.alerter.__main__ import app

pytestmark = pytest.mark.integration

ALL = "subscriptions: [{name: all, channels: {console: true}}]\n"
SAID = "subscription all matches every event"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "subscriptions.yaml"
    made.write_text(ALL, "utf-8")
    return made


def command(database_url: str, config_dir: Path, *words: str) -> Result:
    environment = {"DATABASE_URL": database_url, "CONFIG_DIR": str(config_dir)}
    return CliRunner().invoke(app, list(words), env=environment)


def test_an_import_says_it_beside_the_version(engine: Engine, database_url: str, config_dir: Path, file: Path) -> None:
    done = command(database_url, config_dir, "config", "import", str(file), "--who", "li")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("version 1 is in force, by li")
    assert done.stderr.startswith("note: ")
    assert SAID in done.stderr


def test_apply_says_it_too(engine: Engine, database_url: str, config_dir: Path, file: Path) -> None:
    assert command(database_url, config_dir, "config", "import", "config/subscriptions.yaml").exit_code == 0
    done = command(database_url, config_dir, "apply", "--subscriptions", str(file), "--who", "li")
    assert done.exit_code == 0, done.output
    assert done.stdout == "in force: version 2 of the subscriptions\n"
    assert done.stderr.startswith("note: ")
    assert SAID in done.stderr
