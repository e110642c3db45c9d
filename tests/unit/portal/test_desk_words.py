"""What the alerter says of a reader's request is said in Chinese: each refusal is asked of the alerter itself."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.alerter import operating, subscribing
from services.alerter.application.desk import _told
from services.alerter.channels import all_channels
from services.alerter.domain.desk import Asked, Refused, Rights, allowed, matcher_of, refuse_foreign, whole_of
from services.alerter.domain.silences import Matcher, refuse_unknown
from services.portal.domain.subscription_form import Form, FormProblem, changes, read
from services.portal.domain.subscription_text import TextProblem, alone
from services.portal.web.desk_words import Said, remark_of, said_of
from shared.config_hints import Misfit

pytestmark = pytest.mark.unit

CONFIG = Path(__file__).parents[3] / "config"
ONE = "subscriptions:\n  - name: a\n    channels: {console: true}\n"
HEAD = "subscriptions:\n  - name: a\n"
ENGLISH = re.compile(r"\b(the|is|are|has|have|should|write|leave|known|and|not|unknown|may)\b")
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def wish(line: str) -> str:
    return f"{ONE}    {line}\n"


TEXTS = (
    "[", "[" * 5_000, "subscriptions: [{name: a", "", "subscriptions: []", "subscriptions: x",
    HEAD, f"{HEAD}    channels: {{console: false}}", f"{HEAD}    channels: {{}}", f"{HEAD}    channels: console",
    f"{HEAD}    channels: {{pager: x}}", f"{HEAD}    channels: {{slak: x}}", f"{HEAD}    channels: {{console: x}}",
    f"{ONE}    name: b", ONE + ONE.removeprefix("subscriptions:\n"), ONE.replace("name: a", "name: A B"),
    *map(wish, (
        "when: {importence: 3}", "when: {importance: 9}", "when: {importance: 0}", "when: {importance: many}",
        "when: {importance: 2.5}", "when: {importance: null}", "when: {entities: [alibaba_healt]}",
        "when: {entities: ant_group}", "when: {labels: [partnershp]}", "when: {labels: [zzzz]}", "when: 3",
        "when: {statuses: [background]}", "when: {statuses: [x]}", "when: {families: [x]}", "when: {words: ['']}",
        "when: {labels: [partnership], families: [regulatory_event]}", "timezone: Peking", "timezone: Qqqq/Zzzz",
        "digest: {daily: '24:00'}", "digest: {}", "digest: {remind: [x]}", "active: maybe", "only_if: x",
        "only_if: it is about prices", "colour: red", "rhythm: {quiet_hours: [{from: '22:00', to: '22:00'}]}",
        "rhythm: {quiet_hours: [{from: '24:00', to: '07:00'}]}", "rhythm: {quiet_hours: [{from: '25:00', to: '1:00'}]}",
        "rhythm: {quiet_hours: at night}", "rhythm: {group: 5}", "rhythm: {group: 5x}", "rhythm: {group: 99d}",
        "rhythm: {throttle: 0s}", "rhythm: {budget: -1}", "rhythm: {budget: many}", "rhythm: {budget: true}",
        "rhythm: {mode: digst}", "routes: [{name: b, when: {entities: [nobody]}}]", "routes: [{when: {}}]",
        "routes: [{name: a}]", "routes: [{name: b, rhythm: {budget: 3}}]",
        "when: {importance: 5}\n    routes: [{name: b, when: {not: {importance: 5}}}]",
        "when: {families: [regulatory_event]}\n    routes: [{name: b, when: {labels: [partnership]}}]",
    )),
)  # fmt: skip


def chinese(wrong: str, mend: str) -> None:
    told = said_of(wrong, mend, "zh")
    assert len(told) == 1, told
    assert not told[0].foreign, told
    assert re.search("[一-鿿]", told[0].text)
    assert not ENGLISH.search(re.sub(r"'[^']*'|`[^`]*`|（.*）", "", told[0].text)), told


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.rpartition("true}")[2].strip()[:40] or "text")
def test_what_is_wrong_with_a_text(text: str) -> None:
    try:
        subscribing.check_text(text, "the subscriptions", CONFIG)
    except Exception as error:  # noqa: BLE001  the desk answers whatever it is
        told = _told(Asked(1, "check", "li", None, {}, 1), error).content
        chinese(str(told["wrong"]), str(told["mend"]))
    else:
        pytest.fail("the alerter takes it")


@pytest.mark.parametrize("kind", sorted(all_channels()))
def test_what_is_wrong_with_a_target(kind: str) -> None:
    for target in ("x y/ä", "https://a.example/secret"):
        wrong, _, mend = all_channels()[kind].check_target(target).partition(": ")
        if wrong:
            chinese(f"subscription a: {wrong}", mend)


def asked(**more: object) -> Asked:
    return Asked(1, "apply", "li", frozenset({"strategy"}), more, 1)


REFUSALS: tuple[Callable[[], object], ...] = (
    lambda: refuse_foreign(asked(), {"regulation"}),
    lambda: allowed(asked(), None),
    lambda: allowed(asked(), Rights("reader", frozenset())),
    lambda: whole_of(asked(), "days"),
    lambda: matcher_of(asked(entity=3)),
)


@pytest.mark.parametrize("refuse", REFUSALS)
def test_what_a_reader_may_not(refuse: Callable[[], object]) -> None:
    with pytest.raises(Refused) as refused:
        refuse()
    chinese(str(refused.value.content["wrong"]), str(refused.value.content["mend"]))


@pytest.mark.parametrize(
    ("matcher", "until", "zone", "reason"),
    [
        (Matcher(), "2026-12-01T08:00", "UTC", "x"),
        (Matcher(entity="ant_gruop"), "2026-12-01T08:00", "UTC", "x"),
        (Matcher(label="partnershp"), "2026-12-01T08:00", "UTC", "x"),
        (Matcher(words=" "), "2026-12-01T08:00", "UTC", "x"),
        (Matcher(channel="pager:1"), "2026-12-01T08:00", "UTC", "x"),
        (Matcher(channel="slack:x y"), "2026-12-01T08:00", "UTC", "x"),
        (Matcher(entity="ant_group"), "tomorrow", "UTC", "x"),
        (Matcher(entity="ant_group"), "2020-01-01T00:00", "UTC", "x"),
        (Matcher(entity="ant_group"), "2099-01-01T00:00", "UTC", "x"),
        (Matcher(entity="ant_group"), "2026-12-01T08:00", "UTC", " "),
        (Matcher(entity="ant_group"), "2026-12-01T08:00", "Peking", "x"),
    ],
)
def test_what_is_wrong_with_a_silence(matcher: Matcher, until: str, zone: str, reason: str) -> None:
    with pytest.raises(ValueError) as refused:
        operating.checked_silence(CONFIG, matcher, until, zone, reason, NOW)
    told = _told(asked(), refused.value).content
    chinese(str(told["wrong"]), str(told["mend"]))


@pytest.mark.parametrize(
    "matcher",
    [
        Matcher(subscription="strategi"),
        Matcher(channel="slack:#strategi"),
        Matcher(subscription="strategy", channel="telegram"),
    ],
)
def test_what_a_silence_names_that_there_is_not(matcher: Matcher) -> None:
    text = 'subscriptions:\n  - name: strategy\n    channels: {slack: "#strategy"}\n'
    subscriptions, _ = subscribing.check_text(text, "the subscriptions", CONFIG)
    with pytest.raises(Misfit) as refused:
        refuse_unknown(matcher, subscriptions)
    told = _told(asked(), refused.value).content
    chinese(str(told["wrong"]), str(told["mend"]))


def test_what_is_to_be_noted() -> None:
    text = f"{ONE}    routes:\n      - name: b\n        channels: {{console: true}}\n      - name: c\n"
    _, remarks = subscribing.check_text(text, "the subscriptions", CONFIG)
    assert remarks
    for remark in remarks:
        (told,) = remark_of(remark, "zh")
        assert told.text.startswith("第 ")
        assert not told.foreign
        assert remark_of(remark, "en") == (Said(remark),)


@pytest.mark.parametrize("fields", [{"name": "Peers"}, {"name": "a", "budget": "x"}, {"name": "a", "quiet_hours": "x"}])
def test_what_is_wrong_with_the_form(fields: dict[str, str]) -> None:
    with pytest.raises(FormProblem) as refused:
        changes(Form(), read({"channels": "console", **fields}), {"entities": (), "labels": (), "statuses": ()})
    chinese(str(refused.value), refused.value.mend)


@pytest.mark.parametrize("text", ["- name: a\n- name: b\n", "- name: a\n   channels: x\n  b", "x"])
def test_what_is_wrong_with_an_entry(text: str) -> None:
    with pytest.raises(TextProblem) as refused:
        alone(text)
    chinese(str(refused.value), refused.value.mend)


def test_what_nobody_translated_stands_in_english_and_is_named_so() -> None:
    both = said_of("subscriptions.0.name: missing", "something new", "zh")
    assert both == (Said("subscriptions.0.name：缺少"), Said("something new", foreign=True))
    assert said_of("this is new", "so is this", "zh") == (
        Said("this is new", foreign=True), Said("so is this", foreign=True)
    )  # fmt: skip
    assert said_of("this is new", "so is this", "en") == (Said("this is new; so is this"),)
