"""What the demo asks its portal, and when it counts as found."""

from collections.abc import Mapping
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from deploy.local.portal import LINK, Found, Wanted, look, look_until_found, phrase, read_link

pytestmark = pytest.mark.unit

WANTED = (Wanted("a", '阿里健康 "医鹿" 上线', "t1"), Wanted("b", "A deal", "t1"), Wanted("c", "no story"))


class Index:
    """Answers as the portal's API does."""

    def __init__(self, stories: int = 1, **threads: str | None) -> None:
        self.threads = threads
        self.stories = stories
        self.asked: list[str] = []

    def __call__(self, query: str) -> Mapping[str, Any]:
        """Every document for any title, the number of stories for `kind:thread`."""
        self.asked.append(query)
        hits = [
            {"document_id": name, "thread": {"thread_id": thread} if thread else None}
            for name, thread in self.threads.items()
        ]
        return {"results": hits, "total": {"value": self.stories}}


def test_all_is_found() -> None:
    index = Index(a="t1", b="t1", c=None)
    found = look(WANTED, index, expected=1)
    assert found.good
    assert found.as_figures() == {
        "documents": 3, "documents_found": 3, "stories": 1, "stories_found": 1, "stories_counted": 1,
    }  # fmt: skip
    assert index.asked == ['"阿里健康 医鹿 上线"', '"A deal"', '"no story"', "kind:thread"]


@pytest.mark.parametrize(
    ("index", "expected"),
    [
        (Index(a="t1", c=None), 1),  # a document is not in the index
        (Index(a="t1", b=None, c=None), 1),  # one is not in its story
        (Index(a="t1", b="t2", c=None), 1),  # one is in another
        (Index(a="t1", b="t1", c=None, stories=2), 1),  # the index holds a story that nobody told
        (Index(a="t1", b="t1", c=None), 2),  # the table tells of one more
    ],
)
def test_what_is_wrong_is_not_good(index: Index, expected: int) -> None:
    assert not look(WANTED, index, expected).good


def test_without_a_table_the_alerters_stories_count() -> None:
    assert look(WANTED, Index(a="t1", b="t1", c=None)).good


def test_lines_name_what_is_missing() -> None:
    lines = list(look(WANTED, Index(a="t1", c=None), 1).lines())
    assert lines[0] == "portal: 2 of 3 documents and 1 of 1 stories found, 1 stories in its index"
    assert lines[1:] == ["UNFOUND A deal (b, thread t1)"]


def test_a_portal_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ConnectionRefusedError("nobody listens")

    monkeypatch.setattr(HTTPConnection, "request", refuse)
    (tmp_path / LINK).write_text("http://127.0.0.1:1/enter?token=x\n", "utf-8")
    assert read_link(tmp_path) == "http://127.0.0.1:1/enter?token=x"
    found = look_until_found((), tmp_path, patience=0)
    assert not found.good
    assert list(found.lines())[1].startswith("PORTAL  the portal does not answer")


def test_no_link_yet_is_no_link(tmp_path: Path) -> None:
    assert read_link(tmp_path) == ""
    assert "not said yet" in look_until_found((), tmp_path, patience=0).trouble


def test_titles_become_phrases() -> None:
    assert phrase('a  "b" c') == '"a b c"'
    assert Found(0, 0, 0, ()).good
