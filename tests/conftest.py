"""What all tests share: unit and contract tests cannot reach the network, and where the measured material lies."""

import gc
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import pytest_socket

pytest_plugins = ["services.crawler.testing.plugin"]
"""Found by its entry point where the project is installed; here it is not."""

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
OFFLINE = frozenset({"unit", "contract", "architecture"})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test in tests/<kind> is of that kind even where its file forgets to say so."""
    kinds = {"unit", "contract", "integration", "e2e", "chaos"}
    for item in items:
        folder = item.path.relative_to(ROOT / "tests").parts[0]
        if folder in kinds and item.get_closest_marker(folder) is None:
            item.add_marker(folder)


def pytest_collection_finish() -> None:
    """Thousands of collected tests stay to the end: the collector of garbage need not look through them each time."""
    gc.collect()
    gc.freeze()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """No sockets but unix ones for offline tests; tests on ../shared/data are skipped, by name, where it is absent."""
    folder = item.path.relative_to(ROOT / "tests").parts[0]
    if folder in OFFLINE:
        pytest_socket.disable_socket(allow_unix_socket=True)
    else:
        pytest_socket.enable_socket()
    if item.get_closest_marker("data") is not None and not DATA.is_dir():
        pytest.skip(f"{item.nodeid}: ../shared/data is absent")


@pytest.fixture(autouse=True)
def no_logs_of_another_test() -> Iterator[None]:
    """A command that a test runs in its own process sets up logs on a stream that ends with the test."""
    yield
    root = logging.getLogger()
    root.handlers[:] = [handler for handler in root.handlers if type(handler) is not logging.StreamHandler]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of measured material beside the project; its tests are marked `data`."""
    return DATA


@pytest.fixture(scope="session")
def project_root() -> Path:
    """The project's folder: where config/, services/ and the rest lie."""
    return ROOT
