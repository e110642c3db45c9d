"""Whose word is not hidden by an earlier copy of it."""

from dataclasses import replace

import pytest

from tests.unit.crawler.fakes import ORIGIN, FakeStore
from tests.unit.crawler.test_look import STORY, A, B, once

pytestmark = pytest.mark.unit


def test_an_authoritys_own_words_are_not_hidden_by_whoever_had_them_first() -> None:
    store = FakeStore()
    once(store, STORY.encode(), B, origin=replace(ORIGIN, source="portal"))
    verdict = once(store, STORY.encode(), A, origin=replace(ORIGIN, source="authority", reliability="A"))
    assert verdict.outcome == "published"
    mirror = once(store, STORY.encode(), f"{A}?mirror", origin=replace(ORIGIN, source="authority", reliability="A"))
    assert mirror.outcome == "duplicate"
    assert once(store, STORY.encode(), f"{B}?2", origin=replace(ORIGIN, source="other")).outcome == "duplicate"
