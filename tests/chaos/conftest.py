"""What the chaos tests share: broker and database of the session, the printed seed, and the tally of the faults."""

import os
import random
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest

from deploy.local.database import Database
from shared.errors import ConfigError
from tests.chaos.forms import FULL
from tests.chaos.replay import check_summary, chosen_seed
from tests.chaos.soundness import stopped_damages
from tests.chaos.strain import strain, stretched
from tests.chaos.tally import FAULT, STRETCHED, Account, Tally
from tests.integration.conftest import (
    config_dir,
    database_folder,
    database_url,
    engine,
    kafka,
    local_broker,
    producer,
    reader,
    session_database,
    start,
)

__all__ = [
    "config_dir", "database_folder", "database_url", "engine", "kafka", "local_broker", "producer",
    "reader", "start",
]  # fmt: skip


LONG = "long_form"
REPORTING = pytest.StashKey["Reporting"]()


class Reporting:
    """The plug-in of one run: counts what its reports say, prints the table, writes the summary."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._tally = Tally()

    def pytest_report_header(self) -> str:
        """Print the seed before the first test."""
        return f"chaos: SEED={self.seed} replays the random choices"

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count one phase of one test."""
        self._tally.add(report)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the table, and write the summary where SUMMARY names a file."""
        if not self._tally.faults:
            return
        terminalreporter.section(f"faults (SEED={self.seed})")
        for line in self._tally.lines():
            terminalreporter.write_line(line)
        if os.environ.get("SUMMARY"):
            self._tally.write(Path(os.environ["SUMMARY"]), self.seed)


def pytest_configure(config: pytest.Config) -> None:
    """Choose the seed, the same for all processes of a run; SEED replays the choices of an earlier run.

    What was set wrong ends the run before its first test. Raises pytest.UsageError.
    """
    try:
        seed = chosen_seed(os.environ)
        check_summary(os.environ)
    except ConfigError as error:
        raise pytest.UsageError(str(error)) from None
    config.addinivalue_line("markers", f"{LONG}: the long form (FULL=1) alone; the reason says what stands for it")
    config.stash[REPORTING] = Reporting(seed)
    config.pluginmanager.register(config.stash[REPORTING], "chaos-reporting")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out of the short form what is the long form's alone: that is no test which could not run."""
    left_out = [item for item in items if not FULL and item.get_closest_marker(LONG)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Stretch the time after which a test counts as hung; it holds the start of broker and database for the first."""
    told = item.get_closest_marker("timeout")
    limit = float(told.args[0] if told else item.config.getini("timeout"))
    item.add_marker(pytest.mark.timeout(limit * strain()), append=False)
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    """Have a test's last report carry what became of its limits."""
    yield
    limits = stretched()
    item.user_properties.append((STRETCHED, (limits.allowed, limits.needed)))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Have a test's reports carry its faults."""
    for marker in item.iter_markers("fault"):
        item.user_properties.append((FAULT, (marker.args[0], marker.args[1])))


@pytest.fixture(scope="session")
def local_database(database_folder: Callable[[], Path]) -> Iterator[Database]:
    """The server of the session; at its end every page of it is read, after all that was done to it."""
    with session_database(database_folder()) as database:
        yield database
    found = stopped_damages(database)
    assert not found, "\n".join(found)


@pytest.fixture
def account(request: pytest.FixtureRequest) -> Account:
    """Where a test notes what went in, came out, was lost or doubled."""
    return Account(request.node.user_properties)


@pytest.fixture
def dice(request: pytest.FixtureRequest) -> random.Random:
    """Random choices of this test, the same again for the same seed."""
    return random.Random(f"{request.config.stash[REPORTING].seed}/{request.node.nodeid}")
