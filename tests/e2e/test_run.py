"""How a run begins and ends: saved pages, wrong configuration, a stop, a crash of the supervisor itself."""

import gzip
import json
import os
import re
import shutil
import signal
import time
from pathlib import Path

import pytest

from deploy.local.single import Single
from tests.conftest import DATA
from tests.e2e.conftest import ROOT, Start, read_json

pytestmark = pytest.mark.e2e

PAGES = {
    "deal": (
        "蚂蚁集团宣布收购好大夫在线",
        "蚂蚁集团1月5日宣布，已签署协议收购好大夫在线全部股权。好大夫在线将并入支付宝医疗健康事业群。" * 3,
    ),
    "weather": (
        "Rain expected over the weekend",
        "The weather service expects rain in the north and wind in the south. " * 9,
    ),
    "empty": ("", ""),
}


def save_pages(folder: Path) -> Path:
    """A small folder of saved pages of our own."""
    folder.mkdir()
    lines = []
    for name, (title, body) in PAGES.items():
        page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{body}</p></body></html>"
        (folder / f"{name}.html.gz").write_bytes(gzip.compress(page.encode()))
        lines.append(json.dumps({"id": name, "html": f"{name}.html.gz"}))
    (folder / "manifest.jsonl").write_text("\n".join(lines), "utf-8")
    return folder


def is_running(pid: int) -> bool:
    """Whether the process lives; one that only waits to be buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def until_gone(pids: list[int], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while any(map(is_running, pids)):
        assert time.monotonic() < deadline, "processes were left behind"
        time.sleep(0.2)


@pytest.mark.skipif(DATA.is_dir(), reason="more of them are, in ../shared/data, and these on a secured cluster")
def test_saved_pages_are_accounted_for(start: Start, tmp_path: Path) -> None:
    run = start("demo", "--once", "--pages", save_pages(tmp_path / "pages"), "--summary", tmp_path / "summary.json")
    printed = run.output()
    figures = read_json(tmp_path / "summary.json")
    assert run.process.returncode == 0, printed
    assert figures["pages"] == figures["accounted"] == len(PAGES), printed
    assert (figures["alerts_expected"], figures["alerts_wrong"]) == (0, 0)
    assert figures["outcomes"]["irrelevant"] >= 1


@pytest.mark.data
def test_real_saved_pages_are_accounted_for(start: Start, tmp_path: Path, shared_data: Path) -> None:
    run = start("demo", "--once", "--pages", shared_data / "pages", "--summary", tmp_path / "summary.json")
    printed = run.output()
    figures = read_json(tmp_path / "summary.json")
    assert run.process.returncode == 0, printed
    assert figures["pages"] == figures["accounted"] > 100
    assert (figures["alerts_expected"], figures["alerts_wrong"]) == (0, 0)


@pytest.mark.parametrize("module", ["demo", "run"])
def test_wrong_configuration_starts_nothing(start: Start, tmp_path: Path, module: str) -> None:
    config = tmp_path / "config"
    shutil.copytree(ROOT / "config", config)
    with (config / "watchlist.yaml").open("a", encoding="utf-8") as file:
        file.write("\nentitees: []\n")
    line = len((config / "watchlist.yaml").read_text("utf-8").splitlines())
    run = start(module, CONFIG_DIR=str(config))
    printed = run.output(60)
    assert run.process.returncode == 2
    assert f"{config / 'watchlist.yaml'}:{line}: entitees: unknown key" in printed
    assert "mend:" in printed
    assert not run.folder.exists()


def test_missing_variable_is_named(start: Start) -> None:
    run = start("run", CRAWLER_CONTACT="tests@luming.example", SLACK_BOT_TOKEN="")
    printed = run.output(60)
    assert run.process.returncode == 2
    assert "environment variable SLACK_BOT_TOKEN: is not set, but subscription" in printed


def test_second_demo_in_one_clone_is_refused(start: Start) -> None:
    first = Single(start.state / "demo.lock", "make demo")
    run = start("demo", "--once")
    printed = run.output(60)
    first.release()
    assert run.process.returncode == 2
    assert "`make demo` runs here already" in printed


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_no_process_outlives_the_demo(start: Start, tmp_path: Path, number: signal.Signals) -> None:
    run = start("demo", "--pages", save_pages(tmp_path / "pages"))
    run.wait_for(run.folder / "start")
    pids = run.pids()
    assert {"broker", "database", "crawler", "classifier", "alerter", "portal"} <= pids.keys()
    os.kill(run.process.pid, number)
    printed = run.output(60)
    until_gone(list(pids.values()), 30)
    if number == signal.SIGINT:
        assert run.process.returncode == 0
        assert re.search(r"[0-3] pages, [0-3] accounted for", printed), printed
        assert "did not stop" not in printed
