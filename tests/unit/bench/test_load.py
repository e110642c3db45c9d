"""The load's site lists every page often enough, and its figures say what they mean."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bench.load.run import lost
from bench.load.samples import Sample, family, growth, limit, megabytes, parents, process_of, ticks
from bench.load.site import LISTED, OUTLETS, Stand, is_watched, story

pytestmark = pytest.mark.unit
_LINK = re.compile(rb"<link>/a/(\d+)\.html</link>")


def test_every_page_that_is_out_is_listed_three_times_by_its_outlet(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr("bench.load.site.time.monotonic", lambda: clock[0])
    stand, seen = Stand(10.0, 0.1), dict[int, int]()
    clock[0] = 1.0
    stand.answer("/open")
    for _ in range(6 + LISTED):
        clock[0] += 2.0 if clock[0] < 12 else 0.0
        for outlet in range(OUTLETS):
            found = stand.answer(f"/feed/{outlet}.xml")
            assert found is not None
            for number in map(int, _LINK.findall(found[1])):
                assert number % OUTLETS == outlet
                seen[number] = seen.get(number, 0) + 1
    assert set(seen) == set(range(stand.out()))
    assert set(seen.values()) == {LISTED}


def test_pages_are_served_once_they_are_out() -> None:
    stand = Stand(10.0, 0.1)
    assert stand.answer("/a/0.html") is None
    assert stand.answer("/feed/99.xml") is None


def test_the_share_of_watched_pages_is_what_is_asked_for_and_no_two_stories_are_alike() -> None:
    assert sum(is_watched(number, 0.05) for number in range(2000)) == 100
    titles = [story(number, 0.05)[0] for number in range(200)]
    assert len(set(titles)) == 200


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        ({"read": 2000, "failed": 0, "documents": 100, "decided": 100}, 0),
        ({"read": 1990, "failed": 0, "documents": 100, "decided": 100}, 10),
        ({"read": 2000, "failed": 7, "documents": 95, "decided": 95}, 7),
        ({"read": 2000, "failed": 0, "documents": 60, "decided": 60}, 40),
        ({"read": 2000, "failed": 0, "documents": 100, "decided": 97}, 3),
    ],
)
def test_what_was_not_read_failed_was_not_seen_or_not_decided_is_lost(done: dict[str, int], expected: int) -> None:
    assert lost(2000, 0.05, done) == expected
    assert sum(is_watched(number, 0.05) for number in range(2000)) == int(2000 * 0.05)


def test_growth_compares_the_last_third_with_the_second_and_the_busiest_service_is_the_limit() -> None:
    made = [
        Sample(float(at), {}, {"a": 50.0 if at < 3 else 100.0 if at < 6 else 120.0}, {"a": 0.5, "b": 0.7})
        for at in range(9)
    ]
    assert growth(made, "a") == pytest.approx(1.2)
    assert growth(made[:2], "a") == 1.0
    name, cores = limit(made)
    assert name == "b"
    assert cores == pytest.approx(0.7)


def test_a_process_is_measured_with_those_that_it_started_and_one_that_is_gone_counts_nothing(tmp_path: Path) -> None:
    child = "import sys; kept = b'x' * 50_000_000; print(flush=True); sys.stdin.read()"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}]); sys.stdin.read()"
    command = [sys.executable, "-c", parent, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        found = family(process.pid, parents())
        assert len(found) == 2
        assert process_of(tmp_path) == process.pid
        assert sum(map(megabytes, found)) > 50 > megabytes(process.pid)
        assert ticks(found) >= ticks([process.pid])
        process.communicate()
    assert (ticks(found), sum(map(megabytes, found))) == (0, 0)
    with pytest.raises(LookupError):
        process_of(tmp_path)
