"""A document that kills the process is given up after three deaths, over restarts and beside other workers."""

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.classifier.adapters.deaths import FileDeaths
from services.classifier.application.attempts import Guarded
from services.classifier.application.handle import Arrived, Outgoing
from shared.errors import ConfigError
from shared.messages import DeadLetter
from shared.messages.codec import decode
from shared.messages.topics import CLASSIFIED, DEAD_LETTERS, DOCUMENTS

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 22, tzinfo=UTC)
KILLS = b"kills"


class Died(BaseException):
    """The end of the process, as far as a test can have one."""


def handle(arrived: Arrived, now: datetime) -> Outgoing:
    if arrived.value == KILLS:
        raise Died
    return Outgoing(CLASSIFIED.name, arrived.key, b"result")


def arrived(offset: int, value: bytes = b"good", partition: int = 0, key: bytes = b"0123456789abcdef" * 2) -> Arrived:
    return Arrived(DOCUMENTS.name, partition, offset, key, value)


def life(folder: Path, *messages: Arrived) -> list[Outgoing] | None:
    """One process from start to end over these messages; None where it died."""
    deaths = FileDeaths(folder)
    guarded = Guarded(handle, deaths)
    try:
        return [guarded(each, NOW) for each in messages]
    except Died:
        return None
    finally:
        deaths.close()


def test_after_three_deaths_it_is_a_dead_letter_and_the_next_one_passes(tmp_path: Path) -> None:
    messages = (arrived(5), arrived(6), arrived(7, KILLS), arrived(8))
    assert [life(tmp_path, *messages) for _ in range(3)] == [None, None, None]
    for _ in range(2):  # also when the offset was not committed before the next restart
        outgoing = life(tmp_path, *messages)
        assert outgoing
        assert [each.topic for each in outgoing] == [CLASSIFIED.name] * 2 + [DEAD_LETTERS.name, CLASSIFIED.name]
        letter = decode(DeadLetter, outgoing[2].value)
        assert (letter.reason, letter.error, letter.attempts) == ("killed the worker 3 times", "KilledTheWorker", 3)
        assert (letter.value, letter.document_id) == (KILLS, "0123456789abcdef" * 2)


def test_two_that_kill_are_both_counted(tmp_path: Path) -> None:
    one, two = arrived(7, KILLS), arrived(7, KILLS, partition=1)
    for _ in range(3):
        assert life(tmp_path, one, two) is None
        assert life(tmp_path, two, one) is None
    outgoing = life(tmp_path, one, two)
    assert outgoing
    assert {each.topic for each in outgoing} == {DEAD_LETTERS.name}


def test_what_is_survived_is_no_death(tmp_path: Path) -> None:
    for _ in range(5):
        outgoing = life(tmp_path, arrived(1), arrived(2))
        assert outgoing
        assert {each.topic for each in outgoing} == {CLASSIFIED.name}


def test_workers_that_share_a_folder_have_files_of_their_own(tmp_path: Path) -> None:
    first, second = FileDeaths(tmp_path), FileDeaths(tmp_path)
    first.begin(0, 1)
    second.end()
    first.close()
    again = FileDeaths(tmp_path)
    assert (again.of(0, 1), second.of(0, 1)) == (1, 0)
    again.close()
    second.close()


@pytest.mark.parametrize("rest", [b"", b"{", b"[]", b'{"0/1": "x"}', b"\xff"])
def test_a_file_that_is_broken_tells_nothing_more_than_it_can(tmp_path: Path, rest: bytes) -> None:
    (tmp_path / "attempts-0").write_bytes(b"3/42".ljust(48) + rest)
    deaths = FileDeaths(tmp_path)
    assert (deaths.of(3, 42), deaths.of(0, 1)) == (1, 0)
    deaths.close()


def test_a_process_that_is_killed_is_counted(tmp_path: Path) -> None:
    child = os.fork()
    if child == 0:
        FileDeaths(tmp_path).begin(2, 9_007_199_254_740_993)
        os.kill(os.getpid(), 9)
    os.waitpid(child, 0)
    deaths = FileDeaths(tmp_path)
    assert deaths.of(2, 9_007_199_254_740_993) == 1
    deaths.close()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="ATTEMPTS_DIR"):
        FileDeaths(tmp_path / "file")


def test_it_costs_little(tmp_path: Path) -> None:
    deaths = FileDeaths(tmp_path)
    began = time.process_time()
    for offset in range(1000):
        deaths.begin(0, offset)
        deaths.end()
    assert time.process_time() - began < 5  # a twentieth of a second is usual; an fsync for each would be minutes
    deaths.close()
