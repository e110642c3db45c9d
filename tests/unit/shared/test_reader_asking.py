"""The limits around the language model: cache, breaker, a day's budget."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.reader.asking import LEAST_LEFT, LONGEST_WAIT, Asking, Limits, Retry
from shared.reader.limits import FAILURES, FIRST_PAUSE, LONGEST_PAUSE, Breaker, Budget, Cache
from shared.reader.question import Closed, NoAnswer, NotAsked, Question, WrongAnswer
from tests.fakes.language_models import Counted, Scripted, ScriptedModel, ending, slow

pytestmark = pytest.mark.unit

BEGAN = datetime(2026, 11, 22, 23, 50, tzinfo=UTC)
ASKED = Question("You decide.", '{"condition": "one"}', "answer", {})
OTHER = Question("You decide.", '{"condition": "two"}', "answer", {})


class Rig:
    def __init__(self, *script: Scripted, requests: int = 100, characters: int = 10_000) -> None:
        self.model = ScriptedModel(*script)
        self.counts = Counted()
        self.now = BEGAN
        limits = Limits(Budget(requests, characters))
        self.asking = Asking(self.model, limits, self.counts, lambda: self.now)

    def ask(self, question: Question = ASKED) -> str:
        return self.asking.ask(question, 8.0, str.upper)


def test_the_same_question_is_asked_once() -> None:
    rig = Rig("yes", "no")
    assert [rig.ask(), rig.ask(), rig.ask(OTHER)] == ["YES", "YES", "NO"]
    assert rig.counts.told == ["asked", "answered", "remembered", "asked", "answered"]
    assert rig.model.seconds == [8.0, 8.0]


def test_an_answer_that_cannot_be_read_is_not_kept() -> None:
    rig = Rig("yes")

    def unreadable(_: str) -> str:
        raise WrongAnswer("wrong_schema", "not of the schema")

    with pytest.raises(WrongAnswer):
        rig.asking.ask(ASKED, 8.0, unreadable)
    assert rig.ask() == "YES"
    assert rig.counts.told == ["asked", "dropped wrong_schema", "asked", "answered"]


def test_after_five_failures_nothing_is_asked_for_a_minute_then_one() -> None:
    rig = Rig(*[slow() for _ in range(FAILURES + 1)], "yes")
    for _ in range(FAILURES):
        with pytest.raises(NoAnswer):
            rig.ask()
    with pytest.raises(NotAsked, match="paused after failures"):
        rig.ask()
    rig.now += FIRST_PAUSE
    with pytest.raises(NoAnswer):
        rig.ask()
    rig.now += FIRST_PAUSE
    with pytest.raises(NotAsked):
        rig.ask()
    rig.now += FIRST_PAUSE
    assert rig.ask() == "YES"
    assert len(rig.model.asked) == FAILURES + 2


def test_four_failures_and_a_good_answer_begin_anew() -> None:
    rig = Rig(*[slow() for _ in range(FAILURES - 1)], "yes", slow())
    for _ in range(FAILURES - 1):
        with pytest.raises(NoAnswer):
            rig.ask()
    assert rig.ask() == "YES"
    with pytest.raises(NoAnswer):
        rig.ask(OTHER)
    with pytest.raises(NoAnswer):
        rig.ask(OTHER)


def test_a_days_requests_and_characters_are_a_days() -> None:
    rig = Rig("yes", requests=1)
    rig.ask()
    with pytest.raises(NotAsked, match="requests"):
        rig.ask(OTHER)
    rig.now += timedelta(minutes=10)
    assert rig.ask(OTHER) == "YES"
    few = Rig("yes", characters=ASKED.characters + 2)
    assert few.ask() == "YES"
    with pytest.raises(NotAsked, match="characters"):
        few.ask(OTHER)
    assert few.counts.told[-1] == "refused characters"


def test_the_end_of_the_program_is_nobodys_failure() -> None:
    rig = Rig(ending())
    for _ in range(FAILURES + 1):
        with pytest.raises(Closed):
            rig.ask()


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


def test_a_days_end_is_utcs() -> None:
    budget = Budget(1, 1000)
    evening = datetime.fromisoformat("2026-11-23T07:59:00+08:00")
    budget.ask(evening, 10)
    assert budget.refuses(evening, 10) == "requests"
    assert budget.refuses(evening + timedelta(minutes=2), 10) is None
    assert budget.refuses(evening + timedelta(minutes=2), 1001) == "characters"


def test_a_clock_set_back_begins_no_second_budget() -> None:
    budget = Budget(1, 1000)
    later = BEGAN + timedelta(minutes=20)
    budget.ask(later, 10)
    assert budget.refuses(BEGAN, 10) == "requests"


def test_the_cache_forgets_what_was_not_used_for_longest() -> None:
    cache: Cache[int] = Cache(2)
    cache.keep("a", 1)
    cache.keep("b", 2)
    assert cache.get("a") == 1
    cache.keep("c", 3)
    assert [cache.get(key) for key in "abc"] == [1, None, 3]


class Retrying(Rig):
    """Asks a busy endpoint once more, on a clock that only a pause moves."""

    def __init__(self, *script: Scripted, requests: int = 100) -> None:
        super().__init__(*script, requests=requests)
        self.slept: list[float] = []
        limits, retry = Limits(Budget(requests, 10_000)), Retry(lambda: self.now.timestamp(), self.sleep)
        self.asking = Asking(self.model, limits, self.counts, lambda: self.now, retry)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


def busy(seconds: float | None) -> NoAnswer:
    return NoAnswer("busy", "the endpoint is busy (429)", seconds)


def test_a_busy_endpoint_is_asked_once_more_when_it_says_soon() -> None:
    rig = Retrying(busy(2), "yes")
    assert rig.ask() == "YES"
    assert (rig.slept, rig.model.seconds) == ([2], [8.0, 6.0])
    assert rig.counts.told == ["asked", "asked", "answered"]


def test_a_second_refusal_is_the_last() -> None:
    rig = Retrying(busy(1))
    with pytest.raises(NoAnswer):
        rig.ask()
    assert rig.counts.told == ["asked", "asked", "dropped busy"]


@pytest.mark.parametrize("wait", [LONGEST_WAIT + 1, 1e9, None])
def test_a_long_pause_is_not_waited_for(wait: float | None) -> None:
    rig = Retrying(busy(wait))
    with pytest.raises(NoAnswer):
        rig.ask()
    assert rig.slept == []


def test_no_second_try_begins_that_has_no_time_left() -> None:
    rig = Retrying(busy(2))
    with pytest.raises(NoAnswer):
        rig.asking.ask(ASKED, 2 + LEAST_LEFT - 0.1, str.upper)
    assert rig.slept == []


def test_a_second_try_counts_as_a_request_and_ends_with_the_budget() -> None:
    rig = Retrying(busy(1), "yes", requests=1)
    with pytest.raises(NoAnswer):
        rig.ask()
    assert rig.counts.told == ["asked", "refused requests", "dropped busy"]


def test_without_a_retry_a_busy_endpoint_is_asked_once() -> None:
    rig = Rig(busy(1))
    with pytest.raises(NoAnswer):
        rig.ask()
    assert rig.counts.told == ["asked", "dropped busy"]
