import io
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from deploy.local.accounting import Letter
from deploy.local.feed import Feed, Line
from deploy.local.ledger import Classified, Event, Judged, Ledger, Look, SourceStanding, Told
from deploy.local.screen import LiveScreen, Picture, PlainScreen, open_screen
from deploy.local.watched import Standing
from shared.messages.common import Times

pytestmark = pytest.mark.unit

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


LOOK = Look(
    id=1,
    address="http://a/1",
    source="rss",
    outcome="published",
    reason="matched haodf",
    document_id="d",
    revision=1,
    title="签约",
    first_seen=at(0),
    at=at(1),
)
CLASSIFIED = Classified(
    document_id="d",
    revision=1,
    url="http://a/1",
    title="签约",
    kind="news",
    events=(Event(label="partnership", status="announced"),),
    times=Times(first_seen=at(0), classified=at(2)),
)
JUDGED = Judged(document_id="d", revision=1, outcome="alerted", reason="new thread", at=at(3))
TOLD = Told(key="t/1/s/console", document_id="d", revision=1, channel="console", kind="new", state="due", decided=at(3))
DELIVERED = TOLD.model_copy(update={"state": "delivered", "delivered": at(3.5)})
BROKEN = SourceStanding(name="atom", failures=2, last_error="connection refused")


def whole(*told: Told) -> Ledger:
    return Ledger(looks=(LOOK,), classified=(CLASSIFIED,), judged=(JUDGED,), told=told, sources=(BROKEN,))


def test_new_rows_become_lines_once() -> None:
    feed = Feed()
    lines = [(line.kind, line.text) for line in feed.take(whole(TOLD), [], NOW)]
    assert lines == [
        ("source", "atom: connection refused"),
        ("document", "published: 签约"),
        ("event", "partnership/announced: 签约"),
        ("decision", "alerted: 签约 (new thread)"),
    ]
    assert feed.take(whole(TOLD), [], NOW) == []


def test_alert_is_told_with_its_latency_when_it_is_delivered() -> None:
    feed = Feed()
    feed.take(whole(TOLD), [], NOW)
    [line] = feed.take(whole(DELIVERED), [], NOW)
    assert line == Line(at(3.5), "alert", "new → console after 3.50 s: 签约")
    assert feed.counts["alert"] == 1


def test_delivery_that_ended_badly_is_a_failure_with_its_reason() -> None:
    refused = TOLD.model_copy(update={"state": "permanent", "reason": "channel_not_found"})
    kinds = {line.kind: line.text for line in Feed().take(whole(refused), [], NOW)}
    assert kinds["failure"] == "permanent for console: 签约 (channel_not_found)"


def test_dead_letters_and_failed_looks_are_failures() -> None:
    failed = LOOK.model_copy(update={"outcome": "failed", "title": None, "reason": "404"})
    feed = Feed()
    letters = [Letter("classifier", "no JSON")]
    texts = [line.text for line in feed.take(Ledger(looks=(failed,)), letters, NOW)]
    assert texts == ["dead letter of the classifier: no JSON", "failed: http://a/1 (404)"]
    assert feed.take(Ledger(looks=(failed,)), letters, NOW) == []


def test_source_that_recovers_and_fails_again_is_said_again() -> None:
    feed = Feed()
    well = BROKEN.model_copy(update={"failures": 0})
    said = [len(feed.take(Ledger(sources=(one,)), [], NOW)) for one in (BROKEN, BROKEN, well, BROKEN)]
    assert said == [1, 0, 0, 1]


def test_no_terminal_gets_lines_without_control_codes() -> None:
    out = io.StringIO()
    screen = open_screen(out)
    screen.lines([Line(at(1), "alert", "signs\x1b[31m\n00:00:02 forged")])
    screen.draw(Picture("head", [], Ledger()))
    screen.close()
    assert out.getvalue() == "00:00:01 alert     signs [31m 00:00:02 forged\n"
    assert isinstance(screen, PlainScreen)


def test_picture_shows_services_sources_and_alerts() -> None:
    out = io.StringIO()
    screen = LiveScreen(Console(file=out, force_terminal=True, width=140, height=40))
    screen.lines([Line(at(1), "alert", "new → console after 3.50 s: 签约"), Line(at(1), "decision", "not shown")])
    standings = [Standing("crawler", "ready", 1, "killed by SIGKILL")]
    screen.draw(Picture("12 of 72 pages released", standings, Ledger(sources=(BROKEN,))))
    screen.close()
    text = out.getvalue()
    for part in ("12 of 72", "crawler", "killed by SIGKILL", "connection refused", "after 3.50 s"):
        assert part in text
    assert "not shown" not in text
