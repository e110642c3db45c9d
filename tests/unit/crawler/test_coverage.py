"""`sources --coverage`: who is covered, by which sources, and what would open the blind spots."""

from datetime import date
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from services.crawler.__main__ import app
from services.crawler.domain.columns import width
from services.crawler.sources.config import Sources, load_sources
from services.crawler.sources.coverage import coverage, coverage_of
from shared.watch import load_watchlist
from shared.watch.watchlist import Watchlist

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[3]
TODAY = date(2026, 11, 22)


@pytest.fixture
def watchlist() -> Watchlist:
    return load_watchlist(ROOT / "config" / "watchlist.yaml")


def sources(tmp_path: Path, **tuned: dict[str, object]) -> Sources:
    """Feeds of our own, and nothing that is built in."""
    feeds = [
        {"name": name, "kind": "feed", "address": f"https://{name}.example/feed", **more}
        for name, more in tuned.items()
    ]
    path = tmp_path / "sources.yaml"
    path.write_text(yaml.safe_dump({"built_in": False, "sources": feeds}), "utf-8")
    return load_sources(path, {}, TODAY)


def verdicts(found: Sources, watchlist: Watchlist) -> dict[str, str]:
    return {one.entity.id: one.verdict for one in coverage_of(found, watchlist)}


def test_a_source_of_its_own_covers(tmp_path: Path, watchlist: Watchlist) -> None:
    found = sources(tmp_path, own={"direct": ["dxy"]}, other={"indirect": ["dxy", "chunyu"]})
    seen = verdicts(found, watchlist)
    assert (seen["dxy"], seen["chunyu"], seen["wedoctor"]) == ("covered", "indirect only", "blind spot")


@pytest.mark.parametrize(
    "more", [{"enabled": False, "why_off": "not seen"}, {"role": "recall"}, {"variables": ["A_TOKEN"]}]
)
def test_a_source_that_cannot_alert_covers_nobody(
    tmp_path: Path, watchlist: Watchlist, more: dict[str, object]
) -> None:
    assert verdicts(sources(tmp_path, own={"direct": ["dxy"], **more}), watchlist)["dxy"] == "blind spot"


def test_a_blind_spot_is_named_with_what_would_open_it(tmp_path: Path, watchlist: Watchlist) -> None:
    found = sources(tmp_path, own={"direct": ["dxy"], "variables": ["A_TOKEN"]})
    text = coverage(found, watchlist)
    closing = text.partition("what would open them:")[2]
    assert "丁香园 (dxy), blind spot\n    own is off: needs the environment variable A_TOKEN" in closing
    assert "春雨医生 (chunyu), blind spot\n    nothing asks for it by name" in closing
    assert "own (off)" in text


def test_the_columns_stand_in_line_under_chinese_names(tmp_path: Path, watchlist: Watchlist) -> None:
    many: dict[str, dict[str, object]] = {
        f"a-source-with-a-long-name-{number}": {"direct": ["dxy"]} for number in range(5)
    }
    lines = coverage(sources(tmp_path, **many), watchlist).split("\n")
    table = lines[: lines.index("")]
    at = width(table[0][: table[0].index("direct")])
    continued = [line for line in table if line.startswith(" ")]
    assert len(continued) == 4
    assert {len(line) - len(line.lstrip()) for line in continued} == {at}
    (row,) = [line for line in table if "dxy" in line]
    assert width(row[: row.index("a-source")]) == at


def test_of_the_projects_own_configuration_the_first_circle_is_covered(watchlist: Watchlist) -> None:
    found = coverage_of(load_sources(ROOT / "config" / "sources.yaml", {}, TODAY), watchlist)
    assert {one.verdict for one in found if one.entity.circle == "first"} == {"covered"}
    regulators = {one.entity.id: one.verdict for one in found if one.entity.circle == "regulator"}
    assert "blind spot" not in regulators.values()
    assert regulators["regulator_nmpa"] == "indirect only", "its own site answers programs with a challenge"


def test_the_command_shows_it_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONFIG_DIR", str(ROOT / "config"))
    monkeypatch.setenv("COLUMNS", "200")
    shown = CliRunner().invoke(app, ["sources", "--coverage"])
    assert shown.exit_code == 0
    assert "阿里健康" in shown.output
    assert "not covered, and what would open them:" in shown.output
    assert "--coverage" in CliRunner().invoke(app, ["sources", "--help"]).output
