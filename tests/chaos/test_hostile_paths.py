"""Names that lead out of their folder: of sources, steps, files of a manifest, channels; archives that are read."""

import asyncio
import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from deploy.local.newsstand.saved import load_saved
from services.alerter.adapters.subscriptions_file import Known, read_subscriptions
from services.alerter.channels import all_channels
from services.crawler.adapters.fetcher import HttpFetcher
from services.crawler.application.check import Exchange
from services.crawler.application.values import Answer
from services.crawler.domain.source import Request
from services.crawler.sources.config import load_sources
from services.crawler.sources.registry import Plugin, built_in, plugins
from services.crawler.sources.registry import _add as add_plugin
from services.crawler.testing.kept import FIXTURES, KEPT, fixture_of, keep
from services.crawler.testing.scaffold import SOURCES, NewSource, begin
from shared.errors import ConfigError, LumingError
from shared.hiding import NOTHING
from tests.chaos.hostile import LIMITS
from tests.conftest import ROOT
from tests.integration.crawler_site import serve

pytestmark = [pytest.mark.chaos, pytest.mark.fault(56, "../ in names, zip slip"), pytest.mark.timeout(60)]

NAMES = (
    "../evil",
    "..",
    "a/../../evil",
    "/etc/evil",
    "..\\evil",
    "%2e%2e/evil",
    "evil\x00",
    "evil/",
    ".evil",
    "~evil",
    "a b",
)
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def everything(folder: Path) -> set[Path]:
    """All files below the folder's parent."""
    return {path for path in folder.parent.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", NAMES)
def test_no_source_is_called_so(tmp_path: Path, name: str) -> None:
    root = tmp_path / "project"
    (root / SOURCES).mkdir(parents=True)
    before = everything(root)
    for kind in ("feed", "listing"):
        with pytest.raises(ConfigError):
            begin(root, NewSource(name, kind))
    with pytest.raises(ConfigError):
        fixture_of(root, name)
    with pytest.raises(ConfigError, match="no name of a source"):
        add_plugin({}, Plugin(name, built_in()["feed"].options, built_in()["feed"].build), "a package")
    file = tmp_path / "sources.yaml"
    entry = {"name": name, "kind": "feed", "address": "https://n.cn/", "rights": "link"}
    file.write_text(json.dumps({"built_in": False, "sources": [entry]}), "utf-8")
    with pytest.raises(ConfigError):
        load_sources(file, {}, NOW.date())
    assert everything(root) == {*before, file}


def test_every_plug_in_has_a_name_that_leads_nowhere() -> None:
    assert all(Path(name).name == name and not name.startswith(".") for name in plugins())


@pytest.mark.parametrize("name", NAMES)
def test_what_is_kept_of_a_check_stays_in_its_folder(tmp_path: Path, name: str) -> None:
    root = tmp_path / "project"
    root.mkdir()
    answer = Answer(f"https://n.cn/{name}", b"{}", media=f"text/{name}")
    exchange = Exchange(Request("https://n.cn/", step=name), answer, None, NOW)
    folder = keep(root, "alizila", [exchange], NOTHING)
    assert folder == root / KEPT / "alizila"
    assert {path.parent for path in everything(root)} == {folder}
    index = json.loads((folder / "answers.json").read_text("utf-8"))
    (tmp_path / "secret").write_text("CANARY", "utf-8")
    index[0]["file"] = "../../../../secret"
    (folder / "answers.json").write_text(json.dumps(index), "utf-8")
    with pytest.raises((ConfigError, OSError)):
        fixture_of(root, "alizila")
    written = everything(root) - {tmp_path / "secret"}
    assert all(path.is_relative_to(root / FIXTURES) or path.parent == folder for path in written)
    assert not [path for path in written if b"CANARY" in path.read_bytes()]


@pytest.mark.parametrize("name", [name for name in NAMES if "\x00" not in name])
def test_a_manifest_names_files_of_its_own_folder_alone(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    (tmp_path / "evil").write_bytes(gzip.compress(b"CANARY"))
    (folder / "manifest.jsonl").write_text(json.dumps({"id": name, "html": name}) + "\n", "utf-8")
    with pytest.raises(ValueError, match=r"outside the folder|no file"):
        load_saved(folder)


def test_a_link_out_of_the_folder_is_no_page(tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    (tmp_path / "evil").write_bytes(gzip.compress(b"CANARY"))
    (folder / "page.gz").symlink_to(tmp_path / "evil")
    (folder / "manifest.jsonl").write_text('{"id": "1", "html": "page.gz"}\n', "utf-8")
    with pytest.raises(ValueError, match="outside the folder"):
        load_saved(folder)


@pytest.mark.parametrize("name", NAMES)
def test_no_target_of_a_channel_names_a_variable_or_a_file_elsewhere(name: str) -> None:
    kinds: dict[str, Any] = dict(all_channels())
    known = Known((), {kind: channel.check_target for kind, channel in kinds.items()})
    for kind in kinds:
        plain = {"subscriptions": [{"name": "a", "channels": {kind: name}}]}
        if kind in ("slack", "telegram"):  # their names are sent to the service and name nothing here
            continue
        with pytest.raises(ConfigError):
            read_subscriptions(json.dumps(plain), "subscriptions", known)


def test_a_path_that_climbs_is_asked_of_the_site_and_opens_nothing() -> None:
    with serve() as site:

        async def run() -> None:
            async with HttpFetcher(LIMITS, "tests@example.com", True, chance=lambda: 0.0) as fetcher:
                for climb in ("/../../etc/passwd", "/static/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc/passwd"):
                    with pytest.raises(LumingError, match="404"):
                        await fetcher.fetch(Request(site.url(climb)), 0.0, page=True)

        asyncio.run(run())
        assert len(site.paths()) == 4


def test_nothing_that_runs_unpacks_an_archive_to_files() -> None:
    """Zip slip needs an archive that is unpacked to where its names say: the product unpacks none."""
    calls = ("extractall(", "unpack_archive(", "import zipfile", "import tarfile")
    found = [
        f"{path.relative_to(ROOT)}: {call}"
        for room in ("services", "shared", "deploy")
        for path in (ROOT / room).rglob("*.py")
        for call in calls
        if call in path.read_text("utf-8")
    ]
    assert found == []
