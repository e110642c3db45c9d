"""A source begun in a copy of the project: its tests pass at once, and what is taken away fails them."""

import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]
COPIED = ("services", "shared", "config", "tests/contract", "tests/fixtures/sources", "tests/__init__.py")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("project")
    for name in (*COPIED, "tests/conftest.py", "pyproject.toml"):
        source, target = ROOT / name, copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, target) if source.is_dir() else shutil.copy2(source, target)
    return copy


def ran(project: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command of the Makefile in the copy, with only what a new source needs: no broker, database or network."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=project, env={**kept, **environment}, capture_output=True, text=True, check=False
    )


def contract_run(project: Path, name: str) -> subprocess.CompletedProcess[str]:
    """As `make test-source` does it."""
    options = ("-q", "-p", "no:hypothesispytest", "-p", "no:xdist", "tests/contract/test_sources.py")
    assert " ".join(options) in MAKEFILE
    return ran(project, "-m", "pytest", *options, "--source", name, PYTEST_ADDOPTS="-rA")


def processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize("kind", ["feed", "sitemap", "listing", "json_api"])
def test_its_tests_pass_at_once_and_soon(project: Path, kind: str) -> None:
    name = f"lantern_{kind}"
    made = ran(project, "-m", "services.crawler.testing", "new-source", NAME=name, KIND=kind)
    assert made.returncode == 0, made.stderr
    assert f"wrote services/crawler/sources/{name}.py" in made.stdout
    began = processor_seconds()
    passed = contract_run(project, name)
    # Of the processor, since the machine has other work; the first run also compiles the copy.
    assert kind == "feed" or processor_seconds() - began < 5
    assert passed.returncode == 0, passed.stdout + passed.stderr
    ids = ran(
        project, "-m", "pytest", "-q", "--collect-only", "tests/contract/test_sources.py", "--source", name
    ).stdout
    assert f"test_reads_its_fixture[{name}]" in ids


def test_a_fixture_that_is_gone_fails(project: Path) -> None:
    folder = project / "tests/fixtures/sources/kr36"
    folder.rename(project / "kept")
    failed = contract_run(project, "kr36")
    (project / "kept").rename(folder)
    assert failed.returncode == 1
    assert "test_every_source_has_a_fixture_folder[kr36]" in failed.stdout


def test_a_source_that_is_gone_fails(project: Path) -> None:
    file = project / "services/crawler/sources/kr36.py"
    file.rename(project / "kept.py")
    failed = contract_run(project, "kr36")
    (project / "kept.py").rename(file)
    assert failed.returncode == 1
    assert "test_every_folder_belongs_to_a_source[kr36]" in failed.stdout


def test_a_name_that_nothing_has_is_an_error(project: Path) -> None:
    unknown = contract_run(project, "no_such_source")
    assert unknown.returncode != 0
    assert "no source or fixture folder is named no_such_source" in unknown.stderr


def test_a_taken_name_is_refused_with_its_mend(project: Path) -> None:
    taken = ran(project, "-m", "services.crawler.testing", "new-source", NAME="kr36", KIND="feed")
    assert taken.returncode == 2
    assert "the name kr36 is taken" in taken.stderr
    assert "mend:" in taken.stderr
