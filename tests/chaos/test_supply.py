"""A package, a jar or a start file that is not the one that was locked: refused before it runs, or found."""

import base64
import hashlib
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from deploy.local.broker import Broker
from deploy.local.kafka_jars import WrongJar, check_jars
from deploy.local.paths import KAFKA_JARS, ROOT
from shared.runtime.supply import hash_of, strange

pytestmark = pytest.mark.chaos

SUPPLIED = pytest.mark.fault(61, "a wheel or jar one byte off, a new .pth")


def wheel(folder: Path, body: bytes = b"WHO = 'the one that was locked'\n") -> Path:
    """A package of one module, as pip installs it."""
    info = "locked-1.0.dist-info"
    files = {
        "locked.py": body,
        f"{info}/METADATA": b"Metadata-Version: 2.1\nName: locked\nVersion: 1.0\n",
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    digests = {name: base64.urlsafe_b64encode(hashlib.sha256(raw).digest()).rstrip(b"=") for name, raw in files.items()}
    record = "".join(f"{name},sha256={digests[name].decode()},{len(raw)}\n" for name, raw in files.items())
    path = folder / "locked-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as packed:
        for name, raw in files.items():
            packed.writestr(name, raw)
        packed.writestr(f"{info}/RECORD", record + f"{info}/RECORD,,\n")
    return path


def pip(folder: Path, lock: Path, target: Path) -> subprocess.CompletedProcess[str]:
    """Install as `make setup` does, from this folder alone."""
    command = [sys.executable, "-m", "pip", "install", "--require-hashes", "--no-index", "--no-input", "--no-deps"]
    return subprocess.run(
        [*command, "--find-links", str(folder), "--target", str(target), "-r", str(lock)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_CACHE_DIR": "1"},
        timeout=120,
    )


@SUPPLIED
def test_a_wheel_one_byte_off_is_not_installed(tmp_path: Path) -> None:
    path = wheel(tmp_path)
    lock = tmp_path / "lock.txt"
    lock.write_text(f"locked==1.0 --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n")
    good = pip(tmp_path, lock, tmp_path / "good")
    assert good.returncode == 0, good.stderr
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"the one")] ^= 1
    path.write_bytes(raw)
    bad = pip(tmp_path, lock, tmp_path / "bad")
    assert bad.returncode != 0
    assert "DO NOT MATCH THE HASHES" in bad.stderr
    assert not (tmp_path / "bad" / "locked.py").exists()


@SUPPLIED
@pytest.mark.parametrize("lock", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda path: path.name)
def test_every_locked_package_is_pinned_and_has_a_hash(lock: Path) -> None:
    entries = [part for part in lock.read_text("utf-8").replace("\\\n", " ").splitlines() if part[:1].isalnum()]
    assert entries
    assert [
        entry.split()[0] for entry in entries if "==" not in entry.split(";")[0] or "--hash=sha256:" not in entry
    ] == []


@SUPPLIED
def test_a_jar_one_byte_off_one_too_many_and_one_missing_start_no_broker(tmp_path: Path) -> None:
    if not KAFKA_JARS.is_dir():
        pytest.skip("Kafka's jars are not here: make setup")
    jars = tmp_path / "jars"
    jars.mkdir()
    for jar in KAFKA_JARS.glob("*.jar"):
        (jars / jar.name).symlink_to(jar)
    assert check_jars(jars)
    victim = jars / "kafka-clients-4.3.1.jar"
    if not victim.exists():
        victim = sorted(jars.iterdir())[0]
    raw = bytearray(victim.read_bytes())
    victim.unlink()
    with pytest.raises(WrongJar, match="missing"):
        Broker(tmp_path / "kafka", jars).start()
    raw[len(raw) // 2] ^= 1
    victim.write_bytes(raw)
    with pytest.raises(WrongJar, match="refused"):
        Broker(tmp_path / "kafka", jars).start()
    raw[len(raw) // 2] ^= 1
    victim.write_bytes(raw)
    (jars / "extra.jar").write_bytes(b"PK")
    with pytest.raises(WrongJar, match="is not in"):
        Broker(tmp_path / "kafka", jars).start()


@SUPPLIED
@pytest.mark.parametrize("name", ["zz_update.pth", "sitecustomize.py", "usercustomize.py"])
def test_a_file_that_runs_at_every_start_and_belongs_to_nobody_is_found(tmp_path: Path, name: str) -> None:
    installed = unpacked(tmp_path)
    assert list(strange(installed, whole=True)) == []
    (installed / name).write_text("import os\n")
    (found,) = strange(installed)
    assert name in found


@SUPPLIED
def test_a_changed_start_file_and_a_changed_module_are_found(tmp_path: Path) -> None:
    installed = unpacked(tmp_path)
    start = installed / "locked.pth"
    start.write_text("# harmless\n")
    record = installed / "locked-1.0.dist-info" / "RECORD"
    record.write_text(f"{record.read_text()}locked.pth,{hash_of(start)},11\n")
    assert list(strange(installed, whole=True)) == []
    start.write_text("import os; os.system('true')\n")
    assert ["not as it was installed" in line for line in strange(installed)] == [True]
    (installed / "locked.py").write_text("WHO = 'another'\n")
    assert list(strange(installed)) == list(strange(installed, whole=True))[:1]
    assert len(list(strange(installed, whole=True))) == 2


@SUPPLIED
def test_this_environment_has_none() -> None:
    command = [sys.executable, "-S", "-m", "shared.runtime.supply", sysconfig.get_path("purelib")]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


def unpacked(folder: Path) -> Path:
    """A folder of packages with the one wheel in it."""
    target = folder / "site-packages"
    with zipfile.ZipFile(wheel(folder)) as packed:
        packed.extractall(target)
    return target
