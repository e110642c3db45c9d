"""expected.yaml holds together: with itself, with the page files, with the subscriptions."""

from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from deploy.local.newsstand import table as table_module
from deploy.local.newsstand.editions import PAGES, editions, out
from deploy.local.newsstand.outlets import OUTLETS
from deploy.local.newsstand.site import NewsSite
from deploy.local.newsstand.table import load_table, stretched
from services.alerter.adapters.subscriptions_file import load_subscriptions
from services.alerter.domain.subscriptions import targets as targets_of
from shared.watch.taxonomy import LABELS
from shared.watch.watchlist import load_watchlist

pytestmark = pytest.mark.unit

ALL = load_table().pages
BY_ID = {page.id: page for page in ALL}
CONFIG = Path(table_module.__file__).parent / "config"
CURRENT = {"alerted", "updated", "joined", "suppressed"}
APART = 8.0
"""Seconds; a service that is killed and started again is away for less."""


def test_every_page_has_a_file_and_every_file_a_page() -> None:
    assert {path.stem for path in PAGES.glob("*.txt")} == set(BY_ID)
    assert len(BY_ID) == len(ALL) >= 60


def test_pages_come_one_after_another_and_are_dated_so() -> None:
    for earlier, later in pairwise(ALL):
        assert earlier.release < later.release, later.id
        assert earlier.days_before > later.days_before, later.id
    assert ALL[0].days_before > 330
    assert ALL[-1].release <= 57, "the last pages need their time before the minute is over"


def test_related_pages_stand_apart() -> None:
    close = [
        (a.id, b.id)
        for a, b in combinations(ALL, 2)
        if a.thread is not None and a.thread == b.thread and abs(a.release - b.release) < APART
    ]
    assert close == []


def test_faults_come_early_and_only_their_pages_fail() -> None:
    never = [page for page in ALL if page.fault == "never"]
    assert never
    assert all(page.release < 30 for page in never), "attempts and time-outs must be over before the end"
    mild = {"declares-latin-1", "declares-gb2312"}
    for page in ALL:
        assert (page.outcome == "failed") == (page.fault is not None and page.fault not in mild), page.id
    assert mild | {"404", "500", "never", "loop", "huge", "empty"} == {page.fault for page in ALL if page.fault}


def test_duplicates_follow_their_originals() -> None:
    for page in ALL:
        assert (page.outcome == "duplicate") == (page.duplicate_of is not None), page.id
        if page.duplicate_of is not None:
            original = BY_ID[page.duplicate_of]
            assert original.release + APART <= page.release, page.id
            assert original.thread == page.thread, page.id
            assert page.events == (), "a duplicate is not classified"


def test_only_new_facts_alert() -> None:
    for page in ALL:
        assert bool(page.alerts) == (page.outcome in {"alerted", "updated"}), page.id
        assert bool(page.events) == (page.outcome in CURRENT), page.id
        assert all(event.label in LABELS and event.status != "background" for event in page.events), page.id


def test_a_thread_opens_once() -> None:
    seen: set[str] = set()
    for page in ALL:
        if page.thread is None:
            assert page.outcome not in CURRENT, page.id
            continue
        assert (page.outcome in {"alerted", "suppressed"}) == (page.thread not in seen), page.id
        seen.add(page.thread)


def test_a_revision_keeps_its_address() -> None:
    corrected = [page for page in ALL if page.revision > 1]
    assert corrected
    for page in corrected:
        before = [p for p in ALL if (p.outlet, p.path, p.revision) == (page.outlet, page.path, page.revision - 1)]
        assert len(before) == 1
        assert before[0].release + APART <= page.release
    keys = [(page.outlet, page.path, page.revision) for page in ALL]
    assert len(set(keys)) == len(keys)


def test_alerts_follow_from_the_subscriptions() -> None:
    entities = {entity.id for entity in load_watchlist(CONFIG.parents[3] / "config/watchlist.yaml").entities}
    loaded = load_subscriptions(CONFIG / "subscriptions.yaml", entities)
    targets = {subscription.name: set(targets_of(subscription.channels)) for subscription in loaded.subscriptions}
    families = {subscription.name: set(subscription.when.families) for subscription in loaded.subscriptions}
    for page in ALL:
        told: dict[str, set[str]] = {}
        for alert in page.alerts:
            told.setdefault(alert.subscription, set()).add(alert.channel)
        for name, channels in told.items():
            assert channels == targets[name], page.id
            assert families[name] & {LABELS[event.label] for event in page.events}, page.id
    assert set(targets) == {alert.subscription for page in ALL for alert in page.alerts}


def test_all_labels_statuses_and_languages_are_met() -> None:
    events = [event for page in ALL for event in page.events]
    assert {event.label for event in events} == set(LABELS)
    assert {event.status for event in events} == {"announced", "completed", "planned", "rumoured", "denied"}
    assert {page.language for page in ALL} == {"zh-Hans", "zh-Hant", "en", "none"}
    assert {page.outlet for page in ALL} == {outlet.name for outlet in OUTLETS}


def test_stretched_pages_are_the_same_but_later() -> None:
    table = load_table()
    later = stretched(table, 30)
    assert [page.release for page in later.pages] == [page.release * 30 for page in table.pages]
    assert [page.model_copy(update={"release": 0.0}) for page in later.pages] == [
        page.model_copy(update={"release": 0.0}) for page in table.pages
    ]


def test_texts_are_of_the_length_of_news() -> None:
    for edition in editions(ALL, datetime(2026, 2, 1, tzinfo=UTC)):
        page = edition.page
        text = " ".join(edition.paragraphs)
        assert "{{" not in edition.title + text, page.id
        if page.outcome == "failed":
            assert text == "", page.id
        elif page.language == "en":
            assert 60 <= len(text.split()) <= 350, page.id
        else:
            assert 90 <= len(text) <= 900, (page.id, len(text))


def test_every_page_says_that_it_is_fictional() -> None:
    start = datetime(2026, 2, 1, tzinfo=UTC)
    every = editions(ALL, start)
    late = start + timedelta(seconds=100)
    for outlet in OUTLETS:
        site = NewsSite(outlet, every, "http://127.0.0.1:1", start)
        for edition in out(every, outlet.name, late):
            answer = site.answer(edition.page.path, {}, late)
            if answer.status == 200 and answer.endless is None:
                encoding = "gbk" if outlet.name == "listing" else "utf-8"
                assert "fictional content" in answer.body.decode(encoding), edition.page.id
