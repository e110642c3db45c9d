"""What pages of results make in Python is what their macros make, and escapes as they do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, FileSystemLoader

from services.portal.domain.segments import Mark, segments
from services.portal.web import links
from services.portal.web.render import HERE, cited, hits

pytestmark = pytest.mark.unit

_TEMPLATES = Environment(
    loader=FileSystemLoader(HERE / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
)
_TEMPLATES.globals["document_link"] = links.document_link
_MACROS = _TEMPLATES.get_template("_marks.html").module
TEXT = st.text("<>&'\"医鹿a ", max_size=20)
PLACES = st.lists(st.tuples(st.integers(0, 24), st.integers(0, 24)), max_size=3)


@given(TEXT, PLACES)
def test_hits_are_marked_as_the_macro_marks_them(text: str, places: list[tuple[int, int]]) -> None:
    cut = segments(text, [Mark(start, end, "hit") for start, end in places])
    assert hits(text, tuple(places)) == _MACROS.text(cut)  # type: ignore[attr-defined]  # a macro


@given(st.lists(st.integers(0, 99), max_size=3), TEXT)
def test_citations_link_as_the_macro_links_them(numbers: list[int], query: str) -> None:
    assert cited("0" * 32, numbers, query) == _MACROS.citations("0" * 32, numbers, query)  # type: ignore[attr-defined]  # a macro
