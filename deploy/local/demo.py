"""`make demo`: the whole system on this machine against the newsstand, and an account of every page.

python -m deploy.local.demo [--once] [--summary FILE] [--pages FOLDER]
"""

import json
import os
import secrets
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from deploy.local.accounting import Account, ExpectedPage, account
from deploy.local.checks import check_demo
from deploy.local.expectation import from_folder, from_table
from deploy.local.kafka_jars import WrongJar
from deploy.local.latency import ways
from deploy.local.members import (
    RECEIVERS,
    SERVICES,
    Ports,
    demo_environment,
    newsstand,
    open_newsstand,
    receiver,
    receivers_of,
    service,
)
from deploy.local.newsstand.table import TABLE, load_table
from deploy.local.observer import View
from deploy.local.portal import Found, look_until_found, wanted_of
from deploy.local.process import StartFailed
from deploy.local.session import Misconfigured, NotReady, Session, Stopped, state_folder, wipe
from deploy.local.single import Single
from deploy.local.summary import as_figures, as_lines, page_lines
from deploy.local.watching import PORTS
from deploy.local.writing import check_writable
from shared.errors import EXIT_CONFIG, ConfigError

STALLED_AFTER = 45.0
"""Seconds without any progress, after the last release, at which `--once` gives up. A killed broker is back after 10 s,
a killed worker's partitions are taken over within 10 s more."""
SETTLE = 1.5
"""Seconds at rest before the account is closed: an alert that is told twice would come in them."""
NEWSSTAND_CONFIG = TABLE.parent / "config"


class Demo:
    """One run, from the first process to the account."""

    def __init__(self, session: Session, ports: Ports, pages: Path | None, environment: dict[str, str]) -> None:
        self._session = session
        self._ports = ports
        self._pages = pages
        self._start = datetime.now(UTC)
        self._environment = environment
        self.expected: tuple[ExpectedPage, ...] = ()
        self.judged = pages is None
        self.found: Found | None = None
        """What the portal found, where it was asked: `watch` with `once`."""

    def start(self) -> None:
        """Bring everything up side by side; the newsstand's clock starts when all are ready.

        Raises what Session.start raises.
        """
        began = datetime.now(UTC)
        session, folder = self._session, self._session.folder
        session.start_infrastructure()
        servers, url = session.infrastructure.servers, session.infrastructure.database_url
        environment = {**self._environment, "KAFKA_BOOTSTRAP_SERVERS": servers, "DATABASE_URL": url}
        services = [service(name, self._ports.health, environment) for name in SERVICES]
        (folder / PORTS).write_text(json.dumps(dict(self._ports.health)), "utf-8")
        receivers = [receiver(name, folder, self._ports, environment) for name in RECEIVERS]
        session.start([*services, *receivers, newsstand(folder, self._ports, self._pages, environment)])
        session.observe(lambda: began, receivers_of(folder))
        self._start = datetime.now(UTC)
        open_newsstand(folder, self._start)
        self.expected = self._expected()

    def watch(self, once: bool) -> View:
        """Show the run until a person stops it or, with `once`, until it is at rest or stalled; gives the last view.

        Raises Misconfigured.
        """
        progress, changed_at, rest_since = 0, time.monotonic(), 0.0
        last_release = max(page.released or self._start for page in self.expected)
        while True:
            view = self._session.show(self._head())
            try:
                self._session.check()
            except Stopped:
                break
            now = time.monotonic()
            made = len(view.ledger.looks) + len(view.ledger.judged) + len(view.letters) + len(view.received)
            if made != progress or datetime.now(UTC) < last_release:
                progress, changed_at = made, now
            if not self._at_rest(view):
                rest_since = now
            if once and (now - rest_since > SETTLE or now - changed_at > STALLED_AFTER):
                break
        if once:
            self.found = self._session.aside(self._look(view), "asking the portal for every story")
        return self._session.stop_services() or view

    def account(self, view: View) -> Account:
        """Who came to what."""
        return account(self.expected, view.ledger, view.letters, view.received, self.judged)

    def leave_out_unreleased(self, now: datetime) -> None:
        """Account for the pages only that a person who stopped the demo gave time to appear."""
        self.expected = tuple(page for page in self.expected if page.released is None or page.released <= now)

    def _expected(self) -> tuple[ExpectedPage, ...]:
        if self._pages is not None:
            return from_folder(self._pages, self._ports.addresses, self._start)
        return from_table(load_table(), self._ports.addresses, self._start)

    def _look(self, view: View) -> Callable[[], Found]:
        stories = len({page.thread for page in self.expected if page.thread}) if self.judged else None
        wanted = wanted_of(self.account(view), view.ledger)
        return lambda: look_until_found(wanted, self._session.folder, stories)

    def _at_rest(self, view: View) -> bool:
        return view.ledger.at_rest and not view.trouble and self.account(view).accounted == len(self.expected)

    def _head(self) -> str:
        now = datetime.now(UTC)
        released = sum(page.released is not None and page.released <= now for page in self.expected)
        counts = self._session.feed.counts
        shown = ", ".join(f"{counts[kind]} {kind}s" for kind in ("document", "event", "alert", "failure"))
        return f"{released} of {len(self.expected)} pages released · {shown}"


def run_demo(once: bool, summary: Path | None, pages: Path | None) -> int:
    """The exit code. Raises ConfigError before anything is started."""
    state = state_folder()
    single = Single(state / "demo.lock", "make demo")
    ports = Ports.choose(saved=pages is not None)
    token = f"xoxb-demo-{secrets.token_hex(16)}"
    environment = demo_environment(state / "demo", NEWSSTAND_CONFIG, ports, token)
    check_demo(environment, ports, pages)
    check_writable(summary)
    wipe(state / "demo")
    session = Session(state / "demo", os.environ, fresh=True)
    try:
        demo = Demo(session, ports, pages, environment)
        demo.start()
        view = demo.watch(once)
    except Stopped:
        return 0 if not once else 1
    finally:
        session.close()
        single.release()
    return report(demo, view, once, summary, state / "demo")


def report(demo: Demo, view: View, once: bool, summary: Path | None, folder: Path) -> int:
    """Print the account, write the figures; the exit code."""
    if not once:
        demo.leave_out_unreleased(datetime.now(UTC))
    found = demo.account(view)
    released = {one.document: one.page.released for one in found.pages if one.document}
    times = ways(view.ledger, view.received, released)
    lines = ["", "every page:", *page_lines(found, times), "", *as_lines(found, times, demo.judged)]
    print("\n".join([*lines, *(demo.found.lines() if demo.found else ())]))
    print(f"mails {folder}/mail/*.eml, Slack messages {folder}/slack/*.html, logs {folder}/logs/")
    if summary is not None:
        summary.write_text(json.dumps(as_figures(found, times, demo.found), indent=2) + "\n", "utf-8")
    good = found.good and demo.found is not None and demo.found.good
    return 0 if good or not once else 1


def main(
    once: Annotated[
        bool,
        typer.Option("--once", help="End when every page is accounted for; exit code 0 only if all is as expected."),
    ] = False,
    summary: Annotated[Path | None, typer.Option(help="Write the figures of the account to this JSON file.")] = None,
    pages: Annotated[
        Path | None, typer.Option(help="Serve the saved pages of this folder instead of the newsstand's own.")
    ] = None,
) -> None:
    """Run broker, database, newsstand, crawler, classifier, alerter, portal and receivers, and account for every page.

    Goes on until Ctrl-C unless --once is given. Exit codes: 0 as expected, 1 not, 2 wrong configuration.
    KAFKA_BOOTSTRAP_SERVERS and DATABASE_URL, where set, are used instead of an own broker and database; LUMING_STATE
    is the folder for all files (.luming).
    """
    try:
        code = run_demo(once, summary, pages)
    except (ConfigError, Misconfigured) as error:
        sys.stderr.write(f"{error}\n")
        code = EXIT_CONFIG
    except (NotReady, StartFailed, WrongJar) as error:
        sys.stderr.write(f"{error}\n")
        code = 1
    raise SystemExit(code)


if __name__ == "__main__":
    typer.run(main)
