"""JSON that the database takes, whatever stands in the values."""

import json

import pytest

from shared.store.plain_json import plain_json

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("a\x00b", "ab"),
        ("a\\u0000b", "a\\u0000b"),
        ("\\\\u0000", "\\\\u0000"),
        ("a\ud800b", "a?b"),
        ({"a\x00": ["\x00", {"b": "\\u0000"}]}, {"a": ["", {"b": "\\u0000"}]}),
        (None, None),
        (1.5, 1.5),
    ],
)
def test_nul_goes_and_what_is_typed_stays(value: object, kept: object) -> None:
    told = plain_json(value)
    assert json.loads(told) == kept
    assert "\x00" not in told
