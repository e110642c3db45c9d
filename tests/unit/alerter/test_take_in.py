"""One message, one transaction: what comes of it."""

from datetime import timedelta

import pytest

from services.alerter.adapters.weights import load_weights
from services.alerter.application.ports import Incoming
from services.alerter.application.take_in import Outcome, TakeIn
from services.alerter.domain.agreement import Agreement
from services.alerter.domain.likeness import Likeness
from services.alerter.domain.routes import routes_of
from services.alerter.domain.routes_index import RouteIndex
from services.alerter.domain.subscriptions import Subscription
from shared.errors import PermanentError, TransientError
from shared.messages import DocumentClassified
from shared.messages.codec import encode
from tests.fakes.alerter_store import MemoryStore, MemoryUnit
from tests.fakes.classified import SEEN, classified, event

BUYS = event("mergers_acquisitions", "rumoured", "ant_group", "haodf", quote="蚂蚁集团正洽购好大夫在线")
NAMES = {"ant_group": ("蚂蚁集团", "Ant Group"), "haodf": ("好大夫在线", "Haodf")}


class Alerter:
    def __init__(self, *wanted: dict[str, object]) -> None:
        self.store = MemoryStore()
        usual: tuple[dict[str, object], ...] = (
            {"name": "chinese", "when": {"languages": ["zh-Hans"]}, "channels": {"console": True}},
            {"name": "big", "when": {"importance": 5}, "channels": {"slack": "#big", "console": True}},
        )
        wishes = [Subscription.model_validate(one) for one in wanted or usual]
        index = RouteIndex(routes_of(wishes))
        self.take_in = TakeIn(self.store, lambda: index, Likeness(load_weights()), NAMES, lambda: SEEN)
        self.offset = 0

    def raw(self, value: bytes | None) -> Outcome:
        record = Incoming("classified", 0, self.offset, b"key", value)
        self.offset += 1
        return self.take_in(record)

    def take(self, document: DocumentClassified) -> Outcome:
        return self.raw(encode(document))

    @property
    def unit(self) -> MemoryUnit:
        return self.store.unit


@pytest.fixture
def alerter() -> Alerter:
    return Alerter()


def test_a_new_story_alerts_who_wants_it(alerter: Alerter) -> None:
    outcome = alerter.take(classified("one", "蚂蚁集团洽购好大夫在线", BUYS))
    assert (outcome.outcome, outcome.deliveries, outcome.kinds) == ("alerted", 1, frozenset({"console"}))
    ((key, alert),) = alerter.unit.alerts.items()
    assert key.endswith("/1/chinese/console")
    assert alert.kind == "new"
    assert alert.happened[0].line == "蚂蚁集团、好大夫在线：并购 · 传闻"


def test_a_joined_report_reaches_those_who_were_not_told_of_this_version(alerter: Alerter) -> None:
    alerter.take(classified("one", "蚂蚁集团洽购好大夫在线", BUYS))
    outcome = alerter.take(classified("two", "蚂蚁集团据悉洽购好大夫在线", BUYS, importance=5))
    assert (outcome.outcome, outcome.deliveries) == ("joined", 2)
    assert sorted(key.split("/", 2)[2] for key in alerter.unit.alerts) == [
        "big/console",
        "big/slack:#big",
        "chinese/console",
    ]


def test_an_alert_says_how_many_outlets_tell_it_and_the_best_letter(alerter: Alerter) -> None:
    alerter.take(classified("one", "蚂蚁集团洽购好大夫在线", BUYS, reliability="C"))
    lead = "好大夫在线据悉将卖给蚂蚁集团，双方已谈数周。"
    other = classified(
        "two", "蚂蚁集团据悉洽购好大夫在线", BUYS, lead=lead, importance=5, outlet="Other", reliability="B"
    )
    alerter.take(other)
    said = {key.split("/", 1)[1]: alert.agreement for key, alert in alerter.unit.alerts.items()}
    first, second = said["1/chinese/console"], said["1/big/slack:#big"]
    assert first == Agreement(outlets=1, best="C", names=("Test Wire",))
    assert second == Agreement(outlets=2, best="B", names=("Test Wire", "Other"))


def test_a_new_fact_is_an_update_to_those_who_know_and_new_to_the_others(alerter: Alerter) -> None:
    alerter.take(classified("one", "蚂蚁集团洽购好大夫在线", BUYS))
    denies = event("mergers_acquisitions", "denied", "ant_group", "haodf", quote="双方否认洽购")
    later = SEEN + timedelta(days=1)
    outcome = alerter.take(classified("two", "蚂蚁集团否认洽购好大夫在线", denies, published=later, importance=5))
    assert outcome.outcome == "updated"
    kinds = {key.split("/", 1)[1]: alert.kind for key, alert in alerter.unit.alerts.items()}
    assert kinds == {
        "1/chinese/console": "new",
        "2/chinese/console": "update",
        "2/big/console": "new",
        "2/big/slack:#big": "new",
    }
    update = next(alert for key, alert in alerter.unit.alerts.items() if key.endswith("2/chinese/console"))
    assert update.news == ("并购 · 进展：传闻 → 已否认",)


@pytest.mark.parametrize(
    ("document", "outcome"),
    [
        (classified("one", "t", BUYS, relevant=False), "irrelevant"),
        (classified("one", "t"), "no_event"),
        (classified("one", "t", BUYS, kind="market_note"), "market_note"),
        (classified("one", "t", event("leadership", "background", "ant_group")), "background"),
        (classified("one", "t", BUYS, role="recall"), "suppressed"),
        (classified("one", "t", BUYS, language="en"), "suppressed"),
    ],
)
def test_what_alerts_nobody_is_decided_with_its_reason(
    alerter: Alerter, document: DocumentClassified, outcome: str
) -> None:
    taken = alerter.take(document)
    assert taken.outcome == outcome
    assert taken.reason
    assert alerter.unit.alerts == {}
    assert len(alerter.unit.threads) == (1 if document.language == "en" else 0)


def test_a_suppressed_story_is_told_once_somebody_wants_it(alerter: Alerter) -> None:
    alerter.take(classified("one", "Ant in talks to buy Haodf", BUYS, language="en"))
    outcome = alerter.take(classified("two", "蚂蚁集团洽购好大夫在线", BUYS))
    assert outcome.outcome == "joined"
    assert outcome.deliveries == 1


def test_a_rumour_reprinted_after_its_denial_is_told_to_nobody_again() -> None:
    alerter = Alerter(
        {"name": "rumours", "when": {"statuses": ["rumoured"]}, "channels": {"console": True}},
        {"name": "big", "when": {"importance": 5}, "channels": {"slack": "#big"}},
    )
    rumour = "知情人士称,蚂蚁集团正洽购好大夫在线,交易尚在早期。"
    denies = event("mergers_acquisitions", "denied", "ant_group", "haodf", quote="蚂蚁集团否认洽购好大夫在线")
    alerter.take(classified("one", "蚂蚁集团据悉洽购好大夫在线", BUYS, lead=rumour))
    denial = classified(
        "two", "蚂蚁集团否认洽购好大夫在线", denies, lead="双方称传闻不实。", published=SEEN + timedelta(hours=5)
    )
    assert (alerter.take(denial).outcome, len(alerter.unit.alerts)) == ("suppressed", 1)
    late = SEEN + timedelta(hours=9)
    reprint = alerter.take(
        classified("three", "传蚂蚁集团洽购好大夫在线", BUYS, lead=rumour, published=late, importance=5)
    )
    assert (reprint.outcome, reprint.deliveries) == ("joined", 0)
    retold = alerter.take(classified("four", "蚂蚁集团否认收购好大夫", denies, published=late, importance=5))
    assert (retold.outcome, retold.deliveries) == ("joined", 1)


def test_background_joins_its_thread_without_a_new_fact(alerter: Alerter) -> None:
    alerter.take(classified("one", "蚂蚁集团洽购好大夫在线", BUYS))
    old = event("mergers_acquisitions", "background", "ant_group", "haodf", quote="蚂蚁集团曾洽购好大夫在线")
    outcome = alerter.take(classified("two", "蚂蚁集团洽购好大夫在线始末", old))
    assert outcome.outcome == "background"
    (thread,) = alerter.unit.threads.values()
    assert thread.fact_version == 1
    assert set(alerter.unit.members.values()) == {thread.thread_id}


def test_a_repeated_message_and_an_older_revision_change_nothing(alerter: Alerter) -> None:
    second = classified("one", "蚂蚁集团洽购好大夫在线(更正)", BUYS, revision=2)
    alerter.take(second)
    before = (dict(alerter.unit.threads), dict(alerter.unit.alerts))
    assert alerter.take(second).outcome is None
    older = alerter.take(classified("one", "蚂蚁集团洽购好大夫在线", BUYS, revision=1))
    assert (older.outcome, older.deliveries) == ("joined", 0)
    assert (alerter.unit.threads, alerter.unit.alerts) == before


def test_a_record_below_the_position_is_skipped(alerter: Alerter) -> None:
    alerter.take(classified("one", "蚂蚁集团洽购好大夫在线", BUYS))
    alerter.offset = 0
    assert alerter.take(classified("two", "京东健康公布业绩", BUYS)).outcome is None
    assert len(alerter.unit.decisions) == 1


@pytest.mark.parametrize("value", [None, b"", b"[1]", b'{"version": 9}', b"\xff", b"[" * 100_000])
def test_what_cannot_be_read_becomes_a_dead_letter(alerter: Alerter, value: bytes | None) -> None:
    assert alerter.raw(value).outcome == "failed"
    (letter,) = alerter.unit.letters
    error = "LaterVersion" if value == b'{"version": 9}' else "UnreadableMessage"
    assert (letter.value, letter.error, letter.offset) == (value, error, 0)
    assert alerter.unit.positions == {("classified", 0): 1}


def test_a_message_that_breaks_the_rules_becomes_a_dead_letter_and_leaves_nothing_else(
    alerter: Alerter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: MemoryUnit, *given: object) -> None:
        raise PermanentError("a value that the table does not take")

    monkeypatch.setattr(MemoryUnit, "decide", refuse)
    outcome = alerter.take(classified("one", "蚂蚁集团洽购好大夫在线", BUYS))
    assert outcome.outcome == "failed"
    assert alerter.unit.alerts == {}
    assert alerter.unit.classifications == {}
    assert alerter.unit.letters[0].document_id == classified("one", "t").document_id


def test_what_is_transient_is_left_to_be_tried_again(alerter: Alerter, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: MemoryUnit, *given: object) -> None:
        raise TransientError("deadlock detected")

    document = classified("one", "蚂蚁集团洽购好大夫在线", BUYS)
    with monkeypatch.context() as patched:
        patched.setattr(MemoryUnit, "decide", fail)
        with pytest.raises(TransientError):
            alerter.take(document)
    assert alerter.unit.positions == {}
    alerter.offset = 0
    assert alerter.take(document).outcome == "alerted"


def test_of_a_source_that_may_only_be_linked_to_no_text_is_shown(alerter: Alerter) -> None:
    alerter.take(classified("one", "蚂蚁集团洽购好大夫在线", BUYS, rights="link"))
    (alert,) = alerter.unit.alerts.values()
    assert alert.summary == ()
    assert [one.quote for one in alert.happened] == [""]
