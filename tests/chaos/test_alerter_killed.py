"""`make crash` in small: the alerter killed at random moments, and nothing lost or told twice for it."""

import pytest

from bench.crash.run import run
from tests.chaos.tally import Account

pytestmark = pytest.mark.chaos


@pytest.mark.fault(1, "services killed under load")
@pytest.mark.timeout(3600)
@pytest.mark.long_form(reason="the short form kills all three services in test_processes_killed.py")
def test_killed_at_random_moments_it_loses_nothing_and_tells_nothing_twice(account: Account) -> None:
    result = run(kills=200, seed=6)
    found = result.comparison
    account.counted(
        went_in=found.expected,
        came_out=found.received,
        lost=len(found.lost),
        twice=len(found.twice),
        twice_on_the_wire=len(found.twice_on_the_wire),
    )
    assert found.expected > 60
    assert (found.lost, found.twice, found.unexpected, found.unmarked) == ((), (), (), ())
    assert found.received == found.expected + len(found.twice_on_the_wire)
    assert result.met["take-in"] + result.met["on its way"] + result.met["taken, not recorded"] > 0
