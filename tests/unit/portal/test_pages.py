"""Scores, windows, cursors, entries of the index, results and their rights, the printed page."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.domain import cursor as cursors
from services.portal.domain.cursor import Cursor, digest
from services.portal.domain.entry import LONGEST, OLDEST, StoredDocument, StoredRevision, entry_of
from services.portal.domain.page import Count, SearchPage, Stored
from services.portal.domain.printed import printed
from services.portal.domain.query import Problem
from services.portal.domain.score import Candidate, Scale, ordered, score
from services.portal.domain.shown import result_of
from services.portal.domain.windows import Quarter, windows
from shared.messages.common import Rights
from tests.unit.portal.known import NOW, SHANGHAI, query

pytestmark = pytest.mark.unit


def candidate(name: str, words: str, days: float = 10, **other: object) -> Candidate:
    fields = {"importance": 3, "repeats": False, "thread_id": None, **other}
    return Candidate(name, NOW - timedelta(days=days), words, **fields)  # type: ignore[arg-type]  # as they are


@pytest.mark.parametrize(
    ("text", "better", "worse"),
    [
        ("医鹿", "医鹿上线\n内容", "某事\n医鹿"),
        ("医鹿", "某事\n医鹿医鹿医鹿", "某事\n医鹿" + "话" * 50),
        ("医鹿", "某事\n医鹿" + "话" * 300, "某事\n" + "话" * 300 + "医鹿"),
        ("医鹿 合作", "医鹿合作\n内容", "医鹿\n合作合作合作"),
        ("hospital", "x\nhospitals hospital", "x\nhospital and more"),
    ],
)
def test_what_is_more_about_the_words_scores_higher(text: str, better: str, worse: str) -> None:
    found = query(text)
    assert score(candidate("a", better), found, NOW) > score(candidate("b", worse), found, NOW)


def test_fresh_important_and_original_stand_first() -> None:
    words, found = "医鹿\n医鹿", query("医鹿")
    names = [
        candidate("old", words, 900), candidate("new", words, 1), candidate("copy", words, 1, repeats=True),
        candidate("weighty", words, 1, importance=5), candidate("about", words, 1, importance=5, about=True),
    ]  # fmt: skip
    weighed = list(map(Scale(found), names))
    assert [one.document_id for one in ordered(weighed, NOW)] == ["about", "weighty", "new", "copy", "old"]


def test_the_newest_of_many_hits_stand_before_older_ones_that_say_it_more_often() -> None:
    found = query("医鹿")
    fresh, often = candidate("fresh", "x\n医鹿" + "话" * 400, 20), candidate("often", "x\n" + "医鹿" * 20, 30)
    both = list(map(Scale(found), (fresh, often)))
    assert [one.document_id for one in ordered(both, NOW)] == ["often", "fresh"]
    assert [one.document_id for one in ordered(both, NOW, horizon=fresh.at)] == ["fresh", "often"]


def quarters() -> list[Quarter]:
    return [Quarter(date(2026 - number // 4, 10 - number % 4 * 3, 1), 40) for number in range(12)]


def test_windows_grow_and_leave_no_gap() -> None:
    found = windows(quarters(), smallest=50)
    assert [window.documents for window in found] == [80, 120, 200, 80]
    assert all(one.since == other.until for one, other in pairwise(found))
    assert (found[0].until, found[-1].since) == (datetime(2027, 1, 1, tzinfo=UTC), datetime(2024, 1, 1, tzinfo=UTC))


def test_windows_keep_to_the_dates() -> None:
    since, until = datetime(2025, 5, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    found = windows(quarters(), since, until, smallest=50)
    assert (found[0].until, found[-1].since) == (until, since)
    assert windows([], None, None) == []
    assert windows(quarters(), until, since) == []
    assert windows(quarters(), datetime(2030, 1, 1, tzinfo=UTC)) == []


@given(st.integers(0, 4_000_000_000), st.integers(0, 99_999))
def test_a_cursor_comes_back_as_it_was(seconds: int, passed: int) -> None:
    now = datetime.fromtimestamp(seconds, UTC)
    for after in (None, (now, "f" * 32)):
        made = Cursor(digest("医鹿", "newest"), now, 123, passed, after)
        assert cursors.read(cursors.write(made), made.asked) == made


@given(st.text(max_size=500))
def test_a_made_up_cursor_is_a_problem(text: str) -> None:
    assert isinstance(cursors.read(text, "x"), Problem)


def test_a_cursor_of_another_search_is_told() -> None:
    written = cursors.write(Cursor(digest("a", "newest"), NOW, 1))
    assert "another search" in str(cursors.read(written, digest("a", "relevance")))


def revision(number: int, title: str, *paragraphs: str, **other: object) -> StoredRevision:
    fields = {
        "source": "wire",
        "outlet": " ",
        "language": "zh-Hans",
        "published": NOW,
        "first_seen": NOW,
        "repeats": False,
    }
    return StoredRevision(number, 10 + number, title, paragraphs, **fields | other)  # type: ignore[arg-type]  # as they are


def test_an_entry_holds_what_earlier_revisions_said() -> None:
    entry = entry_of(StoredDocument("a", (revision(1, "旧題", "一", "删"), revision(2, "新题", "一", "二"))))
    assert entry.words == "新题\n一\n二\f旧题\n删"
    assert (entry.number, entry.revision, entry.revisions) == (11, 2, 2)
    assert (entry.kind, entry.sources) == ("unread", ("wire",))


def test_dates_that_cannot_be_are_not_believed() -> None:
    for published, at in ((NOW + timedelta(days=3), NOW), (None, NOW), (NOW - timedelta(days=20_000), OLDEST)):
        assert entry_of(StoredDocument("a", (revision(1, "题", published=published),))).at == at


def test_an_endless_text_is_indexed_to_a_bound() -> None:
    assert len(entry_of(StoredDocument("a", (revision(1, "题", "话" * (LONGEST + 5)),))).words) == LONGEST


def stored(rights: Rights = "full", **other: object) -> Stored:
    fields = {
        "document_id": "a" * 32, "revision": 1, "url": "https://example.test/", "source": "wire", "outlet": "示例社",
        "rights": rights, "title": "医鹿\x1b上线", "paragraphs": ("话" * 400, "医鹿在此。"), "language": "zh-Hans",
        "at": NOW, "precision": "minute", "repeats": None, "earlier": (), "classified": None, "thread": None,
    }  # fmt: skip
    return Stored(**fields | other)  # type: ignore[arg-type]  # as they are


def test_a_result_is_cut_to_its_rights() -> None:
    found = query("医鹿")
    assert [one.paragraph for one in result_of(stored(), found).passages] == [2]
    assert result_of(stored("link"), found).passages == ()
    assert result_of(stored("link"), found).title_marks == ((0, 2),)


def test_without_words_the_beginning_is_shown() -> None:
    (passage,) = result_of(stored(), query("kind:news")).passages
    assert (passage.paragraph, passage.marks) == (1, ())


def test_a_page_is_printed_without_control_characters() -> None:
    found = query("医鹿")
    page = SearchPage(
        "医鹿", found, "relevance", (result_of(stored(), found),), Count(12_000, exact=False), cursor="next"
    )
    lines = list(printed(page, SHANGHAI))
    assert lines[0] == "about 12,000 documents"
    assert "1. 医鹿 上线 · 示例社 · 2026-11-22 20:00" in lines
    assert lines[-1].endswith("--cursor next")
    assert "\x1b[1m医鹿\x1b[0m" in "\n".join(printed(page, SHANGHAI, marked=True))
