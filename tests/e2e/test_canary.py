"""The canary on the running system: from its site through all services to its channel, and its age as a metric."""

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from deploy.local.watching import targets_in
from services.crawler.canary_site import CanarySite
from tests.e2e.conftest import Start
from tests.e2e.test_prometheus_scrape import eventually

pytestmark = pytest.mark.e2e

SOURCES = """
built_in: false
defaults: {interval: 1, fastest: 1, slowest: 1, pace: 0}
sources:
  - {name: canary, interval: 1, fastest: 1, slowest: 1}
"""
SUBSCRIPTIONS = """
subscriptions:
  - {name: everything, channels: {console: true}}
"""


class Receiver:
    """Where the test channel leads."""

    def __init__(self) -> None:
        self.alerts: list[dict[str, Any]] = []
        alerts = self.alerts

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                alerts.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(204)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """What came stands in `alerts`."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Listening."""
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def site() -> Iterator[CanarySite]:
    """The canary's own."""
    made = CanarySite("127.0.0.1", 0)
    yield made
    made.close()


def last_delivered(port: int) -> str:
    """The metric's value as it is scraped; empty while there is none."""
    text = urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10).read().decode()
    found = re.search(r"^luming_canary_last_delivered_timestamp_seconds (\S+)$", text, re.MULTILINE)
    return found[1] if found else ""


def test_the_canary_arrives_at_its_channel_and_nowhere_else(
    start: Start, tmp_path: Path, receiver: Receiver, site: CanarySite
) -> None:
    (tmp_path / "sources.yaml").write_text(SOURCES, "utf-8")
    (tmp_path / "subscriptions.yaml").write_text(SUBSCRIPTIONS, "utf-8")
    run = start(
        "run",
        CRAWLER_CONTACT="tests@luming.example",
        SOURCES_FILE=str(tmp_path / "sources.yaml"),
        SUBSCRIPTIONS_FILE=str(tmp_path / "subscriptions.yaml"),
        CONSOLE_FILE=str(tmp_path / "console.jsonl"),
        ALLOW_LOOPBACK="1",
        CANARY_BASE=f"http://127.0.0.1:{site.port}",
        CANARY_CHANNEL="webhook:canary",
        WEBHOOK_CANARY_URL=f"http://127.0.0.1:{receiver.server.server_port}/",
        WEBHOOK_CANARY_SECRET="c" * 32,
    )
    eventually(lambda: len(receiver.alerts) >= 24, "the canaries of the last day arrive", 150)
    ports = targets_in(run.state / "run")
    eventually(lambda: last_delivered(ports["alerter"]) not in ("", "NaN"), "the metric knows the last one")
    assert all("鹿鸣自检" in alert["title"] for alert in receiver.alerts)
    assert len({alert["title"] for alert in receiver.alerts}) == len(receiver.alerts), "each once"
    console = tmp_path / "console.jsonl"
    assert not console.exists() or not console.read_text("utf-8")
