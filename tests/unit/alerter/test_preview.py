"""The rule time machine on a small history in memory."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.alerter.adapters.weights import load_weights
from services.alerter.application.backfill import Backfilled, backfill
from services.alerter.application.preview import Preview, Previewed, Replay
from services.alerter.application.preview_memory import Made
from services.alerter.domain.history import Past, Placement, reclassified
from services.alerter.domain.history_span import moment, span
from services.alerter.domain.likeness import Likeness
from services.alerter.domain.news import NewFact
from services.alerter.domain.routes import routes_of
from services.alerter.domain.routes_index import RouteIndex
from services.alerter.domain.subscriptions import Subscription
from shared.messages import DocumentClassified
from tests.fakes.classified import SEEN, classified, event

pytestmark = pytest.mark.unit

LIKENESS = Likeness(load_weights())
RUMOUR = event("mergers_acquisitions", "rumoured", "ant_group", "haodf")
DENIAL = event("mergers_acquisitions", "denied", "ant_group", "haodf")
DENIED = NewFact(kind="status", label="mergers_acquisitions", before="rumoured", after="denied", quote="否认")
ANT: dict[str, Any] = {"name": "ant", "when": {"entities": ["ant_group"]}, "channels": {"console": True}}
WIDE: dict[str, Any] = {"name": "wide", "channels": {"console": True, "slack": "#all"}}


def at(hours: float) -> datetime:
    return SEEN + timedelta(hours=hours)


def past(name: str, hours: float, *events: dict[str, Any], thread: str | None = None, **more: Any) -> Past:
    """A stored document; in the thread that `thread` opened, or that it opened itself."""
    news = more.pop("news", ())
    document = classified(name, name, *events, published=at(hours), seen=at(hours), **more)
    opener = classified(thread, "").document_id if thread else document.document_id
    return Past(document, at(hours), Placement(f"t{opener}", tuple(news)))


HISTORY = (
    past("rumour", 1, RUMOUR),
    past("again", 2, RUMOUR, thread="rumour"),
    past("results", 3, event("financial_results", "announced", "jd_health"), importance=2),
    past("denial", 30, DENIAL, thread="rumour", news=[DENIED]),
)


def index(*wishes: dict[str, Any]) -> RouteIndex:
    return RouteIndex(routes_of([Subscription.model_validate(wish) for wish in wishes]))


def tried(
    before: Sequence[dict[str, Any]],
    after: Sequence[dict[str, Any]],
    history: Sequence[Past] = HISTORY,
    since: float = 0,
    again: Sequence[DocumentClassified] = (),
) -> Previewed:
    known = {(document.document_id, document.revision): document for document in again}
    preview = Preview(index(*before), index(*after), LIKENESS, {}, again=known)
    return preview.run(history, at(since), at(72))


def titles(found: Sequence[Any]) -> list[tuple[str, str, str]]:
    return [(one.title, one.team, one.channel) for one in found]


def test_the_same_rules_change_nothing() -> None:
    found = tried([ANT, WIDE], [ANT, WIDE])
    assert [*found.difference().gained, *found.difference().lost, *found.difference().moved] == []
    assert titles(found.before) == titles(found.after) != []


def test_a_new_subscription_gains_what_it_would_have_been_told_once_a_fact() -> None:
    found = tried([ANT], [ANT, WIDE])
    assert titles(found.difference().lost) == []
    assert [title for title, team, channel in titles(found.difference().gained) if channel == "console"] == [
        "rumour", "results", "denial",
    ]  # fmt: skip
    assert {team for _, team, _ in titles(found.difference().gained)} == {"wide"}
    assert [one.kind for one in found.difference().gained if one.title == "denial"] == ["update", "update"]


def test_a_narrower_one_loses_and_the_key_is_named() -> None:
    found = tried([ANT], [{**ANT, "when": {"entities": ["ant_group"], "statuses": ["denied"]}}])
    (lost,) = found.difference().lost
    assert lost.title == "rumour"
    assert found.reasons[lost.by_document] == "mergers_acquisitions: status rumoured"
    assert [one.what for one in found.difference().moved] == []  # the denial is told by both


def test_one_that_is_told_by_a_later_report_is_not_lost() -> None:
    late = [past("first", 1, RUMOUR, importance=2), past("second", 2, RUMOUR, thread="first", importance=4)]
    found = tried([ANT], [{**ANT, "when": {"entities": ["ant_group"], "importance": 3}}], late)
    assert found.difference().gained == found.difference().lost == ()
    assert [one.what for one in found.difference().moved] == ["later, by another article"]


def test_what_came_before_the_span_is_known_and_not_counted() -> None:
    found = tried([ANT], [ANT, WIDE], since=24)
    assert (found.documents, found.earlier) == (1, 3)
    assert {(one.title, one.kind) for one in found.difference().gained} == {("denial", "update")}


def test_budget_and_quiet_hours_hold_in_the_replay_by_the_clock_of_then() -> None:
    quiet = {"quiet_hours": [{"from": "00:00", "to": "20:00"}]}
    held = tried([ANT], [{**ANT, "rhythm": quiet}])
    assert {one.what for one in held.difference().moved} == {"at once → held"}
    assert {one.after.told.hour for one in held.difference().moved} == {12}  # 20:00 in Shanghai
    spent = tried([WIDE], [{**WIDE, "rhythm": {"budget": 1}}])
    assert {(one.after.title, one.what) for one in spent.difference().moved} == {("results", "at once → digest")}
    before, after = spent.loads()
    assert (before["wide"].alerts, after["wide"].alerts, after["wide"].digest) == (3, 2, 1)
    assert (before["wide"].messages, before["wide"].busiest, before["wide"].a_day) == (6, 2, 1.0)


def test_what_one_route_told_inhibits_another_in_the_replay_too() -> None:
    what = {"told": {"statuses": ["completed"]}, "suppress": {"statuses": ["rumoured"]}}
    rule = {"same": "entity", "within": "2h", **what}
    done, talk = ({"name": name, "when": {"statuses": [name]}} for name in ("completed", "rumoured"))
    team = {**ANT, "rhythm": {"inhibit": [rule]}, "routes": [done, talk]}
    deal = past("deal", 1, event("partnership", "completed", "ant_group"))
    rumour = past("rumour", 2, event("leadership", "rumoured", "ant_group"))
    found = tried([ANT], [team], [deal, rumour])
    assert [(one.route, one.reach) for one in found.after] == [("completed", "alert"), ("rumoured", "nobody")]


def test_what_reads_otherwise_is_threaded_anew_and_the_rest_stays() -> None:
    bought = event("partnership", "announced", "ant_group")
    stored = HISTORY[2].document
    other = stored.model_copy(update={"events": classified("x", "x", bought).events, "importance": 4})
    found = tried([ANT], [ANT], again=[other])
    assert found.reclassified == 1
    assert titles(found.difference().gained) == [("results", "ant", "console")]
    assert reclassified(HISTORY[2], stored) is HISTORY[2]


def test_without_the_report_that_opened_it_the_next_one_opens_the_thread() -> None:
    rumour = HISTORY[0].document.model_copy(update={"relevant": False, "events": ()})
    again = HISTORY[1].document.model_copy(update={"relevant": False, "events": ()})
    found = tried([ANT], [ANT], again=[rumour, again])
    assert [(one.title, one.kind) for one in found.after] == [("denial", "new")]
    assert titles(found.difference().lost) == [("rumour", "ant", "console")]
    (lost,) = found.difference().lost
    assert found.reasons[lost.by_document] == "nothing watched is concerned"


def test_a_document_that_cannot_be_taken_in_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    replay = Replay(index(WIDE), LIKENESS, {})
    monkeypatch.setattr("services.alerter.application.take_in.report_of", lambda _: 1 / 0)
    assert replay.take(HISTORY[0]) == ()
    assert [one.reason for one in replay.failed] == ["ZeroDivisionError: division by zero"]


class Books:
    """Deliveries by key."""

    def __init__(self) -> None:
        self.keys: set[str] = set()

    def count_as_told(self, made: Sequence[Made]) -> int:
        new = {one.alert.delivery_key for one in made} - self.keys
        self.keys |= new
        return len(new)


def test_a_backfill_writes_each_key_once() -> None:
    books = Books()
    first = backfill(HISTORY, Replay(index(ANT, WIDE), LIKENESS, {}), books)
    assert first == Backfilled(documents=4, written=8)
    again = backfill(HISTORY, Replay(index(ANT, WIDE), LIKENESS, {}), books)
    assert again == Backfilled(documents=4, known=8)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("30d", SEEN - timedelta(days=30)),
        ("1d12h", SEEN - timedelta(hours=36)),
        ("2026-11-01", datetime.fromisoformat("2026-11-01T00:00+00:00")),
        ("2026-11-01T08:00+08:00", datetime.fromisoformat("2026-11-01T00:00+00:00")),
    ],
)
def test_a_moment_is_read(written: str, expected: datetime) -> None:
    assert moment(written, SEEN) == expected


@pytest.mark.parametrize("written", ["", "soon", "0d", "30", "30 d", "2027-01-01", "2026-13-01", "d", "99999d"])
def test_what_is_no_moment_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"neither a length|no time at all|future"):
        moment(written, SEEN)


def test_a_span_begins_before_it_ends() -> None:
    assert span("2d", "1d", SEEN) == (SEEN - timedelta(days=2), SEEN - timedelta(days=1))
    with pytest.raises(ValueError, match=r"^--since: 1d is not before --until 2d"):
        span("1d", "2d", SEEN)
    with pytest.raises(ValueError, match=r"^--until: 'x'"):
        span("1d", "x", SEEN)
