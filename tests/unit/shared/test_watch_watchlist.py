"""A wrong watchlist is answered with its line."""

from pathlib import Path

import pytest

from shared.errors import ConfigError
from shared.watch import Watcher, load_watchlist

pytestmark = pytest.mark.unit
GOOD = """
sets: {health: [药]}
entities:
  - id: acme
    name: {zh: 阿克梅, en: Acme}
    circle: peer
    aliases:
      - names: [阿克梅]
        beside: ["@health"]
topics:
  - id: online
    words: [网上卖药]
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "watchlist.yaml"
    path.write_text(text, "utf-8")
    return path


def test_a_new_company_is_an_edit_of_the_file(tmp_path: Path) -> None:
    watcher = Watcher(load_watchlist(write(tmp_path, GOOD)))
    assert [hit.entity for hit in watcher.match("阿克梅卖药", []).hits] == ["acme"]
    assert not watcher.match("阿克梅卖车", []).hits


@pytest.mark.parametrize(
    ("old", "new", "line", "wrong"),
    [
        ("circle: peer", "circle: friend", 6, "circle"),
        ("id: acme", "id: Acme Inc", 4, "id"),
        ("names: [阿克梅]", "nmaes: [阿克梅]", 8, "names: missing"),
        ("names: [阿克梅]", "names: [阿]", 8, "two characters"),
        ('"@health"', '"@helth"', 9, "@helth"),
        (
            "topics:",
            "  - {id: acme, name: {zh: 甲, en: A}, circle: peer, aliases: [{names: [甲乙]}]}\ntopics:",
            10,
            "twice",
        ),
        ("{zh: 阿克梅, en: Acme}", "{zh: 阿克梅}", 5, "en"),
    ],
)
def test_wrong_entries(tmp_path: Path, old: str, new: str, line: int | None, wrong: str) -> None:
    path = write(tmp_path, GOOD.replace(old, new))
    with pytest.raises(ConfigError) as caught:
        load_watchlist(path)
    assert wrong in str(caught.value)
    if line:
        assert caught.value.line == line


def test_a_trap_without_a_condition_is_refused(tmp_path: Path) -> None:
    text = GOOD.replace('beside: ["@health"]', "traps: [{why: no reason}]")
    with pytest.raises(ConfigError, match="a trap needs one of"):
        load_watchlist(write(tmp_path, text))
