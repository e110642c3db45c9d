"""What a process tells of itself: build, conditions, disks, certificates."""

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from shared.runtime.build import UNKNOWN, _version, build_of
from shared.runtime.certificates import earliest_end, files_of_database
from shared.runtime.health import Health
from shared.runtime.metrics import describe_process
from shared.runtime.settings import ServiceSettings

pytestmark = pytest.mark.unit


def certificate(folder: Path, name: str, days: int) -> Path:
    """A certificate that ends after so many days; skipped where openssl is absent."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is absent")
    file = folder / f"{name}.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-days", str(days)]
    made = [*command, "-keyout", str(folder / f"{name}.key"), "-out", str(file)]
    subprocess.run(made, check=True, capture_output=True)
    return file


def near(end: datetime | None, days: int) -> bool:
    return end is not None and abs(end - datetime.now(UTC) - timedelta(days=days)) < timedelta(minutes=5)


@pytest.mark.parametrize("days", [30, 20_000])
def test_the_end_of_a_certificate_before_and_after_2050(tmp_path: Path, days: int) -> None:
    assert near(earliest_end(certificate(tmp_path, "one", days)), days)


def test_of_a_chain_the_first_end_counts(tmp_path: Path) -> None:
    chain = tmp_path / "chain.pem"
    chain.write_bytes(certificate(tmp_path, "late", 300).read_bytes() + certificate(tmp_path, "soon", 5).read_bytes())
    assert near(earliest_end(chain), 5)


def test_a_file_without_a_certificate_has_no_end(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("nothing")
    assert earliest_end(tmp_path / "empty.pem") is None


@pytest.mark.parametrize("body", ["AAAA", "MIIB", "MAMCAQE="])
def test_what_is_no_certificate_is_refused(tmp_path: Path, body: str) -> None:
    file = tmp_path / "bad.pem"
    file.write_text(f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n")
    with pytest.raises(ValueError, match="no certificate"):
        earliest_end(file)


def test_a_process_describes_itself(tmp_path: Path) -> None:
    settings = ServiceSettings(
        kafka_bootstrap_servers="broker.example:9092", database_url="postgresql://u@db.example/luming",
        data_dir=tmp_path, build_revision="abc123", kafka_ssl_cafile=tmp_path / "absent.pem",
    )  # fmt: skip
    registry, health = CollectorRegistry(), Health(["broker", "database"])
    describe_process(registry, "crawler", settings, health)
    health.ready("broker")
    health.ill("no progress")
    ready = [registry.get_sample_value("luming_ready", {"condition": name}) for name in ("broker", "database")]
    assert ready == [1, 0]
    assert registry.get_sample_value("luming_healthy") == 0
    folder = {"folder": "data_dir"}
    free = registry.get_sample_value("luming_disk_free_bytes", folder)
    size = registry.get_sample_value("luming_disk_size_bytes", folder)
    assert free is not None
    assert size is not None
    assert 0 < free < size
    info = {sample.labels["revision"] for family in registry.collect() if family.name == "luming_build_info"
            for sample in family.samples}  # fmt: skip
    assert info == {"abc123"}


def ends(url: str) -> dict[str, datetime]:
    """What a process that connects to this database tells of certificates."""
    settings = ServiceSettings(kafka_bootstrap_servers="broker.example:9092", database_url=url)
    registry = CollectorRegistry()
    describe_process(registry, "crawler", settings, Health([]))
    return {
        sample.labels["file"]: datetime.fromtimestamp(sample.value, UTC)
        for family in registry.collect()
        for sample in family.samples
        if sample.name == "luming_certificate_expiry_timestamp_seconds"
    }


def test_the_databases_authority_is_told_whichever_way_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    soon, late = certificate(tmp_path, "soon", 5), certificate(tmp_path, "late", 300)
    monkeypatch.delenv("PGSSLROOTCERT", raising=False)
    address = "postgresql://u@db.example/luming"
    assert ends(address) == {}
    named = ends(f"{address}?sslmode=verify-full&sslrootcert={soon}&sslcert={late}")
    assert near(named["pgsslrootcert"], 5)
    assert near(named["pgsslcert"], 300)
    monkeypatch.setenv("PGSSLROOTCERT", str(late))
    assert near(ends(address)["pgsslrootcert"], 300)
    assert near(ends(f"{address}?sslrootcert={soon}")["pgsslrootcert"], 5), "the address comes before the environment"


@pytest.mark.parametrize("url", ["", "postgresql://u@db.example:x/luming", "no address"])
def test_a_process_without_a_database_has_none_of_its_certificates(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGSSLROOTCERT", "/var/run/luming/database-ca/ca.crt")
    assert files_of_database(url) == {}


def test_the_authorities_of_the_machine_are_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGSSLROOTCERT", "system")
    assert files_of_database("postgresql://u@db.example/luming") == {}


def test_the_version_is_that_of_the_project_and_unknown_without_one(tmp_path: Path) -> None:
    assert build_of("").revision == UNKNOWN
    assert build_of("").version != UNKNOWN
    assert _version(tmp_path / "pyproject.toml") in (UNKNOWN, build_of("").version)
