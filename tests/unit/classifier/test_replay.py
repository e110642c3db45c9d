"""Which letters are sent again, what is told of them, and what is remembered."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from services.classifier.application import replay
from services.classifier.application.replay import Choice, Place, Replay, Stored, moment, table, told
from shared.errors import ConfigError, PermanentError, TransientError
from shared.messages import DeadLetter
from shared.messages.topics import DEAD_LETTERS, DOCUMENTS, PARKED

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def stored(number: int, topic: str = DEAD_LETTERS.name, **other: object) -> Stored:
    """The letter that failed `number` hours after NOW."""
    letter = {
        "service": "classifier",
        "topic": DOCUMENTS.name,
        "partition": 0,
        "offset": 100 + number,
        "key": b"k",
        "value": b"%d" % number,
        "error": "ValueError",
        "reason": f"no date in line {number}",
        "failed": NOW + timedelta(hours=number),
    }
    return Stored(Place(topic, 0, number), DeadLetter.model_validate(letter | other))


class Memory:
    """Letters in memory; `away_after` sends the broker is gone before marks are taken."""

    def __init__(self, *letters: Stored, gone: frozenset[int] = frozenset(), away_after: int | None = None) -> None:
        self.letters = letters
        self.gone = gone
        self.away_after = away_after
        self.marks: set[Place] = set()
        self.sent: list[tuple[str, bytes | None, bytes | None]] = []

    def read(self) -> Iterator[Stored]:
        yield from self.letters

    def replayed(self) -> set[Place]:
        return set(self.marks)

    def original(self, letter: DeadLetter) -> bytes | None:
        if letter.offset in self.gone:
            raise PermanentError("kept no longer")
        return letter.value

    def send(self, again: Sequence[tuple[DeadLetter, bytes | None]]) -> None:
        self.sent.extend((letter.topic, letter.key, value) for letter, value in again)

    def mark(self, places: Sequence[Place], now: datetime) -> None:
        if self.away_after is not None and len(self.sent) > self.away_after:
            raise TransientError("gone")
        self.marks.update(places)


def run(letters: Memory, choice: Choice | None = None) -> list[str]:
    step = Replay(letters, choice or Choice())
    return told(step.send(step.chosen(step.look()), NOW))


def values(letters: Memory) -> list[bytes | None]:
    return [value for _, _, value in letters.sent]


def test_each_letter_is_sent_once_with_its_key_to_its_topic() -> None:
    letters = Memory(stored(1), stored(2), stored(1, PARKED.name, value=b"parked"))
    assert run(letters) == ["sent again: 3"]
    assert letters.sent == [(DOCUMENTS.name, b"k", value) for value in (b"1", b"2", b"parked")]
    assert run(letters) == ["sent again: 0"]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Choice(since=NOW + timedelta(hours=3)), [b"3", b"4"]),
        (Choice(reason="LINE 2"), [b"2"]),
        (Choice(reason="valueerror", limit=2), [b"1", b"2"]),
        (Choice(since=NOW + timedelta(hours=2), limit=1), [b"2"]),
        (Choice(reason="another"), []),
    ],
)
def test_what_is_wanted_is_chosen_the_oldest_first(choice: Choice, expected: list[bytes]) -> None:
    letters = Memory(*(stored(number) for number in (4, 3, 2, 1)))
    run(letters, choice)
    assert sorted(filter(None, values(letters))) == expected


def test_a_choice_leaves_the_others_waiting() -> None:
    letters = Memory(*(stored(number) for number in (1, 2, 3)))
    run(letters, Choice(reason="line 2"))
    run(letters)
    assert values(letters) == [b"2", b"1", b"3"]


def test_letters_of_others_and_of_other_topics_are_left() -> None:
    foreign = stored(2)
    elsewhere = Stored(foreign.place, foreign.letter.model_copy(update={"topic": "luming.classified.v1"}))
    letters = Memory(stored(1, service="alerter"), elsewhere, stored(3))
    assert run(letters) == ["sent again: 1"]
    assert values(letters) == [b"3"]


def test_a_version_that_is_still_unknown_stays_parked() -> None:
    later = {"error": "LaterVersion", "reason": "unknown version 2 of DocumentFound; known: 1"}
    letters = Memory(stored(1, PARKED.name, value=b'{"version": 2}', **later), stored(2, PARKED.name, **later))
    assert "[1 need a later worker]" in table(Replay(letters, Choice()).look())[1]
    assert run(letters) == ["sent again: 1"]
    assert values(letters) == [b"2"]


def test_an_original_that_is_gone_is_told_and_not_marked() -> None:
    letters = Memory(stored(1), stored(2), gone=frozenset({101}))
    assert run(letters) == ["sent again: 1", "not sent: 1: kept no longer"]
    assert letters.marks == {Place(DEAD_LETTERS.name, 0, 2)}


def test_after_a_broker_that_went_away_at_most_one_batch_is_sent_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "BATCH", 2)
    letters = Memory(*(stored(number) for number in range(5)), away_after=2)
    with pytest.raises(TransientError):
        run(letters)
    letters.away_after = None
    assert run(letters) == ["sent again: 3"]
    assert values(letters) == [b"0", b"1", b"2", b"3", b"2", b"3", b"4"]


def test_the_table_counts_reasons_that_differ_in_numbers_as_one() -> None:
    letters = Memory(stored(1), stored(30), stored(2, error="KeyError", reason="x"))
    letters.marks.add(Place(DEAD_LETTERS.name, 0, 30))
    head, first, second = table(Replay(letters, Choice()).look())
    assert head.split()[:2] == ["waiting", "replayed"]
    assert first.split("  ")[-1] == "ValueError: no date in line #"
    assert first.split()[:2] == ["1", "1"]
    assert "2026-11-22 09:00:00  2026-11-23 14:00:00" in first
    assert second.split()[-1] == "x"
    assert table(Replay(Memory(), Choice()).look()) == ["no letters"]


def test_a_time_is_read_as_utc_unless_it_names_a_zone() -> None:
    assert moment("2026-11-22T08:00") == moment("2026-11-22T16:00+08:00") == NOW
    with pytest.raises(ConfigError, match="soon"):
        moment("soon")
