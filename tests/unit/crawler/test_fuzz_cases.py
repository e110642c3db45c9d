"""Bytes that once broke a promise, found by `make fuzz`, and the seeds it begins with: all hold now."""

from pathlib import Path

import pytest

from bench.fuzz.seeds import SEEDS, mutated
from bench.fuzz.targets import TARGETS, PromiseBroken, timed

pytestmark = pytest.mark.unit
CASES = Path(__file__).parents[2] / "fixtures" / "fuzz"
KEPT = sorted(CASES.glob("*/*.bin"))


@pytest.mark.parametrize("case", KEPT, ids=lambda case: f"{case.parent.name}/{case.stem}")
def test_what_was_found_stays_mended(case: Path) -> None:
    timed(TARGETS[case.parent.name], case.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
def test_seeds_and_some_mutations_hold(name: str) -> None:
    for number, seed in enumerate(SEEDS[name]):
        timed(TARGETS[name], seed)
        for dice in range(15):
            data = mutated(seed, 1000 * number + dice, 20_000)
            assert len(data) <= 20_000
            timed(TARGETS[name], data)


def test_a_broken_promise_is_told() -> None:
    def slow(data: bytes) -> None:
        raise PromiseBroken(f"{len(data)} bytes")

    with pytest.raises(PromiseBroken, match="3 bytes"):
        timed(slow, b"abc")
