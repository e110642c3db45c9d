"""config/sources.yaml: a wrong one is answered with file, line, what is wrong and what would be right."""

from datetime import date
from pathlib import Path

import pytest

from services.crawler.sources.config import load_sources
from services.crawler.sources.table import table
from shared.errors import ConfigError

pytestmark = pytest.mark.unit

TODAY = date(2026, 11, 22)
GOOD = """\
defaults: {interval: 60}
sources:
  - name: one
    kind: feed
    address: ${BASE}/feed.xml
    enabled: true
  - name: two
    kind: listing
    address: https://example.com/list
    interval: 5
    enabled: false
    why_off: no longer there
    options:
      items: li
built_in: false
"""


def load(tmp_path: Path, text: str, **environment: str) -> list[str]:
    path = tmp_path / "sources.yaml"
    path.write_text(text, "utf-8")
    return [one.address for one in load_sources(path, environment, TODAY).all]


def test_variables_are_expanded_and_defaults_hold(tmp_path: Path) -> None:
    path = tmp_path / "sources.yaml"
    path.write_text(GOOD, "utf-8")
    sources = load_sources(path, {"BASE": "http://127.0.0.1:8000"}, TODAY)
    assert [(one.name, one.entry.address, one.interval) for one in sources.all] == [
        ("one", "http://127.0.0.1:8000/feed.xml", 60),
        ("two", "https://example.com/list", 5),
    ]
    assert [one.name for one in sources.enabled] == ["one"]
    shown = table(sources)
    assert "no longer there" in shown
    assert "1 on, 1 off" in shown


@pytest.mark.parametrize(
    ("wrong", "line", "says"),
    [
        (GOOD.replace("kind: feed", "kind: fead"), 4, "unknown kind fead"),
        (GOOD.replace("name: two", "name: one"), 7, "used twice"),
        (GOOD.replace("items: li", "item: li"), 14, "sources.1.options.item: unknown key"),
        (GOOD.replace("items: li", "items: li >"), 14, "no CSS selector"),
        (GOOD.replace("interval: 5", "interval: soon"), 10, "sources.1.interval"),
        (GOOD.replace("interval: 5", "interval: .inf"), 10, "sources.1.interval"),
        (GOOD.replace("interval: 5", "pace: .nan"), 10, "sources.1.pace"),
        (GOOD.replace("interval: 60", "interval: .inf"), 1, "defaults.interval"),
        (GOOD.replace("https://example.com/list", "'http://[::1'"), 9, "sources.1.address"),
        (GOOD.replace("https://example.com/list", "https://a:b@example.com/"), 9, "sources.1.address"),
        (GOOD.replace("enabled: true", "enabeld: true"), 6, "enabeld: unknown key"),
        (GOOD.replace("name: one", "name: One!"), 3, "sources.0.name"),
        (GOOD.replace("${BASE}/feed.xml", "ftp://example.com"), 5, "sources.0.address"),
        (GOOD.replace("enabled: true", "timezone: Asia/Nowhere"), 6, "timezone"),
        (GOOD.replace("sources:", "sources: ]"), 2, "no YAML"),
        (GOOD.replace("enabled: true", "reliability: B"), 6, "the letter B without a reason"),
        (GOOD.replace("enabled: true", "reliability: G\n    reliability_why: it is good"), 6, "sources.0.reliability"),
        (GOOD.replace("enabled: true", "reliability: b\n    reliability_why: it is good"), 6, "sources.0.reliability"),
        (GOOD.replace("enabled: true", "reliability: B\n    reliability_why: '-'"), 7, "sources.0.reliability_why"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, wrong: str, line: int, says: str) -> None:
    environment = {"BASE": "https://example.com"}
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, wrong, **environment)
    assert says in caught.value.wrong
    assert caught.value.line == line
    assert caught.value.right


def test_a_variable_in_a_comment_is_no_variable(tmp_path: Path) -> None:
    assert load(tmp_path, "# ${NOT_SET}\nbuilt_in: false\nsources: []\n") == []


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot be read"):
        load_sources(tmp_path / "none.yaml", {}, TODAY)


def test_a_variable_that_is_not_set_turns_only_its_source_off(tmp_path: Path) -> None:
    path = tmp_path / "sources.yaml"
    path.write_text(GOOD.replace("enabled: false", "enabled: true"), "utf-8")
    sources = load_sources(path, {}, TODAY)
    assert [(one.name, one.why_off) for one in sources.all] == [
        ("one", "needs the environment variable BASE"),
        ("two", ""),
    ]


TERMS = """\
built_in: false
sources:
  - {name: refused, kind: feed, address: "https://example.com/a", terms: {verdict: prohibited, address: "https://example.com/terms"}}
  - {name: unread, kind: feed, address: "https://example.com/b"}
  - {name: open, kind: feed, address: "https://example.com/c", terms: {verdict: allowed}}
"""
LEAVE = "permission: {document: contract 7, approver: legal, given: 2026-01-01, until: 2026-11-21}}"


def off(path: Path, overlay: Path | None = None, today: date = TODAY) -> dict[str, str]:
    return {one.name: one.why_off for one in load_sources(path, {}, today, overlay).all}


def test_terms_that_refuse_programs_need_a_permission_that_holds(tmp_path: Path) -> None:
    path = tmp_path / "sources.yaml"
    path.write_text(TERMS, "utf-8")
    assert "https://example.com/terms" in off(path)["refused"]
    path.write_text(TERMS.replace('terms"}}', f'terms"}}, {LEAVE}'), "utf-8")
    assert "to 2026-11-21 only" in off(path)["refused"]
    assert off(path, today=date(2026, 11, 21))["refused"] == ""


def test_an_overlay_tunes_the_first_file(tmp_path: Path) -> None:
    path, overlay = tmp_path / "sources.yaml", tmp_path / "overlay.yaml"
    path.write_text(TERMS, "utf-8")
    overlay.write_text("unknown_terms: refuse\nsources:\n  - {name: open, interval: 7}\n", "utf-8")
    assert off(path, overlay)["unread"] == "nobody has read its terms yet"
    opened = load_sources(path, {}, TODAY, overlay).enabled
    assert [(one.name, one.interval, one.address) for one in opened] == [("open", 7, "https://example.com/c")]


@pytest.mark.parametrize(
    "entry",
    [
        "{name: mine, kind: feed, address: '${SECRET}'}",
        "{name: mine, kind: feed, address: 'https://a.example/', interval: '${SECRET}'}",
        "{name: mine, kind: feed, address: 'https://u:${SECRET}@a.example/'}",
        "{name: mine, kind: listing, address: 'https://a.example/', options: {items: '${SECRET}['}}",
        "{name: mine, kind: listing, address: 'https://a.example', options: {items: a, date_in_address: '(${SECRET}'}}",
        "{name: mine, kind: '${SECRET}', address: 'https://a.example/'}",
        "{name: '${SECRET}', kind: feed, address: 'https://a.example/'}",
    ],
)
@pytest.mark.parametrize("secret", ["s3cr3t token", "s3cr3t-" * 12])
def test_an_error_names_the_variable_not_its_value(tmp_path: Path, entry: str, secret: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, f"sources:\n  - {entry}\n", SECRET=secret)
    assert "s3cr3t" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_the_letter_of_a_source_is_its_own_files_until_somebody_says_otherwise(tmp_path: Path) -> None:
    path, overlay = tmp_path / "sources.yaml", tmp_path / "overlay.yaml"
    path.write_text("sources:\n  - {name: added, kind: feed, address: 'https://example.com/a'}\n", "utf-8")
    overlay.write_text("sources:\n  - {name: kr36, reliability: D, reliability_why: it was wrong twice}\n", "utf-8")
    found = load_sources(path, {}, TODAY, overlay)
    said = {one.name: (one.entry.reliability, one.entry.reliability_why) for one in found.all}
    assert said["hkexnews_search"] == ("A", "the exchange's register of filings")
    assert said["kr36"] == ("D", "it was wrong twice")
    assert said["added"] == ("F", None)
    shown = {line.split()[0]: line for line in table(found).splitlines() if line.strip()}
    assert "D: it was wrong twice" in shown["kr36"]
    assert "F: nobody has judged it" in shown["added"]
