"""`make run`: the same system on live sources, with Slack and e-mail from the environment.

python -m deploy.local.run [--console-only]
"""

import json
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from dotenv import dotenv_values

from deploy.local.checks import check_run
from deploy.local.clusters import KAFKA, without_security
from deploy.local.kafka_jars import WrongJar
from deploy.local.members import SERVICES, Ports, portal_environment, service
from deploy.local.paths import ROOT
from deploy.local.ports import is_free
from deploy.local.process import StartFailed
from deploy.local.session import Misconfigured, NotReady, Session, Stopped, state_folder
from deploy.local.single import Single
from deploy.local.watching import PORTS
from services.alerter.domain.subscriptions import Subscriptions
from services.portal.settings import PortalSettings
from shared.errors import EXIT_CONFIG, ConfigError

PAGES = PortalSettings.model_fields["portal_port"].default
"""The port of the pages, where it is free and PORTAL_PORT names no other."""
WINDOW = timedelta(minutes=10)
"""How far back the screen looks; rows of a long run are not read again and again."""


def run_environment(folder: Path, given: Mapping[str, str]) -> dict[str, str]:
    """What the services are told: the caller's environment, with this project's files where it names none."""
    config = given.get("CONFIG_DIR") or str(ROOT / "config")
    defaults = {
        "CONFIG_DIR": config,
        "SOURCES_FILE": f"{config}/sources.yaml",
        "SUBSCRIPTIONS_FILE": f"{config}/subscriptions.yaml",
        "CONSOLE_FILE": str(folder / "console.jsonl"),
    }
    set_ones = {name: value for name, value in given.items() if value}
    if KAFKA not in set_ones:
        defaults["TOPIC_REPLICATION"] = "1"  # our own broker is one node
        set_ones = without_security(set_ones)
    return {**defaults, **set_ones, "PYTHONPATH": str(ROOT)}


def for_console(subscriptions: Subscriptions) -> str:
    """The same subscriptions, every one told on the console alone, as YAML."""
    plain = subscriptions.model_dump(mode="json", exclude_defaults=True, by_alias=True)
    for subscription in plain["subscriptions"]:
        subscription["channels"] = {"console": True}
        _inherit_channels(subscription)
    return yaml.safe_dump(plain, allow_unicode=True)


def _inherit_channels(wish: dict[str, Any]) -> None:
    """Routes below a subscription go where it goes."""
    for route in wish.get("routes", ()):
        route.pop("channels", None)
        _inherit_channels(route)


def run(console_only: bool) -> None:
    """Until a person stops it. Raises ConfigError before anything is started."""
    state = state_folder()
    folder = state / "run"
    given = {**{name: value or "" for name, value in dotenv_values(ROOT / ".env").items()}, **os.environ}
    environment = run_environment(folder, given)
    subscriptions = check_run(environment, console_only)
    single = Single(state / "run.lock", "make run")
    folder.mkdir(parents=True, exist_ok=True)
    if console_only:
        (folder / "subscriptions.yaml").write_text(for_console(subscriptions), "utf-8")
        environment["SUBSCRIPTIONS_FILE"] = str(folder / "subscriptions.yaml")
    session = Session(folder, given, fresh=False)
    try:
        _watch(session, environment)
    except Stopped:
        return
    finally:
        session.close()
        single.release()


def _watch(session: Session, environment: dict[str, str]) -> None:
    """Start all and show it until a person stops it (raises Stopped)."""
    began = datetime.now(UTC)
    session.start_infrastructure()
    servers, url = session.infrastructure.servers, session.infrastructure.database_url
    ports = Ports.choose()
    portal = portal_environment(session.folder, PAGES if is_free(PAGES) else ports.pages)
    environment = {**portal, **environment, "KAFKA_BOOTSTRAP_SERVERS": servers, "DATABASE_URL": url}
    (session.folder / PORTS).write_text(json.dumps(dict(ports.health)), "utf-8")
    session.start([service(name, ports.health, environment) for name in SERVICES])
    session.observe(lambda: max(began, datetime.now(UTC) - WINDOW), None)
    while True:
        counts = session.feed.counts
        session.show(", ".join(f"{counts[kind]} {kind}s" for kind in ("document", "event", "alert", "failure")))
        session.check()


def main(
    console_only: Annotated[
        bool, typer.Option("--console-only", help="Tell every subscription on the screen alone: no Slack, no e-mail.")
    ] = False,
) -> None:
    """Run crawler, classifier, alerter and portal on the live sources of config/ until Ctrl-C.

    Reads .env where there is one; .env.example explains each variable. Without KAFKA_BOOTSTRAP_SERVERS and
    DATABASE_URL it starts a broker and a database of its own, whose data stay in .luming/run. Exit code 2: wrong
    configuration, nothing was started.
    """
    code = 0
    try:
        run(console_only)
    except (ConfigError, Misconfigured) as error:
        sys.stderr.write(f"{error}\n")
        code = EXIT_CONFIG
    except (NotReady, StartFailed, WrongJar) as error:
        sys.stderr.write(f"{error}\n")
        code = 1
    raise SystemExit(code)


if __name__ == "__main__":
    typer.run(main)
