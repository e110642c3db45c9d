"""The form of a subscription: what its fields show, and what a change of one changes in the text."""

import pytest
import yaml

from services.portal.domain.subscription_edit import edited
from services.portal.domain.subscription_form import FormProblem, changes, form_of, read

pytestmark = pytest.mark.unit

ENTRY = """\
- name: strategy
  timezone: Asia/Tokyo
  when:
    entities: [ant_group]   # ours
    words: [医鹿, deal]
    importance: 2
    not: {labels: [leadership]}
  channels: {slack: ["#a", "#b"], console: true}
  rhythm:
    mode: digest
    quiet_hours: [{from: 22:00, to: "07:30"}, {from: "00:00", to: "24:00", days: [sat, sun]}]
    group: 5m   # stays
  routes: [{name: deals}]
"""
ORDER = {"entities": ["alibaba_health", "ant_group"], "labels": ["partnership"], "statuses": ["denied"]}
SENT = {
    "name": "strategy",
    "entities:ant_group": "1",
    "words": "医鹿\r\ndeal",
    "importance": "2",
    "channels": "slack:#a\nslack:#b\nconsole",
    "mode": "digest",
    "quiet_hours": "22:00-07:30\n00:00-24:00 sat, sun",
    "timezone": "Asia/Tokyo",
}


def changed(**fields: str) -> dict[tuple[str, ...], object]:
    """What follows from a form that is sent with these fields."""
    sent = {name: value for name, value in {**SENT, **fields}.items() if value != "-"}
    return dict(changes(form_of(yaml.safe_load(ENTRY)[0]), read(sent), ORDER))


def test_a_form_that_is_sent_back_changes_nothing() -> None:
    form = form_of(yaml.safe_load(ENTRY)[0])
    assert (form.routes, form.active, form.budget) == (1, True, "")
    assert form.quiet_hours == "22:00-07:30\n00:00-24:00 sat, sun"
    assert changed() == {}
    assert edited(ENTRY, changed()) == ENTRY


@pytest.mark.parametrize(
    ("fields", "change"),
    [
        ({"entities:alibaba_health": "1"}, {("when", "entities"): ["alibaba_health", "ant_group"]}),
        ({"entities:ant_group": "-"}, {("when", "entities"): None}),
        ({"labels:partnership": "1"}, {("when", "labels"): ["partnership"]}),
        ({"importance": "1"}, {("when", "importance"): None}),
        ({"words": "医鹿，平台"}, {("when", "words"): ["医鹿", "平台"]}),
        ({"channels": "slack:#a\nemail:x@y.example"}, {
            ("channels", "slack"): "#a", ("channels", "console"): None, ("channels", "email"): "x@y.example"}),
        ({"mode": "immediate"}, {("rhythm", "mode"): None}),
        ({"budget": "3"}, {("rhythm", "budget"): 3}),
        ({"quiet_hours": ""}, {("rhythm", "quiet_hours"): None}),
        ({"quiet_hours": "1:00-2:00 mon"}, {
            ("rhythm", "quiet_hours"): [{"from": "1:00", "to": "2:00", "days": ["mon"]}]}),
        ({"timezone": ""}, {("timezone",): None}),
        ({"active": "no"}, {("active",): False}),
    ],
)  # fmt: skip
def test_one_field_changes_one_thing_and_the_text_says_so(
    fields: dict[str, str], change: dict[tuple[str, ...], object]
) -> None:
    found = changed(**fields)
    assert found == change
    text = edited(ENTRY, found)
    assert "group: 5m   # stays" in text
    assert form_of(yaml.safe_load(text)[0]).routes == 1


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"name": ""}, "name"),
        ({"name": "a b"}, "name"),
        ({"name": "x" * 41}, "name"),
        ({"importance": "6"}, "importance"),
        ({"importance": "two"}, "importance"),
        ({"budget": "-1"}, "budget"),
        ({"budget": "٣"}, "budget"),
        ({"quiet_hours": "22-7"}, "quiet_hours"),
    ],
)
def test_a_field_that_cannot_be_read_is_named(fields: dict[str, str], name: str) -> None:
    with pytest.raises(FormProblem) as error:
        changed(**fields)
    assert error.value.name == name
    assert error.value.mend


@pytest.mark.parametrize(
    ("when", "beyond", "everything"),
    [
        ({}, (), True),
        ({"importance": 3}, (), True),
        ({"words": ["医鹿"]}, (), False),
        ({"labels": ["partnership"]}, (), False),
        ({"families": ["regulatory_event"]}, ("families: [regulatory_event]",), False),
        ({"not": {"words": ["招聘"]}, "sources": ["nhsa"]}, ("not: {words: [招聘]}", "sources: [nhsa]"), False),
    ],
)
def test_what_the_form_does_not_edit_is_shown(
    when: dict[str, object], beyond: tuple[str, ...], everything: bool
) -> None:
    form = form_of({"name": "a", "when": when})
    assert (form.beyond, form.everything) == (beyond, everything)
    asked = form_of({"name": "a", "when": when, "only_if": "a deal of ours"})
    assert (asked.beyond, asked.everything) == ((*beyond, "only_if: a deal of ours"), False)


@pytest.mark.parametrize("wrong", [{}, {"when": 7, "rhythm": [], "channels": "x"}, {"when": {"entities": {"a": 1}}}])
def test_a_text_of_any_shape_has_a_form(wrong: dict[str, object]) -> None:
    assert form_of(wrong).importance == 1
