"""Values of variables never stand in what people read."""

import json
from urllib.parse import quote

import pytest

from shared.hiding import Hidden

pytestmark = pytest.mark.unit

TOKEN = 's3/cr3t+t\\ok"en'
HIDDEN = Hidden({"TOKEN": TOKEN, "BASE": "https://me@rss.example/k/KEY12345/", "SHORT": "abc"})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"asks {TOKEN} twice: {TOKEN}", "asks ${TOKEN} twice: ${TOKEN}"),
        (f"https://a.example/?rss={quote(TOKEN, safe='')}", "https://a.example/?rss=${TOKEN}"),
        (json.dumps({"key": TOKEN}), '{"key": "${TOKEN}"}'),
        (f"not {TOKEN!r}", "not '${TOKEN}'"),
        ("https://me@rss.example/k/KEY12345/a", "${BASE}/a"),
        ("https://me@rss.example/k/KEY12345", "${BASE}"),
        ("moved to http://other.example/k/KEY12345/a", "moved to http://other.example${BASE}/a"),
        ("abc", "${SHORT}"),
        ("the abc of it", "the abc of it"),
    ],
)
def test_a_value_is_replaced_by_its_name_in_every_spelling(text: str, expected: str) -> None:
    assert HIDDEN(text) == expected


def test_in_a_page_a_link_stays_a_link() -> None:
    page = b'<a href="https://me@rss.example/k/KEY12345/a">x</a>'
    assert HIDDEN.in_page(page) == b'<a href="https://base.example/a">x</a>'
