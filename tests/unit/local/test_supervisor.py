import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.local.probes import Answer, file_probe
from deploy.local.single import Single
from deploy.local.supervisor import Happening, Supervisor
from deploy.local.watched import PAUSES, Service, Watched, cause_of
from shared.errors import ConfigError

pytestmark = pytest.mark.unit

SLEEPS = "import time; time.sleep(60)"


def service(program: str, probe: Callable[[], Answer] = lambda: Answer(alive=True, ready=True)) -> Service:
    return Service("one", ("-c", program), dict(os.environ), probe)


def until(holds: Callable[[], object], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.02)


@pytest.fixture
def said() -> list[Happening]:
    return []


@pytest.fixture
def supervisor(tmp_path: Path, said: list[Happening]) -> Iterator[Supervisor]:
    made = Supervisor(tmp_path, said.append)
    yield made
    made.close()


def pid_of(tmp_path: Path) -> int:
    return int((tmp_path / "run" / "one.pid").read_text("utf-8"))


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_killed_process_is_started_again(supervisor: Supervisor, tmp_path: Path, said: list[Happening]) -> None:
    supervisor.start(service(SLEEPS))
    first = pid_of(tmp_path)
    os.kill(first, signal.SIGKILL)
    until(lambda: [standing.restarts for standing in supervisor.standings()] == [1])
    until((tmp_path / "run" / "one.pid").is_file)
    assert pid_of(tmp_path) != first
    assert "killed by SIGKILL; to be started again at once" in [happening.text for happening in said]


def test_wrong_configuration_is_not_started_again(supervisor: Supervisor) -> None:
    supervisor.start(service("import sys; print('sources.yaml:3: no such kind'); sys.exit(2)"))
    until(supervisor.misconfigured)
    name, words = supervisor.misconfigured() or ("", "")
    assert (name, words) == ("one", "sources.yaml:3: no such kind")
    time.sleep(0.4)
    assert [(one.state, one.restarts) for one in supervisor.standings()] == [("misconfigured", 0)]


def test_waiting_for_readiness_names_what_is_not_ready(supervisor: Supervisor, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    supervisor.start(service(SLEEPS, file_probe(mark)))
    assert supervisor.wait_until_ready(["one"], 0.3) == ["one"]
    mark.touch()
    assert supervisor.wait_until_ready(["one"], 5) == []


def test_stop_leaves_no_process(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start(service(SLEEPS))
    pid = pid_of(tmp_path)
    supervisor.stop()
    assert not is_running(pid)
    assert not (tmp_path / "run" / "one.pid").exists()
    assert [one.state for one in supervisor.standings()] == ["stopped"]


def test_process_that_stays_ill_is_killed_and_started_again(tmp_path: Path) -> None:
    answers = [Answer(alive=True, ready=True)]
    watched = Watched(service(SLEEPS, lambda: answers[-1]), tmp_path, tmp_path)
    watched.look(0)
    assert watched.probe(1) == "ready after 1.0 s"
    answers.append(Answer(alive=False, ready=False, why="no message for 60 s"))
    assert watched.probe(2) == ""
    assert watched.standing().state == "ill"
    answers.append(Answer(alive=True, ready=True))
    assert watched.probe(3) == "ready again"
    answers.pop()
    assert watched.probe(4) == ""
    assert watched.probe(8) == "ill for 5 s (no message for 60 s): killed"
    assert "killed by SIGKILL" in watched.look(9)
    assert "started again" in watched.look(9)
    watched.stop()


def test_process_that_never_answered_has_time_to_start(tmp_path: Path) -> None:
    watched = Watched(service(SLEEPS, lambda: Answer(alive=False, ready=False, why="no answer")), tmp_path, tmp_path)
    watched.look(0)
    assert watched.probe(59) == ""
    assert watched.standing().state == "starting"
    assert "killed" in watched.probe(90)
    watched.stop()


def die(watched: Watched, now: float) -> None:
    until(lambda: "exited with 1" in watched.look(now))


def test_pauses_grow_and_are_forgiven_after_a_long_life(tmp_path: Path) -> None:
    watched = Watched(service("raise SystemExit(1)"), tmp_path, tmp_path)
    watched.look(0)
    now, pauses = 0.0, []
    for _ in range(3):
        die(watched, now)
        due = next(step for step in range(200) if watched.look(now + step / 10)) / 10
        pauses.append(due)
        now += due
    assert pauses == list(PAUSES[:3])
    now += 61
    die(watched, now)
    assert "started again" in watched.look(now)
    watched.stop()


def test_second_run_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    first = Single(tmp_path / "lock", "make demo")
    with pytest.raises(ConfigError, match=r"runs here already \(pid \d+\)"):
        Single(tmp_path / "lock", "make demo")
    first.release()
    Single(tmp_path / "lock", "make demo").release()


@pytest.mark.parametrize(
    ("code", "cause"), [(0, "exited with 0"), (-9, "killed by SIGKILL"), (-99, "killed by signal 99")]
)
def test_cause_of_a_death(code: int, cause: str) -> None:
    assert cause_of(code) == cause
