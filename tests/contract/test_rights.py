"""No channel and no command shows more of an article than the rights in its source allow."""

import ast
import re
from pathlib import Path

import pytest

from services.alerter.channels import all_channels
from services.alerter.domain.content import Alert, alert_for
from services.alerter.domain.may_receive import receivable
from services.alerter.domain.routes import route_of
from services.alerter.domain.routing import Match
from services.alerter.domain.subscriptions import Subscription
from shared.messages.common import Rights
from shared.rights import QUOTE, QUOTES, SUMMARY
from tests.fakes.channels import texts
from tests.fakes.classified import classified, event

pytestmark = pytest.mark.contract

ROOT = Path(__file__).parents[2]
BODY = [f"正文第{number}句" + "述" * 240 + "。" for number in range(6)]
"""Sentences of an article, each long, none of them its title."""


def alert_of(rights: Rights) -> Alert:
    """The alert of an article with many events and a long summary."""
    labels = ("mergers_acquisitions", "partnership", "product_launch", "leadership")
    events = [event(label, "announced", "ant_group", quote=BODY[number]) for number, label in enumerate(labels)]
    summary = [{"text": sentence, "citations": [1]} for sentence in BODY[2:]]
    document = classified("one", "线上药店易主", *events, lead=BODY[0], summary=summary, rights=rights)
    subscription = Subscription.model_validate({"name": "strategy", "channels": {"console": True}})
    match = Match(subscription=route_of(subscription), events=document.events)
    return alert_for(document, match, "console:", ("thread", 1), (), {}, update=False)


CHANNELS = sorted(all_channels())


def body_shown(text: str) -> int:
    """Characters of the article's body that stand in what was sent: each begins with its own words."""
    return sum(text.count(f"正文第{number}句") * 6 for number in range(6)) + text.count("述")


def shown_by(name: str, rights: Rights, monkeypatch: pytest.MonkeyPatch) -> str:
    """All that a reader of that channel sees, after the cut that the sender makes."""
    given = receivable(alert_of(rights), all_channels()[name].may_receive)  # type: ignore[arg-type]  # of the class
    return texts(monkeypatch)[name](given)


@pytest.mark.parametrize("name", CHANNELS)
def test_of_a_linked_article_no_word_of_the_body_is_shown(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown_by(name, "link", monkeypatch)
    assert "线上药店易主" in text
    assert body_shown(text) == 0


@pytest.mark.parametrize("name", CHANNELS)
def test_of_an_excerpt_no_more_is_shown_than_the_numbers_say(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert max(len(one.quote) for one in alert_of("excerpt").happened) <= QUOTE
    shown = body_shown(shown_by(name, "excerpt", monkeypatch))
    times = 2 if name in ("email", "webhook") else 1  # both say all twice: in parts and as one text
    assert shown <= (QUOTES + SUMMARY) * times
    assert bool(shown) == (name != "apprise"), "which may receive links alone"


@pytest.mark.parametrize("name", CHANNELS)
def test_of_a_full_one_as_much_is_shown_as_the_channel_may_receive(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = body_shown(shown_by(name, "full", monkeypatch))
    may = all_channels()[name].may_receive.text  # type: ignore[attr-defined]  # of the class
    assert (shown > QUOTES + SUMMARY) == (may == "full" and name != "wecom"), "WeCom has no room for it"
    assert bool(shown) == (may != "link")


ASKS = (
    "services/alerter/domain/content.py",
    "services/alerter/adapters/explain.py",
    "services/alerter/domain/condition_question.py",
    "shared/calendar/entries.py",
)


def test_no_other_place_reads_what_only_the_one_function_may() -> None:
    """Whoever takes a quote or the summary of a classified document to show it must ask `shared.rights` first."""
    allowed = {
        "services/alerter/domain/content.py",  # asks
        "services/alerter/adapters/explain.py",  # asks
        "shared/calendar/entries.py",  # asks
        "services/alerter/domain/condition_question.py",  # asks
        "services/alerter/domain/report.py",  # for comparison: it is not shown
        "services/alerter/domain/routes_reading.py",  # words of subscriptions are looked for in it: it is not shown
        "services/alerter/domain/silences.py",  # words of silences are looked for in it
    }
    found = set[str]()
    places = ("services/alerter/**/*.py", "shared/**/*.py", "deploy/local/*.py")
    for path in (path for place in places for path in ROOT.glob(place)):
        tree = ast.parse(path.read_text("utf-8"))
        reads = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)} | {
            str(node.value) for node in ast.walk(tree) if isinstance(node, ast.Constant)
        }
        if "evidence" in reads and "quote" in reads:
            found.add(str(path.relative_to(ROOT)))
    assert found == allowed
    for name in ASKS:
        assert re.search(r"^from shared\.rights import .*\bshown\b", (ROOT / name).read_text("utf-8"), re.M), name
