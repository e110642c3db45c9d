"""A source that has just been begun: right in every kind, and never over another one."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from services.crawler.sources.fixture import READ_AT, source_of, walk
from services.crawler.sources.registry import Plugin
from services.crawler.testing.scaffold import FIXTURES, SOURCES, NewSource, begin
from services.crawler.testing.templates import TEMPLATES
from shared.errors import ConfigError

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[3]
LONG = "https://www.lantern.example/news/" + "long/" * 30


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / SOURCES).mkdir(parents=True)
    return tmp_path


def loaded(file: Path) -> Plugin:
    names: dict[str, object] = {}
    exec(compile(file.read_text("utf-8"), file, "exec"), names)
    plugin = names["PLUGIN"]
    assert isinstance(plugin, Plugin)
    return plugin


OUTLETS = [
    "Lantern\\News",
    "two\nlines\r\n\u2028 and\ttabs\0",
    "'single' and \"double\"",
    '"more" \'double\' "quotes"',
    "\\",
    '"""',
    "快报" * 40,
    '快"报\\' * 25,
    "e\u0301" * 90,
    *("x" * wide for wide in (96, 102, 103, 104, 106, 107, 108)),
]


def in_style(file: Path) -> None:
    for command in (["check"], ["format", "--check"]):
        ruff = [str(Path(sys.executable).with_name("ruff")), *command, "--config", str(ROOT / "pyproject.toml")]
        ran = subprocess.run([*ruff, "--no-cache", str(file)], capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stdout + ran.stderr + file.read_text("utf-8")


@pytest.mark.parametrize("outlet", OUTLETS)
def test_a_name_of_any_letters_is_written_in_style(project: Path, outlet: str) -> None:
    file, *_ = begin(project, NewSource("lantern", "feed", outlet=outlet))
    defaults = loaded(file).defaults
    assert defaults is not None
    assert defaults.outlet == " ".join(outlet.replace("\0", "").split())
    in_style(file)


def test_a_source_that_cannot_be_written_leaves_nothing(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = Path.write_text

    def full(self: Path, text: str, encoding: str) -> int:
        if self.suffix == ".py":
            raise OSError("No space left on device")
        return written(self, text, encoding)

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(ConfigError, match="No space left"):
        begin(project, NewSource("lantern", "feed"))
    assert not list(project.rglob("lantern*"))


@pytest.mark.parametrize("kind", TEMPLATES)
@pytest.mark.parametrize("address", ["", "http://localnews.example:8080/a?b=c", LONG], ids=["none", "odd", "long"])
def test_its_fixture_is_read_and_its_file_is_in_style(project: Path, kind: str, address: str) -> None:
    file, *_ = begin(project, NewSource("lantern", kind, address, 'Lantern "News" 快报'))
    plugin = loaded(file)
    folder = project / FIXTURES / "lantern"
    found = walk(folder, source_of(folder, plugin)[0], READ_AT).plain()
    assert found == json.loads((folder / "expected.json").read_text("utf-8"))
    site = "/".join((address or "https://www.lantern.example/").split("/")[:3])
    assert [item["address"] for item in found["items"]] == [f"{site}/news/1003.html", f"{site}/news/1002.html"]
    assert found["items"][0]["published"] == "2026-11-20T09:30:00+08:00"
    assert found["dropped"] == 1
    assert (folder / "about.md").exists()
    in_style(file)


def test_it_is_off_until_somebody_has_seen_it(project: Path) -> None:
    defaults = loaded(begin(project, NewSource("lantern", "feed", "https://lantern.example/feed"))[0]).defaults
    assert defaults is not None
    assert (defaults.enabled, defaults.why_off, defaults.evidence) == (False, "nobody has seen it live yet", "U")


@pytest.mark.parametrize(
    ("new", "where", "says"),
    [
        (NewSource("", "feed"), "NAME", "no name"),
        (NewSource("Lantern", "feed"), "NAME", "no name"),
        (NewSource("lantern-news", "feed"), "NAME", "no name"),
        (NewSource("../lantern", "feed"), "NAME", "no name"),
        (NewSource("import", "feed"), "NAME", "no name"),
        (NewSource("a" * 41, "feed"), "NAME", "no name"),
        (NewSource("feed", "feed"), "NAME", "taken"),
        (NewSource("registry", "feed"), "NAME", "taken"),
        (NewSource("written", "feed"), "NAME", "taken"),
        (NewSource("left_over", "feed"), "NAME", "fixture folder"),
        (NewSource("lantern", ""), "KIND", "no kind"),
        (NewSource("lantern", "atom"), "KIND", "no kind"),
        (NewSource("lantern", "feed", "lantern.example/feed"), "ADDRESS", "lantern.example/feed"),
        (NewSource("lantern", "feed", "https://me:secret@lantern.example/"), "ADDRESS", "name or password"),
        (NewSource("lantern", "feed", language="fr"), "LANGUAGE", "fr"),
        (NewSource("lantern", "json_api", "https://a.example/{word}"), "ADDRESS", "words"),
    ],
)
def test_what_cannot_be_begun_is_said_with_its_mend(project: Path, new: NewSource, where: str, says: str) -> None:
    (project / SOURCES / "written.py").touch()
    (project / FIXTURES / "left_over").mkdir(parents=True)
    before = sorted(project.rglob("*"))
    with pytest.raises(ConfigError) as caught:
        begin(project, new)
    assert caught.value.where == where
    assert says in caught.value.wrong
    assert caught.value.right
    assert sorted(project.rglob("*")) == before


def test_outside_the_project_nothing_is_begun(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="go to the project's folder"):
        begin(tmp_path, NewSource("lantern", "feed"))
