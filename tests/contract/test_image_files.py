"""What an image is made from, read without building it: the Dockerfile, the compose file, the bill of materials."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.contract.known_variables import known
from tests.contract.manifests import ROOT, tool

pytestmark = pytest.mark.contract

DOCKERFILE = ROOT / "deploy" / "images" / "Dockerfile"
COMPOSE = ROOT / "deploy" / "compose.yaml"
OURS = ("migrate", "crawler", "classifier", "alerter", "portal")


def compose() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load(COMPOSE.read_text("utf-8"))
    return told


@pytest.mark.parametrize("file", sorted(DOCKERFILE.parent.glob("*Dockerfile")), ids=lambda file: file.name)
def test_hadolint_finds_nothing(file: Path) -> None:
    done = subprocess.run([tool("hadolint"), str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_stages_packages_and_user() -> None:
    text = DOCKERFILE.read_text("utf-8")
    assert re.findall(r"^FROM (\S+)", text, re.M) == ["${BASE}", "${BASE}"]
    assert "--require-hashes" in text
    assert "requirements/run.txt" in text
    last = text.split("FROM ${BASE}")[-1]
    assert re.search(r"^USER 10001:10001$", last, re.M)
    assert "HEALTHCHECK" in last
    assert last.count("org.opencontainers.image.") >= 6
    # What runs is copied; installed where it runs are the packages of printing alone, which base.sh takes in too.
    (run,) = re.findall(r"^RUN (\S+)", last, re.M)
    assert run == "dpkg-query"
    prints = re.search(r'^ARG PRINTS="(.+)"$', last, re.M)
    assert prints
    included = "".join(re.findall(r"--include=(\S+)", (DOCKERFILE.parent / "base.sh").read_text("utf-8")))
    assert all(package in included for package in prints[1].split())


def test_nothing_but_what_runs_is_sent_to_the_build() -> None:
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert "*" in lines
    assert {line for line in lines if line.startswith("!")} == {
        "!requirements/run.txt",
        "!services",
        "!shared",
        "!config",
        "!requirements/local.txt",
        "!deploy/__init__.py",
        "!deploy/local",
    }


def test_a_bill_of_materials_names_every_locked_package(tmp_path: Path) -> None:
    lock, out = ROOT / "requirements" / "run.txt", tmp_path / "sbom.json"
    command = [tool("cyclonedx-py"), "requirements", str(lock), "-o", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    listed = {(one["name"], one["version"]) for one in json.loads(out.read_text("utf-8"))["components"]}
    locked = set(re.findall(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", lock.read_text("utf-8"), re.M))
    assert len(locked) > 50
    assert listed == locked


@pytest.mark.parametrize("name", OURS)
def test_services_of_the_compose_file_are_restricted(name: str) -> None:
    service = compose()["services"][name]
    assert service["user"] == "10001:10001"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["mem_limit"]
    assert service.get("ports", []) == (["127.0.0.1:8600:8600"] if name == "portal" else [])
    assert set(service["environment"]) <= known()


def test_the_compose_file_fits_together_and_holds_no_secret() -> None:
    told = compose()
    services = told["services"]
    for service in services.values():
        assert set(service.get("depends_on", {})) <= set(services)
        assert set(service["networks"]) <= set(told["networks"])
        for volume in service.get("volumes", ()):
            assert volume.split(":")[0] in told["volumes"]
        for variable, value in service["environment"].items():
            if re.search("PASSWORD|TOKEN|SECRET|DATABASE_URL", variable):
                assert ":?" in value, f"{variable} has a default"
    assert told["networks"]["inside"]["internal"] is True
    assert {name for name, one in services.items() if "outside" in one["networks"]} == {"crawler", "alerter", "portal"}


def test_the_compose_file_is_for_the_kafka_that_is_tested() -> None:
    jars = (ROOT / "deploy" / "local" / "kafka_jars.txt").read_text("utf-8")
    version = re.search(r"kafka_2\.13-([\d.]+)\.jar", jars)
    assert version
    assert compose()["services"]["kafka"]["image"] == f"apache/kafka:{version[1]}"


@pytest.mark.parametrize(
    "script",
    [".ci/run", "deploy/images/base.sh", "deploy/images/build.sh", "deploy/k8s/acceptance.sh"],
)
def test_scripts_can_be_read_by_bash_and_stop_at_the_first_error(script: str) -> None:
    path = ROOT / script
    done = subprocess.run(["bash", "-n", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "set -euo pipefail" in path.read_text("utf-8")
    assert path.stat().st_mode & 0o111
