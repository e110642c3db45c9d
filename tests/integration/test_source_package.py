"""A package of others that brings sources: installed beside the project, its contract tests run and pass."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "examples" / "luming-source-sample"
UV = Path(sys.executable).with_name("uv")
TESTS = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests")


class Machine:
    """A virtual environment with the project and the sample package, which sees the locked packages of this one."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.package = folder, folder / "sample"
        self.python = folder / "venv" / "bin" / "python"
        self._run(UV, "venv", "--quiet", "--offline", "--python", sys.executable, folder / "venv")
        site = sysconfig.get_path("purelib", vars={"base": str(folder / "venv"), "platbase": str(folder / "venv")})
        (Path(site) / "locked.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
        shutil.copytree(SAMPLE, self.package, ignore=shutil.ignore_patterns("__pycache__"))
        self.install(ROOT)
        self.install(self.package)

    def install(self, project: Path) -> None:
        """As `pip install` does, without asking any index."""
        options = ("--quiet", "--offline", "--no-deps", "--reinstall", "--python", self.python)
        self._run(UV, "pip", "install", *options, project)

    def ran(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """What Python did, in the package's own folder: nothing of the project is found by where it is run."""
        command = [str(one) for one in (self.python, *arguments)]
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST"))}
        environment = {**clean, "CONFIG_DIR": str(ROOT / "config")}
        return subprocess.run(command, cwd=self.package, env=environment, capture_output=True, text=True, check=False)

    def _run(self, *command: str | Path) -> None:
        environment = {**os.environ, "UV_CACHE_DIR": str(self.folder / "cache")}
        ran = subprocess.run(
            [str(one) for one in command], env=environment, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stderr


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    return Machine(tmp_path_factory.mktemp("package"))


def test_the_contract_tests_of_the_package_pass(machine: Machine) -> None:
    ran = machine.ran(*TESTS)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "[sample_search]" in machine.ran(*TESTS, "--collect-only").stdout


def test_its_sources_stand_among_the_crawlers_own(machine: Machine) -> None:
    ran = machine.ran("-m", "services.crawler", "sources")
    assert ran.returncode == 0, ran.stderr
    names = [line.split()[0] for line in ran.stdout.splitlines() if line]
    assert {"sample_wire", "sample_search"} <= set(names)


def test_a_fixture_that_is_gone_fails_its_tests(machine: Machine) -> None:
    kept = machine.package / "tests" / "fixtures" / "sample_wire"
    kept.rename(machine.folder / "kept")
    try:
        ran = machine.ran(*TESTS)
    finally:
        (machine.folder / "kept").rename(kept)
    assert ran.returncode == 1
    assert "test_every_source_has_a_fixture_folder[sample_wire]" in ran.stdout


def test_a_source_that_is_gone_fails_its_tests_and_is_named_by_every_command(machine: Machine) -> None:
    kept = machine.package / "src" / "luming_source_sample" / "wire.py"
    text = kept.read_text("utf-8")
    kept.unlink()
    try:
        machine.install(machine.package)
        tests, command = machine.ran(*TESTS), machine.ran("-m", "services.crawler", "sources")
    finally:
        kept.write_text(text, "utf-8")
        machine.install(machine.package)
    assert tests.returncode != 0
    assert command.returncode == 2
    assert "luming-source-sample, entry point sample_wire" in command.stderr
    assert "mend:" in command.stderr
