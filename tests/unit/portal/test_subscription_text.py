"""One entry of the subscriptions changed in the text: every other letter and every comment stays."""

from pathlib import Path

import pytest
import yaml

from services.portal.domain.subscription_edit import edited
from services.portal.domain.subscription_text import TextProblem, entries, entry_of, with_entry

pytestmark = pytest.mark.unit

FILE = """\
# The head of the file.
subscriptions:
  # Moves of the house.
  # In two lines.
  - name: strategy   # ours
    when:
      entities:
        - alibaba_health   # the listed one
        - ant_group
      importance: 2
    channels:
      slack: "#strategy"
      console: true
    # the way down
    routes:
      - name: deals
        when: {labels: [partnership]}

  # Rules.
  - name: regulation
    when: {families: [regulatory_event], importance: 3}
    channels: {console: true}
    rhythm: {budget: 4}   # few
# The end.
"""


def test_an_entry_is_shown_with_its_comments_moved_to_the_left() -> None:
    first, second = entries(FILE)
    assert (first.name, second.name) == ("strategy", "regulation")
    assert first.text.startswith("# Moves of the house.\n# In two lines.\n- name: strategy   # ours\n  when:\n")
    assert first.text.endswith("        when: {labels: [partnership]}\n".replace("        ", "      ", 1))
    assert second.text.splitlines()[-1] == "  rhythm: {budget: 4}   # few"
    assert first.plain["routes"][0]["name"] == "deals"


def test_putting_an_entry_back_changes_no_letter() -> None:
    for one in entries(FILE):
        assert with_entry(FILE, one.name, one.text) == FILE


def test_the_projects_own_file_comes_back_letter_by_letter(project_root: Path) -> None:
    text = (project_root / "config" / "subscriptions.yaml").read_text("utf-8")
    found = entries(text)
    assert [one.name for one in found] == [each["name"] for each in yaml.safe_load(text)["subscriptions"]]
    for one in found:
        assert with_entry(text, one.name, one.text) == text
        assert edited(one.text, {}) == one.text


def test_taken_out_with_its_comments_and_added_at_the_end() -> None:
    without = with_entry(FILE, "regulation", "")
    assert "regulation" not in without
    assert "# Rules." not in without
    assert "# The end." in without
    new = with_entry(FILE, "peers", "- name: peers\n  channels: {console: true}")
    assert [one.name for one in entries(new)] == ["strategy", "regulation", "peers"]
    assert new.endswith("\n\n  - name: peers\n    channels: {console: true}\n# The end.\n")


def test_a_list_in_brackets_becomes_one_of_lines() -> None:
    text = "subscriptions: [{name: all, channels: {console: true}}]  # one\n"
    new = with_entry(text, "more", "- name: more\n  channels: {console: true}\n")
    assert [one.name for one in entries(new)] == ["all", "more"]
    changed = with_entry(text, "all", "- name: all\n  channels: {slack: '#x'}\n")
    assert yaml.safe_load(changed) == {"subscriptions": [{"name": "all", "channels": {"slack": "#x"}}]}


@pytest.mark.parametrize(
    ("path", "value", "line"),
    [
        (("when", "importance"), 4, "      importance: 4"),
        (("when", "words"), ["医鹿", "#1"], "      words: [医鹿, '#1']"),
        (("channels", "slack"), "#other", "      slack: '#other'"),
        (("rhythm", "mode"), "digest", "    rhythm: {mode: digest}"),
        (("active",), False, "    active: false"),
        (("timezone",), "Asia/Tokyo", "    timezone: Asia/Tokyo"),
    ],
)
def test_a_value_is_changed_in_its_place(path: tuple[str, ...], value: object, line: str) -> None:
    before = entries(FILE)[0].text
    new = with_entry(FILE, "strategy", edited(before, {path: value}))
    old, now = FILE.splitlines(), new.splitlines()
    assert line in now
    assert [each for each in now if each not in old] == [line]
    assert {each for each in old if each not in now} <= {"      importance: 2", '      slack: "#strategy"'}


def test_a_list_of_lines_keeps_the_comments_of_what_stays() -> None:
    new = edited(entries(FILE)[0].text, {("when", "entities"): ["alibaba_health", "jd_health"]})
    assert "- alibaba_health   # the listed one\n" in new
    assert "      - jd_health\n" in new
    assert "ant_group" not in new


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({("rhythm", "budget"): None}, None),
        ({("rhythm", "mode"): "digest"}, "  rhythm: {budget: 4, mode: digest}   # few"),
        ({("when", "importance"): None}, "  when: {families: [regulatory_event]}"),
        ({("when", "families"): None, ("when", "labels"): ["partnership"]}, "  when: {importance: 3, labels: [partn"),
        ({("when", "families"): None, ("when", "importance"): None}, None),
        ({("channels", "console"): None, ("channels", "slack"): ["#a", "#b"]}, "  channels: {slack: ['#a', '#b']}"),
    ],
)
def test_values_in_braces(changes: dict[tuple[str, ...], object], line: str | None) -> None:
    new = edited(entries(FILE)[1].text, changes)
    plain = yaml.safe_load(new)[0]
    assert line is None or any(each.startswith(line) for each in new.splitlines()), new
    for (head, *more), value in changes.items():
        found = plain.get(head, {})
        assert (found.get(more[0]) if more else found or None) == value


def test_what_the_form_cannot_change_safely_is_said() -> None:
    anchored = "- name: a\n  when: &x {importance: 3}\n  channels: {console: true}\n  routes: [{name: b, when: *x}]\n"
    with pytest.raises(TextProblem, match="safely"):
        edited(anchored, {("when", "importance"): 4})
    for wrong in ("just words", "- [1, 2]", "- name: a\n- name: b\n", "- name: *nowhere", "{{{"):
        with pytest.raises(TextProblem):
            edited(wrong, {("active",): False})


def test_nobody_reaches_out_of_the_own_entry() -> None:
    """Whatever stands in an entry's text, the file around it stays, and the alerter compares the whole."""
    new = with_entry(FILE, "regulation", "- name: regulation\n  channels: {console: true}\nother: 1\n")
    assert new.startswith(FILE[: FILE.index("  # Rules.")])
    assert entry_of(new.replace("  other: 1\n", ""), "strategy") == entries(FILE)[0]
