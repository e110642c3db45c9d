"""Corrections: recorded, read again, and noticed when a mistake comes back."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bench.regressions import check
from services.classifier.__main__ import app
from services.classifier.application.correct import load
from services.classifier.domain.judge import Judge
from shared.errors import ConfigError
from tests.unit.classifier.test_judge import CONFIG

pytestmark = pytest.mark.unit
ARTICLE = {
    "title": "蚂蚁集团完成收购好大夫在线",
    "text": "5月11日,好大夫在线完成工商变更,蚂蚁持股100%。",
    "published": "2026-05-12",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A configuration of its own, and an article."""
    for name in ("watchlist.yaml", "taxonomy.yaml"):
        (tmp_path / name).write_bytes((CONFIG / name).read_bytes())
    (tmp_path / "article.json").write_text(json.dumps(ARTICLE), "utf-8")
    return tmp_path


def correct(folder: Path, *options: str) -> tuple[int, str]:
    always = ["correct", str(folder / "article.json"), "--by", "Li", "--why", "a test", "--config-dir", str(folder)]
    ran = CliRunner().invoke(app, [*always, *options])
    return ran.exit_code, ran.output


def test_what_is_right_already_is_held(folder: Path) -> None:
    code, told = correct(folder, "--is", "mergers_acquisitions/completed", "--is-not", "partnership", "--relevant")
    assert code == 0
    assert "judged so already" in told
    (kept,) = load(folder / "regressions.jsonl")
    assert (kept.by, kept.relevant, kept.no_events) == ("Li", True, ("partnership",))
    assert check(Judge.load(CONFIG), folder / "regressions.jsonl") == []


def test_what_is_wrong_comes_back(folder: Path) -> None:
    code, told = correct(folder, "--is", "partnership/announced", "--is-not", "mergers_acquisitions", "--irrelevant")
    assert code == 0
    assert "judged wrongly today: mergers_acquisitions is told as news" in told
    wrong = check(Judge.load(CONFIG), folder / "regressions.jsonl")
    assert len(wrong) == 3
    assert all("蚂蚁集团完成收购好大夫在线" in line for line in wrong)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--is", "partnership"), "names no status"),
        (("--is", "friendship/announced"), "friendship is no label"),
        (("--is", "partnership/maybe"), "announced"),
        (("--is-not", "friendship"), "friendship is no label"),
        ((), "nothing is corrected"),
    ],
)
def test_a_wrong_correction_is_refused_with_its_mend(folder: Path, options: tuple[str, ...], words: str) -> None:
    code, told = correct(folder, *options)
    assert code == 2
    assert words in told
    assert not (folder / "regressions.jsonl").exists()


def test_an_unknown_document_asks_for_the_database(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    options = ["--by", "Li", "--why", "a test", "--relevant", "--config-dir", str(folder)]
    ran = CliRunner().invoke(app, ["correct", "0123abcd", *options])
    assert ran.exit_code == 2
    assert "DATABASE_URL" in ran.output


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "regressions.jsonl"
    path.write_text('\n{"by": 1}\n', "utf-8")
    with pytest.raises(ConfigError, match=r"regressions\.jsonl:2"):
        load(path)
