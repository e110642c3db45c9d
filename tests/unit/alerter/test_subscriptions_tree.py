"""What is wrong with a tree of routes is said with its line, the wrong value, the nearest known name and the mend."""

import subprocess
from pathlib import Path

import pytest

from services.alerter.adapters.subscriptions_schema import schema_text
from services.alerter.adapters.table import subscriptions_table
from services.alerter.subscribing import check, load
from shared.errors import ConfigError

GOOD = """\
subscriptions:
  - name: strategy
    timezone: Asia/Tokyo
    when:
      families: [strategic_move]
      importance: 2
      words: [问诊]
      not:
        sources: [noisy]
    channels:
      slack: "#strategy"
    routes:
      - name: deals
        when: {labels: [mergers_acquisitions]}
        continue: true
        channels:
          email: [deals@example.com]
      - name: ant
        when:
          entities: [ant_group]
          kinds: [news]
        routes:
          - name: ant_big
            when: {importance: 4}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "subscriptions.yaml"


def test_a_tree_is_printed_as_one(file: Path, config_dir: Path) -> None:
    file.write_text(GOOD, "utf-8")
    lines = subscriptions_table(load(file, config_dir)[0]).splitlines()[2:]
    assert [line.split("  importance")[0].rstrip() for line in lines[:1]] == ["strategy"]
    assert "not sources: noisy" in lines[0]
    assert lines[1].startswith("  deals (goes on)")
    assert lines[3].startswith("    ant_big")
    assert lines[3].endswith("slack:#strategy"), "inherited"


@pytest.mark.parametrize(
    ("old", "new", "line", "wrong", "mend"),
    [
        ("Asia/Tokyo", "Asia/Tokio", 3, "no timezone is called Asia/Tokio", "did you mean Asia/Tokyo?"),
        ("Asia/Tokyo", "Beijing", 3, "no timezone is called Beijing", "did you mean Asia/Shanghai?"),
        ("mergers_acquisitions", "mergers_aquisition", 14, "no label is called", "did you mean mergers_acquisitions?"),
        ("[ant_group]", "[ant_gruop]", 20, "no watched entity is called ant_gruop", "did you mean ant_group?"),
        ("kinds: [news]", "kinds: [newz]", 21, "'newz' is not known here", "did you mean news?"),
        ("strategic_move", "strategic_moves", 5, "'strategic_moves' is not known here", "did you mean strategic_move?"),
        ("email: [", "emial: [", 17, "no channel is called emial", "did you mean email?"),
        ("name: ant_big", "name: deals", 23, "two routes are called deals", "rename one of the two"),
        ("name: ant_big", "name: strategy", 23, "two routes are called strategy", "rename one of the two"),
        ("words: [问诊]", "words: ['  ']", 7, "a word without letters", "leave the entry out"),
        ("  not:", "  nto:", 8, "unknown key", "did you mean `not`?"),
        ("sources: [noisy]", "soruces: [noisy]", 9, "unknown key", "did you mean `sources`?"),
        ("sources: [noisy]", "importance: 1", 9, "greater than or equal to 2", ""),
        (
            "sources: [noisy]",
            "entities: [ant_gruop]",
            9,
            "no watched entity is called ant_gruop",
            "did you mean ant_group?",
        ),
        ("continue: true", "continue: maybe", 15, "valid boolean", "true or false"),
        ("continue: true", "rhythm: {budget: 3}", 15, "holds for the whole team", "at the subscription above"),
        ("continue: true", "timezone: Asia/Tokyo", 15, "unknown key", "remove it or correct its spelling"),
    ],
)
def test_a_wrong_entry_is_named_with_line_and_mend(
    file: Path, config_dir: Path, old: str, new: str, line: int, wrong: str, mend: str
) -> None:
    assert old in GOOD
    file.write_text(GOOD.replace(old, new), "utf-8")
    with pytest.raises(ConfigError) as caught:
        load(file, config_dir)
    assert (caught.value.where, caught.value.line) == (file, line)
    assert wrong in caught.value.wrong
    assert mend in caught.value.right


@pytest.mark.parametrize(
    ("old", "new", "line", "key"),
    [
        ("labels: [mergers_acquisitions]", "families: [regulatory_event]", 14, "families"),
        ("labels: [mergers_acquisitions]", "labels: [litigation_antitrust]", 14, "labels"),
        ("importance: 2", "importance: 2\n      languages: [en]\n      kinds: [filing]", 23, "kinds"),
        ("{importance: 4}", "{not: {importance: 2}}", 24, "importance"),
        ("{importance: 4}", "{not: {kinds: [news]}}", 24, "kinds"),
        ("{importance: 4}", "{not: {entities: [ant_group]}}", 24, "entities"),
        ("{importance: 4}", "{not: {words: [問診]}}", 24, "words"),
    ],
)
def test_a_route_that_can_never_match_is_an_error(
    file: Path, config_dir: Path, old: str, new: str, line: int, key: str
) -> None:
    file.write_text(GOOD.replace(old, new), "utf-8")
    with pytest.raises(ConfigError, match="can never match") as caught:
        load(file, config_dir)
    assert caught.value.line == line
    assert f"its {key}" in str(caught.value)


def test_a_condition_is_refused_while_nobody_can_be_asked(file: Path, config_dir: Path) -> None:
    file.write_text(GOOD.replace("continue: true", 'only_if: "it is worth a billion"'), "utf-8")
    with pytest.raises(ConfigError, match="only_if cannot be asked: no second reader") as caught:
        load(file, config_dir)
    assert caught.value.line == 15
    assert "SECOND_READER_URL" in str(caught.value)


def test_a_condition_is_taken_where_a_second_reader_is_on(
    file: Path, config_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text(GOOD.replace("continue: true", 'only_if: "it is worth a billion"'), "utf-8")
    monkeypatch.setenv("SECOND_READER_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("SECOND_READER_MODEL", "qwen")
    assert "it is worth a billion" in subscriptions_table(load(file, config_dir)[0])
    monkeypatch.setenv("SECOND_READER_REGION", "sg")
    with pytest.raises(ConfigError, match="APPROVED_BY names nobody") as caught:
        load(file, config_dir)
    assert caught.value.line == 15


@pytest.mark.parametrize(
    ("when", "remark"),
    [
        ("{}", "matches every event"),
        ("{families: [strategic_move, regulatory_event], importance: 1}", "matches every event"),
        ("{kinds: [market_note]}", "matches nothing: its kinds"),
        ("{labels: [partnership], not: {families: [strategic_move]}}", "matches nothing: its labels"),
        ("{importance: 4, not: {importance: 3}}", "matches nothing: its importance"),
        ("{entities: [ant_group], not: {entities: [ant_group, haodf]}}", "matches nothing: its entities"),
        ("{words: [蚂蚁集团], not: {words: [螞蟻]}}", "matches nothing: its words"),
        ("{statuses: [denied], not: {statuses: [denied]}}", "matches nothing: its statuses"),
    ],
)
def test_a_subscription_of_nothing_or_everything_is_said(file: Path, config_dir: Path, when: str, remark: str) -> None:
    file.write_text(f"subscriptions:\n  - name: odd\n    channels: {{console: true}}\n    when: {when}\n", "utf-8")
    (said,) = check(file, config_dir)[1]
    assert f"subscription odd {remark}" in said
    assert f"{file}:" in said
    assert "mend: " in said


def test_a_route_behind_one_that_takes_all_of_it_is_said(file: Path, config_dir: Path) -> None:
    later = "      - name: late\n        when: {entities: [ant_group], kinds: [news], importance: 3}\n"
    file.write_text(GOOD.replace("        sources: [noisy]", "        labels: [leadership]") + later, "utf-8")
    (said,) = check(file, config_dir)[1]
    assert "route late is never reached: ant before it takes all that it could" in said
    assert check_says_nothing(file, config_dir, GOOD)


def check_says_nothing(file: Path, config_dir: Path, text: str) -> bool:
    file.write_text(text.replace("        sources: [noisy]", "        labels: [leadership]"), "utf-8")
    return check(file, config_dir)[1] == []


def test_an_unknown_source_is_named_by_the_crawlers_own_list(
    file: Path, config_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = "source  kind  state\nnosiy  built in  on\nsina  feed  on\n"
    ran = subprocess.CompletedProcess[str]([], 0, table, "")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: ran)
    file.write_text(GOOD, "utf-8")
    with pytest.raises(ConfigError, match="no source is called noisy") as caught:
        check(file, config_dir)
    assert (caught.value.line, caught.value.right) == (9, "did you mean nosiy?")


def test_the_schema_for_editors_is_that_of_the_models(config_dir: Path) -> None:
    file = config_dir / "subscriptions.schema.json"
    again = "python -m services.alerter config schema --out config/subscriptions.schema.json"
    assert file.read_text("utf-8") == schema_text(), f"make it anew: {again}"
    first = (config_dir / "subscriptions.yaml").read_text("utf-8").splitlines()[0]
    assert first == f"# yaml-language-server: $schema={file.name}"
