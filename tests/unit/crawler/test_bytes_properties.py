"""Whatever bytes come, readers keep their promises: hypothesis makes the bytes, bench.fuzz.targets knows the rest."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some

from bench.fuzz.seeds import PIECES, SEEDS, mutated
from bench.fuzz.targets import TARGETS, timed

pytestmark = pytest.mark.unit
MOST = 4_000
"""Bytes of an input; the fuzzer makes larger ones."""


def inputs(name: str) -> some.SearchStrategy[bytes]:
    """Plain bytes, pieces of markup in any order, and seeds that were edited."""
    pieces = some.lists(some.sampled_from(PIECES), max_size=30).map(lambda found: b"".join(found)[:MOST])
    edited = some.builds(mutated, some.sampled_from(SEEDS[name]), some.integers(0, 10**6), some.just(MOST))
    return some.one_of(some.binary(max_size=500), pieces, edited)


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=some.data())
def test_a_reader_keeps_its_promises_on_any_bytes(name: str, data: some.DataObject) -> None:
    timed(TARGETS[name], data.draw(inputs(name)))


@settings(max_examples=100, deadline=None)
@given(text=some.text(max_size=200))
@example("https://news.example.com/a?utm%5Fsource=x&b=1")
@example("https://news.example.com/%2e%2e/%7Ea?b=%zz&a=%41")
def test_any_text_as_an_address_has_one_form(text: str) -> None:
    timed(TARGETS["canonical"], text.encode("utf-8", "surrogatepass"))
    timed(TARGETS["canonical"], f"https://news.example.com/{text}".encode("utf-8", "surrogatepass"))
