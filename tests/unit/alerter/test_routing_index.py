"""The index over thousands of routes gives what looking at each of them gives."""

import random

import pytest

from bench.routing.made import documents, subscriptions
from services.alerter.application.interest import TOLD_WHY, interest_in
from services.alerter.domain.routes import routes_of
from services.alerter.domain.routes_index import RouteIndex, bits_of
from services.alerter.domain.routing import matches


@pytest.mark.parametrize("seed", range(4))
def test_the_index_gives_what_the_plain_way_gives(seed: int) -> None:
    made = random.Random(seed)
    roots = routes_of(subscriptions(120, made))
    index = RouteIndex(roots, version=7)
    found = 0
    for document in documents(40, made):
        plain = matches(document, roots)
        assert index.matches(document) == plain
        found += len(plain)
    assert found > 40, "the mixture matches something"


def test_reasons_are_kept_for_a_few_routes_only() -> None:
    made = random.Random(1)
    index = RouteIndex(routes_of(subscriptions(300, made)), version=7)
    (document,) = documents(1, made)
    interest = interest_in(document, index, None)
    assert len(interest.unwanted) == TOLD_WHY
    assert interest.detail()["subscriptions_version"] == 7


def test_an_empty_index_matches_nothing() -> None:
    (document,) = documents(1, random.Random(1))
    assert RouteIndex(()).matches(document) == ()


@pytest.mark.parametrize("numbers", [[], [0], [7, 8, 9], [63, 64, 10_000]])
def test_the_numbers_in_a_set_of_bits(numbers: list[int]) -> None:
    assert list(bits_of(sum(1 << number for number in numbers))) == numbers
