"""`make crash` in small: the alerter killed at six random moments, and nothing lost or told twice for it."""

import pytest

from bench.crash.run import run

pytestmark = pytest.mark.chaos


@pytest.mark.timeout(420)
def test_killed_at_six_random_moments_it_loses_nothing_and_tells_nothing_twice() -> None:
    result = run(kills=6, seed=6)
    found = result.comparison
    assert found.expected > 60
    assert (found.lost, found.twice, found.unexpected, found.unmarked) == ((), (), (), ())
    assert found.received == found.expected + len(found.twice_on_the_wire)
    assert result.met["take-in"] + result.met["on its way"] + result.met["taken, not recorded"] > 0
