"""A day's budget, the breaker and the cache of the second reader."""

from datetime import UTC, datetime, timedelta

import pytest

from services.classifier.application.second_limits import FIRST_PAUSE, LONGEST_PAUSE, Breaker, Budget, Cache

pytestmark = pytest.mark.unit

BEGAN = datetime(2026, 11, 22, 23, 50, tzinfo=UTC)


def test_a_days_end_is_utcs_and_a_clock_set_back_gives_nothing_twice() -> None:
    budget = Budget(1, 1000)
    evening = datetime.fromisoformat("2026-11-23T07:59:00+08:00")
    budget.ask(evening, 10)
    assert budget.refuses(evening, 10) == "requests"
    assert budget.refuses(evening + timedelta(minutes=2), 10) is None
    assert budget.refuses(evening + timedelta(minutes=2), 1001) == "characters"
    budget.ask(evening + timedelta(minutes=2), 10)
    assert budget.refuses(evening, 10) == "requests"


def test_pauses_grow_up_to_the_longest_and_one_good_answer_forgets_them() -> None:
    breaker, now = Breaker(failures=1), BEGAN
    for _ in range(10):
        assert breaker.fail(now)
        assert not breaker.lets(now + FIRST_PAUSE - timedelta(seconds=1))
        now += LONGEST_PAUSE
        assert breaker.lets(now)
    breaker.fail(now)
    assert not breaker.lets(now + LONGEST_PAUSE - timedelta(seconds=1))
    breaker.succeed()
    assert breaker.lets(now)
    breaker.fail(now)
    assert breaker.lets(now + FIRST_PAUSE)


def test_the_cache_forgets_what_was_not_used_for_longest() -> None:
    cache: Cache[int] = Cache(2)
    cache.keep("a", 1)
    cache.keep("b", 2)
    assert cache.get("a") == 1
    cache.keep("c", 3)
    assert [cache.get(key) for key in "abc"] == [1, None, 3]
