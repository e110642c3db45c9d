"""Every citation of every brief is held by the paragraphs that it names, over stored articles and the corpus."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from bench.corpora import available
from deploy.local.database import Database
from services.portal.application.brief import BriefMaker, BriefRequest
from services.portal.bootstrap import make_search
from services.portal.brief_parts import make_briefs
from services.portal.domain.brief import Brief, BriefPoint, Citation
from services.portal.domain.brief_check import is_chinese, why_not
from services.portal.domain.brief_names import Names
from services.portal.domain.normalise import normalise
from shared.rights import QUOTES, SUMMARY
from shared.store.engine import make_engine
from shared.watch import load_watchlist
from tests.integration import brief_rig
from tests.integration.brief_rig import CONFIG, NOW
from tests.integration.brief_topics import CORPUS, ROWS

pytestmark = pytest.mark.integration

WATCHLIST = load_watchlist(CONFIG / "watchlist.yaml")
NAMES = Names(WATCHLIST)
absent = pytest.mark.skipif(len(available()) < 2, reason="the labelled items (../shared/data) are absent")
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")


class Stock:
    """A database of articles, briefs of it, and what its documents say."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.make: BriefMaker = make_briefs(engine, WATCHLIST, make_search(engine, WATCHLIST))
        asked = "select document_id, rights, title, paragraphs from documents"
        with engine.connect() as db:
            rows = db.execute(text(asked)).all()
        self.rights = {row.document_id: row.rights for row in rows}
        self.places = {row.document_id: (row.title, *row.paragraphs) for row in rows}

    def brief(self, topic: str, chinese: bool = True, since: str = "") -> Brief:
        """The brief; a problem fails the test."""
        found = self.make(BriefRequest(topic, since, chinese), NOW)
        assert isinstance(found, Brief), found
        return found

    def cited(self, brief: Brief, citation: Citation) -> list[str]:
        """The paragraphs of a citation."""
        places = self.places[brief.documents[citation.number - 1].document_id]
        return [places[number] for number in citation.paragraphs]


def stock(database: Database, name: str, fill: Callable[[Engine], None]) -> Iterator[Stock]:
    engine = make_engine(database.create(name, template="template"))
    fill(engine)
    yield Stock(engine)
    engine.dispose()
    database.drop(name)


@pytest.fixture(scope="module")
def rows(local_database: Database) -> Iterator[Stock]:
    every = [*brief_rig.newsstand(), *brief_rig.stored_rows()]
    yield from stock(local_database, "brief_rows", lambda engine: brief_rig.threaded(engine, every))


@pytest.fixture(scope="module")
def limited(local_database: Database) -> Iterator[Stock]:
    every = brief_rig.limited([*brief_rig.newsstand(), *brief_rig.stored_rows()])
    yield from stock(local_database, "brief_limited", lambda engine: brief_rig.threaded(engine, every))


@pytest.fixture(scope="module")
def corpus(local_database: Database) -> Iterator[Stock]:
    yield from stock(local_database, "brief_corpus", lambda engine: brief_rig.grouped(engine, brief_rig.corpus()))


def checked(held: Stock, topics: tuple[str, ...]) -> tuple[int, int]:
    """Briefs with points, and citations, all of which hold."""
    briefs = citations = 0
    for number, topic in enumerate(topics):
        brief = held.brief(topic, chinese=number % 2 == 0)
        assert [one.number for one in brief.documents] == list(range(1, len(brief.documents) + 1))
        briefs += bool(brief.points)
        for _, points in brief.groups:
            for point in points:
                assert point.citations, (topic, point)
                for citation in point.citations:
                    citations += 1
                    paragraphs = held.cited(brief, citation)
                    assert why_not(point.text, paragraphs, NAMES) is None, (topic, point, paragraphs)
                    assert seen(point, paragraphs), (topic, point, paragraphs)
                refused(point, held.cited(brief, point.citations[0]))
    return briefs, citations


def seen(point: BriefPoint, paragraphs: list[str]) -> bool:
    """A plainer look than the check's own: letter by letter, or its digits and most of its characters in one script."""
    wanted, there = (re.sub(r"\s", "", normalise(each)) for each in (point.text, "".join(paragraphs)))
    if wanted in there or point.wording == "facts" or is_chinese(wanted) != is_chinese(there):
        return True
    pairs = {a + b for a, b in pairwise(wanted)}
    return (
        all(each in there for each in _DIGITS.findall(wanted)) and sum(each in there for each in pairs) > len(pairs) / 2
    )


def refused(point: BriefPoint, paragraphs: list[str]) -> None:
    """The check can say no: the same sentence with another figure is not held."""
    figure = re.search(r"(?<![\d.a-zA-Z-])\d{2,}(?=[.,%％亿万元家]|$)", point.text)
    if figure is not None:
        other = point.text[: figure.start()] + "7341" + point.text[figure.end() :]
        assert why_not(other, paragraphs, NAMES) in ("number", "date"), (other, paragraphs)


def test_every_citation_over_the_stored_articles_holds(rows: Stock) -> None:
    briefs, citations = checked(rows, ROWS)
    assert briefs >= 30
    assert citations > 150


@absent
def test_every_citation_over_the_corpus_holds(corpus: Stock) -> None:
    briefs, citations = checked(corpus, CORPUS)
    assert briefs >= 40
    assert citations > 500


def test_of_every_document_no_more_is_shown_than_its_rights_allow(limited: Stock) -> None:
    linked = 0
    for topic in ROWS:
        brief = limited.brief(topic)
        words: dict[str, list[str]] = {}
        for _, points in brief.groups:
            for point in points:
                document = brief.documents[point.citations[0].number - 1]
                if point.wording == "article":
                    words.setdefault(document.document_id, []).append(point.text)
                else:
                    assert document.rights == "link"
                    linked += 1
        for one in brief.contradictions:
            for side in one.sides:
                document = brief.documents[side.citation.number - 1]
                assert not (side.quote and document.rights == "link")
        for document_id, held in words.items():
            assert limited.rights[document_id] != "link"
            assert limited.rights[document_id] == "full" or sum(map(len, held)) <= SUMMARY <= QUOTES
    assert linked > 0


@absent
def test_a_strategy_reader_finds_groups_a_timeline_and_few_points_of_one_document(corpus: Stock) -> None:
    brief = corpus.brief("阿里健康")
    groups = [group for group, _ in brief.groups]
    assert {"model", "results", "capital", "strategy", "rules"} <= set(groups)
    speakers = [point.citations[0].number for _, points in brief.groups for point in points]
    assert max(speakers.count(each) for each in speakers) <= 5
    assert [one.at for one in brief.timeline] == sorted(one.at for one in brief.timeline)
    assert len(brief.timeline) > 10
    texts = [normalise(point.text) for _, points in brief.groups for point in points]
    assert len(set(texts)) == len(texts)


def test_what_cannot_be_asked_is_said(rows: Stock, project_root: Path) -> None:
    for topic, since, words in (
        ("", "", "there is no word"),
        ("怎么样？", "", "there is no word"),
        ("药" * 10_000, "", "10,000 characters"),
        ("阿里健康", "tomorrow", "cannot read the date"),
        ("阿里健康", "2031-01", "in the future"),
        ('阿里"健康', "", "has no second one"),
        ("entity:nobody", "", "knows no nobody"),
        ("no:field", "", "no field no:"),
    ):
        found = rows.make(BriefRequest(topic, since), NOW)
        assert not isinstance(found, Brief), (topic, found)
        assert words in str(found)
    assert rows.brief("zzzz qqqq").documents == ()
