"""The manifests of deploy/k8s as objects, and who judges them; a test that lacks its program is skipped by name."""

import copy
import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy import tools

ROOT = Path(__file__).parents[2]
K8S = ROOT / "deploy" / "k8s"
OVERLAYS = ("dev", "prod")
RENDERED = (*OVERLAYS, "acceptance")
"""With the one that acceptance.sh alone applies."""
CRDS = ROOT.parent / "shared" / "data" / "crds"
Manifest = dict[str, Any]


@cache
def kubectl() -> str:
    """The kubectl of this machine. Skips the test where there is none, or one whose kustomize is older than 5."""
    found = shutil.which("kubectl")
    if found is None:
        pytest.skip("kubectl is not installed, so that no manifest can be rendered")
    said = subprocess.run([found, "version", "--client"], capture_output=True, text=True, check=False).stdout
    version = re.search(r"Kustomize Version: v(\d+)", said)
    if version is None or int(version[1]) < 5:
        pytest.skip(f"kubectl here has no kustomize 5: {said.strip() or 'it says no version'}")
    return found


@cache
def rendered_text(overlay: str) -> str:
    """What `kubectl kustomize` makes of an overlay."""
    command = [kubectl(), "kustomize", str(K8S / "overlays" / overlay)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def rendered(overlay: str) -> list[Manifest]:
    """The objects of an overlay; new ones on each call, so that a test may change them."""
    return copy.deepcopy(_parsed(overlay))


@cache
def _parsed(overlay: str) -> list[Manifest]:
    """Read once: the rules alone take a second."""
    return [one for one in yaml.safe_load_all(rendered_text(overlay)) if one is not None]


def tool(name: str) -> str:
    """A program of requirements/ops.txt; skips the test where they cannot be installed."""
    try:
        return str(tools.tool(name))
    except OSError as error:
        pytest.skip(f"{name} of requirements/ops.txt is not here: {error}")


def verdicts(objects: Sequence[Manifest]) -> list[str | None]:
    """What the strict schemas find wrong with each; "" where nothing, None where its schema is absent."""
    command = [tool("python"), str(K8S / "validate.py")]
    if CRDS.is_dir():
        command += ["--crds", str(CRDS)]
    lines = "".join(json.dumps(one) + "\n" for one in objects)
    done = subprocess.run(command, input=lines, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(objects)
    return answers


def of_kind(objects: Sequence[Manifest], *kinds: str) -> list[Manifest]:
    """Those of these kinds."""
    return [one for one in objects if one["kind"] in kinds]


def name(manifest: Manifest) -> str:
    """Kind and name, for messages."""
    return f"{manifest['kind']}/{manifest['metadata']['name']}"


def templates(objects: Sequence[Manifest]) -> Iterator[tuple[Manifest, Manifest]]:
    """Each Deployment, Job or CronJob and its pod template."""
    for one in of_kind(objects, "Deployment", "Job", "CronJob"):
        spec = one["spec"]["jobTemplate"]["spec"] if one["kind"] == "CronJob" else one["spec"]
        yield one, spec["template"]
