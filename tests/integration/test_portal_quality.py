"""Searches find what people judged that they should, over the labelled items beside the project."""

import pytest
from sqlalchemy import Engine

from bench.corpora import available
from bench.portal.quality import DEPTH, FLOOR, identity, items, measure, queries

pytestmark = pytest.mark.integration

absent = pytest.mark.skipif(len(available()) < 2, reason="the labelled items (../shared/data) are absent")


def test_there_are_sixty_queries_each_with_fewer_to_find_than_are_looked_at() -> None:
    every = queries()
    assert len(every) >= 60
    assert len({query for query, _ in every}) == len(every)
    assert all(1 <= len(set(wanted)) == len(wanted) < DEPTH for _, wanted in every)


@absent
def test_what_is_to_be_found_is_found(engine: Engine) -> None:
    held = items()
    names = {f"{item.corpus}/{item.row['id']}" for item in held}
    assert {name for _, wanted in queries() for name in wanted} <= names
    assert len({identity(item) for item in held}) == len(held)
    found = measure(engine, held)
    recall = sum(one.recall for one in found) / len(found)
    assert recall >= FLOOR, [one for one in found if one.missed]
