"""The newsstand over real sockets: ports, faults, access log, signals."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from deploy.local.newsstand.answers import HUGE
from deploy.local.newsstand.outlets import OUTLETS
from deploy.local.newsstand.table import load_table

pytestmark = pytest.mark.integration

COMMAND = (sys.executable, "-m", "deploy.local.newsstand.server")
PAGES = load_table().pages


class Stand:
    """A running newsstand all of whose pages are out."""

    def __init__(self, folder: Path, *more: str) -> None:
        start = datetime.now(UTC) - timedelta(minutes=5)
        self.log = folder / "access.jsonl"
        self.ports_file = folder / "ports.json"
        arguments = ("--start", start.isoformat(), "--ports-file", str(self.ports_file), "--access-log", str(self.log))
        self.process = subprocess.Popen((*COMMAND, *arguments, *more))
        deadline = time.monotonic() + 30
        while not self.ports_file.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        self.ports: dict[str, int] = json.loads(self.ports_file.read_text("utf-8"))

    def address(self, outlet: str, path: str) -> str:
        return f"http://127.0.0.1:{self.ports[outlet]}{path}"

    def of(self, fault: str) -> str:
        page = next(page for page in PAGES if page.fault == fault)
        return self.address(page.outlet, page.path)

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(10)


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    running = Stand(tmp_path)
    yield running
    if running.process.poll() is None:
        running.stop()


def test_every_outlet_answers_on_its_own_port_and_is_logged(stand: Stand) -> None:
    assert set(stand.ports) == {outlet.name for outlet in OUTLETS}
    assert len(set(stand.ports.values())) == len(OUTLETS)
    for outlet in OUTLETS:
        answer = httpx.get(stand.address(outlet.name, outlet.index_path), headers={"User-Agent": "tester"})
        assert answer.status_code == 200
        assert httpx.head(answer.url).headers["ETag"] == answer.headers["ETag"]
        again = httpx.get(answer.url, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
    lines = [json.loads(line) for line in stand.log.read_text("utf-8").splitlines()]
    assert [line["status"] for line in lines if line["user_agent"] == "tester"] == [200] * len(OUTLETS)


def test_faults_over_the_wire(stand: Stand) -> None:
    with httpx.stream("GET", stand.of("huge")) as answer:
        assert "content-length" not in answer.headers
        assert sum(map(len, answer.iter_bytes())) >= HUGE
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(stand.of("never"), timeout=0.5)
    with pytest.raises(httpx.TooManyRedirects):
        httpx.get(stand.of("loop"), follow_redirects=True)


def test_a_signal_ends_it_while_a_client_still_waits(stand: Stand) -> None:
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(stand.of("never"), timeout=0.3)
    began = time.monotonic()
    assert stand.stop() == 0
    assert time.monotonic() - began < 5


def test_it_comes_back_on_the_same_ports(stand: Stand, tmp_path: Path) -> None:
    stand.stop()
    again = tmp_path / "again"
    again.mkdir()
    second = Stand(again, "--ports", json.dumps(stand.ports))
    try:
        assert second.ports == stand.ports
    finally:
        second.stop()


def test_what_cannot_be_served_is_said_with_exit_code_2(stand: Stand, tmp_path: Path) -> None:
    arguments = ("--start", "2026-01-31T09:00:00+08:00", "--ports-file", str(tmp_path / "other.json"))
    taken = json.dumps({"rss": stand.ports["rss"]})
    for wrong in (("--pages", "/nowhere"), ("--ports", taken)):
        ended = subprocess.run((*COMMAND, *arguments, *wrong), capture_output=True, text=True, timeout=30, check=False)
        assert ended.returncode == 2
        assert ended.stderr.startswith("newsstand: ")


def test_stretched_it_releases_each_page_so_many_times_as_late(tmp_path: Path) -> None:
    running = Stand(
        tmp_path, "--stretch", "12"
    )  # the start was five minutes ago: pages of the first 25 seconds are out
    try:
        for page in (page for page in PAGES if page.fault is None and page.revision == 1):
            if abs(page.release - 25) > 3:
                status = httpx.get(running.address(page.outlet, page.path)).status_code
                assert status == (200 if page.release < 25 else 404), page.id
    finally:
        running.stop()
