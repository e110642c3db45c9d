"""What setting up decides: which Java, which repository, which jars are refused, and how paths reach Java."""

import hashlib
from pathlib import Path

import pytest

from deploy.local import fetch_jars
from deploy.local.broker_files import escaped
from deploy.local.java import find_java, read_version
from deploy.local.kafka_jars import WrongJar, check_jars, read_list

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("told", "version"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('openjdk version "25.0.2" 2026-01-20 LTS', 25),
        ('java version "1.8.0_402"', 8),
        ('openjdk version "21" 2023-09-19', 21),
        ("command not found", None),
    ],
)
def test_the_version_of_java_is_read(told: str, version: int | None) -> None:
    assert read_version(told) == version


@pytest.mark.parametrize(("version", "own"), [("1.8.0_402", False), ("11.0.2", False), ("17.0.1", True), ("26", True)])
def test_java_of_the_system_is_taken_when_new_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, own: bool
) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(java.parent))
    assert (find_java() == java) is own


def jars(folder: Path) -> dict[str, str]:
    """A folder with two jars, and their list."""
    listed = {}
    for name in ("a.jar", "b.jar"):
        content = name.encode() * 100
        (folder / name).write_bytes(content)
        listed[name] = hashlib.sha256(content).hexdigest()
    return listed


def test_the_listed_jars_are_accepted(tmp_path: Path) -> None:
    listed = jars(tmp_path)
    assert check_jars(tmp_path, listed) == [tmp_path / "a.jar", tmp_path / "b.jar"]


def test_a_jar_one_byte_off_is_refused_by_name(tmp_path: Path) -> None:
    listed = jars(tmp_path)
    content = bytearray((tmp_path / "b.jar").read_bytes())
    content[50] ^= 1
    (tmp_path / "b.jar").write_bytes(content)
    with pytest.raises(WrongJar, match=r"b\.jar has SHA-256 .* refused\n  mend: delete "):
        check_jars(tmp_path, listed)


def test_a_missing_jar_is_named(tmp_path: Path) -> None:
    listed = jars(tmp_path)
    (tmp_path / "a.jar").unlink()
    with pytest.raises(WrongJar, match=r"1 of Kafka's jars missing .* a\.jar"):
        check_jars(tmp_path, listed)


def test_a_jar_that_nobody_listed_is_refused(tmp_path: Path) -> None:
    listed = jars(tmp_path)
    (tmp_path / "c.jar").write_bytes(b"")
    with pytest.raises(WrongJar, match=r"c\.jar is not in kafka_jars\.txt"):
        check_jars(tmp_path, listed)


def test_the_list_names_kafka_and_its_digests() -> None:
    listed = read_list()
    assert "kafka_2.13-4.3.1.jar" in listed
    assert len(listed) == 46  # 45 of Kafka, one that writes its log
    assert all(len(digest) == 64 for digest in listed.values())


def settings(mirror_of: str, url: str = "https://mirror.example/maven") -> str:
    return (
        '<settings xmlns="urn:example:settings"><mirrors><mirror><id>m</id>'
        f"<mirrorOf>{mirror_of}</mirrorOf><url> {url} </url></mirror></mirrors></settings>"
    )


@pytest.mark.parametrize(
    ("mirror_of", "url"),
    [
        ("central", "https://mirror.example/maven"),
        ("*", "https://mirror.example/maven"),
        ("internal,central", "https://mirror.example/maven"),
        ("*,!internal", "https://mirror.example/maven"),
        ("*,!central", ""),
        ("internal", ""),
    ],
)
def test_a_mirror_in_mavens_settings_is_found(mirror_of: str, url: str) -> None:
    assert fetch_jars.mirror_of(settings(mirror_of)) == url


def test_the_variable_comes_before_mavens_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch_jars, "SETTINGS", tmp_path / "settings.xml")
    monkeypatch.delenv("MAVEN_MIRROR_URL", raising=False)
    assert fetch_jars.repository() == fetch_jars.CENTRAL
    (tmp_path / "settings.xml").write_text(settings("central"))
    assert fetch_jars.repository() == "https://mirror.example/maven"
    monkeypatch.setenv("MAVEN_MIRROR_URL", "https://own.example/m2/")
    assert fetch_jars.repository() == "https://own.example/m2"


@pytest.mark.parametrize(
    ("path", "value"), [("/a b/c", "/a b/c"), ("/资", "/\\u8d44"), ("/é", "/\\u00e9"), ("/😀", "/\\ud83d\\ude00")]
)
def test_a_path_reaches_java_whole(path: str, value: str) -> None:
    assert escaped(Path(path)) == value
