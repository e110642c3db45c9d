"""What the newsstand's table says of each page is what the code reads in it: text, events and thread.

The demo checks outcomes and alerts over the running services; this checks the meaning behind them, offline.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest

from deploy.local.newsstand.editions import Edition, editions
from deploy.local.newsstand.outlets import OUTLETS
from deploy.local.newsstand.site import NewsSite
from deploy.local.newsstand.table import load_table
from services.alerter.adapters.weights import load_weights
from services.alerter.domain.threads import Threader
from services.classifier.application.classify import Classify
from services.classifier.bootstrap import make_judge
from services.crawler.domain.extraction import Extracted, extract
from services.crawler.domain.text import without_title
from shared.messages import DocumentClassified, DocumentFound, Times
from shared.watch import Watcher, load_watchlist

pytestmark = pytest.mark.contract

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
CONFIG = Path(__file__).parents[2] / "config"
EVENTFUL = ("alerted", "updated", "joined", "suppressed", "background", "no_event")
EDITIONS = editions(load_table().pages, START)
READ = [edition for edition in EDITIONS if edition.page.outcome in EVENTFUL]


def address(edition: Edition) -> str:
    return f"http://{edition.page.outlet}.example{edition.page.path}"


@cache
def extracted(page_id: str) -> Extracted:
    edition = next(one for one in EDITIONS if one.page.id == page_id)
    outlet = next(one for one in OUTLETS if one.name == edition.page.outlet)
    site = NewsSite(outlet, EDITIONS, f"http://{edition.page.outlet}.example", START)
    answer = site.answer(edition.page.path, {}, edition.released)
    return extract(answer.body, address(edition))


def found(edition: Edition) -> DocumentFound:
    page = extracted(edition.page.id)
    return DocumentFound(
        document_id=sha256(address(edition).encode()).hexdigest()[:32],
        revision=edition.page.revision,
        url=address(edition),
        source=edition.page.outlet,
        title=page.title,
        paragraphs=without_title(page.title, page.paragraphs),
        language=page.language,
        published=page.published_at,
        times=Times(first_seen=START),
    )


@cache
def classified(way: str) -> dict[str, DocumentClassified]:
    watchlist = load_watchlist(CONFIG / "watchlist.yaml")
    circles = {entity.id: entity.circle for entity in watchlist.entities}
    classify = Classify(make_judge(CONFIG, encoder=way == "encoder"), "shipped", circles)
    return {edition.page.id: classify(found(edition), START) for edition in READ}


def threads(way: str) -> Iterator[tuple[str, str]]:
    """(thread in the table, thread that was found) of every page with a current event, in the order of release."""
    threader = Threader(load_weights())
    for edition in READ:
        if edition.page.events and edition.page.thread:
            yield edition.page.thread, threader.take(classified(way)[edition.page.id]).thread.thread_id


@pytest.mark.parametrize("edition", READ, ids=lambda edition: edition.page.id)
def test_the_article_is_read_whole(edition: Edition) -> None:
    page = extracted(edition.page.id)
    assert page.title == edition.title
    assert page.language == edition.page.language
    assert set(edition.paragraphs) <= set(page.paragraphs)
    assert set(page.paragraphs) <= {*edition.paragraphs, edition.title}


WAYS = pytest.mark.parametrize("way", ["encoder", "rules"])


@WAYS
@pytest.mark.parametrize("edition", READ, ids=lambda edition: edition.page.id)
def test_the_watchlist_lets_it_through_and_the_judge_reads_the_tables_events(edition: Edition, way: str) -> None:
    page = extracted(edition.page.id)
    assert Watcher(load_watchlist(CONFIG / "watchlist.yaml")).match(page.title, page.paragraphs).concerns
    assert classified(way)[edition.page.id].relevant, "the alerter would leave it out as irrelevant"
    events = classified(way)[edition.page.id].events
    current = {(event.label, event.status) for event in events if event.status != "background"}
    assert current == {(event.label, event.status) for event in edition.page.events}


@WAYS
def test_the_pages_of_a_story_are_one_thread_and_no_other_page_is(way: str) -> None:
    pairs = set(threads(way))
    assert len({table for table, _ in pairs}) == len(pairs), "a story was split"
    assert len({thread for _, thread in pairs}) == len(pairs), "two stories were joined"
