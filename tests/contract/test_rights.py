"""No channel and no command shows more of an article than the rights in its source allow."""

import ast
from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from services.alerter.channels.email import compose
from services.alerter.channels.slack import blocks
from services.alerter.domain.content import Alert, alert_for
from services.alerter.domain.presentation import plain_text, present
from services.alerter.domain.routes import route_of
from services.alerter.domain.routing import Match
from services.alerter.domain.subscriptions import Subscription
from shared.messages.common import Rights
from shared.rights import QUOTE, QUOTES, SUMMARY
from tests.fakes.classified import SEEN, classified, event

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


def console(alert: Alert) -> str:
    """What the console prints, and the plain part of a mail."""
    return plain_text(present(alert, SEEN))


def mail(alert: Alert) -> str:
    """All parts of a mail, and its headers."""
    message = message_from_bytes(compose(alert, "a@b.example", "c@d.example", "<1@x>", SEEN), policy=policy.default)
    parts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    return "\n".join([*map(str, message.values()), *map(str, parts)])


def slack(alert: Alert) -> str:
    """All text of Slack's blocks, which is also what its fallback is made of."""
    return repr(blocks(present(alert, SEEN)))


CHANNELS: dict[str, Callable[[Alert], str]] = {"console": console, "email": mail, "slack": slack}


def body_shown(text: str) -> int:
    """Characters of the article's body that stand in what was sent: each begins with its own words."""
    return sum(text.count(f"正文第{number}句") * 6 for number in range(6)) + text.count("述")


def test_every_channel_is_held_to_it() -> None:
    files = {path.stem for path in (ROOT / "services/alerter/channels").glob("*.py")} - {"__init__", "base"}
    assert files == set(CHANNELS)


@pytest.mark.parametrize("name", CHANNELS)
def test_of_a_linked_article_no_word_of_the_body_is_shown(name: str) -> None:
    text = CHANNELS[name](alert_of("link"))
    assert "线上药店易主" in text
    assert body_shown(text) == 0


@pytest.mark.parametrize("name", CHANNELS)
def test_of_an_excerpt_no_more_is_shown_than_the_numbers_say(name: str) -> None:
    alert = alert_of("excerpt")
    assert max(len(one.quote) for one in alert.happened) <= QUOTE
    times = 2 if name == "email" else 1  # a mail says all twice: as plain text and as HTML
    assert 0 < body_shown(CHANNELS[name](alert)) <= (QUOTES + SUMMARY) * times


def test_of_a_full_one_all_is_shown() -> None:
    assert body_shown(console(alert_of("full"))) > 1_500


def test_no_other_place_reads_what_only_the_one_function_may() -> None:
    """Whoever takes a quote or the summary of a classified document to show it must ask `shared.rights` first."""
    allowed = {
        "services/alerter/domain/content.py",  # asks
        "services/alerter/adapters/explain.py",  # asks
        "services/alerter/domain/report.py",  # for comparison: it is not shown
        "services/alerter/domain/routes_reading.py",  # words of subscriptions are looked for in it: it is not shown
        "services/alerter/domain/silences.py",  # words of silences are looked for in it
    }
    found = set[str]()
    for path in (*ROOT.glob("services/alerter/**/*.py"), *ROOT.glob("deploy/local/*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        reads = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)} | {
            str(node.value) for node in ast.walk(tree) if isinstance(node, ast.Constant)
        }
        if "evidence" in reads and "quote" in reads:
            found.add(str(path.relative_to(ROOT)))
    assert found == allowed
    asks = ("services/alerter/domain/content.py", "services/alerter/adapters/explain.py")
    for name in asks:
        assert "from shared.rights import shown" in (ROOT / name).read_text("utf-8")
