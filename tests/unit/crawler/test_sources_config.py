"""config/sources.yaml: a wrong one is answered with file, line, what is wrong and what would be right."""

from pathlib import Path

import pytest

from services.crawler.sources.config import load_sources
from services.crawler.sources.table import table
from shared.errors import ConfigError

pytestmark = pytest.mark.unit

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
"""


def load(tmp_path: Path, text: str, **environment: str) -> list[str]:
    path = tmp_path / "sources.yaml"
    path.write_text(text, "utf-8")
    return [one.entry.address for one in load_sources(path, environment).all]


def test_variables_are_expanded_and_defaults_hold(tmp_path: Path) -> None:
    path = tmp_path / "sources.yaml"
    path.write_text(GOOD, "utf-8")
    sources = load_sources(path, {"BASE": "http://127.0.0.1:8000"})
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
        (GOOD, 5, "BASE is not set"),
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
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, wrong: str, line: int, says: str) -> None:
    environment = {} if "BASE" in says else {"BASE": "https://example.com"}
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, wrong, **environment)
    assert says in caught.value.wrong
    assert caught.value.line == line
    assert caught.value.right


def test_a_variable_in_a_comment_is_no_variable(tmp_path: Path) -> None:
    assert load(tmp_path, "# ${NOT_SET}\nsources: []\n") == []


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot be read"):
        load_sources(tmp_path / "none.yaml", {})
