"""The image is built on a base of Debian's own packages, and services start in it: `make image`.

It takes minutes, so `make test` skips it: IMAGE=1 runs it, where buildah and mmdebstrap are and we are root.
"""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from deploy.local.ports import free_ports

pytestmark = [pytest.mark.integration, pytest.mark.timeout(1800)]

ROOT = Path(__file__).parents[2]
NAME = "localhost/luming-test"
LARGEST = 1_000_000_000
"""Bytes that the image may have, its base's 157 million included: a package more must be noticed."""


def ran(*command: str) -> str:
    """What a command says. Fails with its words."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, f"{command}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done.stdout.strip()


@pytest.fixture(scope="module")
def image() -> str:
    if os.environ.get("IMAGE") in {None, "", "0"}:
        pytest.skip("images are built with IMAGE=1: make image")
    if os.getuid() != 0:
        pytest.skip("buildah's chroot isolation needs root")
    for program in ("buildah", "mmdebstrap"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    ran("deploy/images/build.sh", NAME)
    return NAME


@pytest.fixture(scope="module")
def container(image: str) -> Iterator[str]:
    made = ran("buildah", "from", image)
    yield made
    ran("buildah", "rm", made)


@pytest.fixture(scope="module")
def config(image: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(ran("buildah", "inspect", "--type", "image", image))
    return told


def inside(container: str, *command: str, **environment: str) -> list[str]:
    variables = [f"--env={name}={value}" for name, value in environment.items()]
    return ["buildah", "run", "--isolation", "chroot", *variables, container, "--", *command]


def test_its_labels_user_and_health_check(config: dict[str, Any]) -> None:
    docker = config["Docker"]["config"]
    labels = docker["Labels"]
    assert labels["org.opencontainers.image.title"] == "Luming"
    revision = labels["org.opencontainers.image.revision"]
    assert ran("git", "cat-file", "-t", revision) == "commit" if (ROOT / ".git").exists() else revision == "unknown"
    assert docker["User"] == "10001:10001"
    assert docker["Healthcheck"]["Test"][:2] == ["CMD", "python"]
    assert not [one for one in docker["Env"] if "PASSWORD" in one or "TOKEN" in one or "SECRET" in one]


def test_it_is_small_and_has_no_installer(container: str) -> None:
    size = ran(*inside(container, "du", "-sbx", "/opt", "/app", "/usr"))
    assert sum(int(line.split()[0]) for line in size.splitlines()) < LARGEST, size
    assert subprocess.run(inside(container, "/opt/luming/bin/pip"), capture_output=True, check=False).returncode
    assert ran(*inside(container, "id", "-u")) == "10001"


def test_what_only_a_working_copy_has_is_not_in_it(container: str) -> None:
    found = set(ran(*inside(container, "ls", "-A", "/app")).split())
    assert found == {"services", "shared", "config"}


@pytest.mark.parametrize("service", ["crawler", "classifier", "alerter", "portal", "maintenance"])
def test_a_service_tells_its_commands(container: str, service: str) -> None:
    assert "Usage" in ran(*inside(container, "python", "-m", f"services.{service}", "--help"))


def test_a_page_is_printed(container: str) -> None:
    """The libraries that draw, and a font that has Chinese signs."""
    program = (
        "import sys, weasyprint; sys.stdout.buffer.write("
        "weasyprint.HTML(string='<p>医鹿 Yilu').write_pdf(uncompressed_pdf=True))"
    )
    done = subprocess.run(inside(container, "python", "-c", program), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")[-2000:]
    assert done.stdout.startswith(b"%PDF")
    assert b"WenQuanYi" in done.stdout


@contextmanager
def running(container: str, service: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    command = inside(container, "python", "-m", f"services.{service}", "run", **environment)
    process = subprocess.Popen(command, start_new_session=True)
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.mark.parametrize("service", ["crawler", "classifier", "portal"])
def test_a_service_starts_and_its_health_check_says_so(container: str, service: str) -> None:
    """Broker and database are not there: it lives, waits for them and is not ready."""
    (port,) = free_ports(1)
    environment = {
        "HTTP_HOST": "127.0.0.1",
        "HTTP_PORT": str(port),
        "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9",
        "DATABASE_URL": "postgresql://luming@127.0.0.1:9/luming",
        "CRAWLER_CONTACT": "image@luming.example",
        "PORTAL_PORT": "0",
    }
    with running(container, service, **environment) as process:
        deadline = time.monotonic() + 120
        while True:
            try:
                with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
                    assert json.load(answer)["ok"] is True
                break
            except URLError:
                assert process.poll() is None, "the service ended"
                assert time.monotonic() < deadline, "no answer on /healthz"
                time.sleep(0.5)
        ran(*inside(container, "python", "-m", "shared.runtime.ask_health", HTTP_PORT=str(port)))
    gone = subprocess.run(
        inside(container, "python", "-m", "shared.runtime.ask_health", HTTP_PORT=str(port)),
        capture_output=True,
        check=False,
    )
    assert gone.returncode == 1
