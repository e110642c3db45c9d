"""`make label`: lines in, lines out, and what is wrong with a bad line."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from bench import label as command
from bench.corpora import article_of, published_of
from bench.quality import below
from bench.reliability import bins_of, error_of
from bench.score import score

pytestmark = pytest.mark.unit
APP = typer.Typer()
APP.command()(command.main)


def run(source: Path, target: Path, *options: str) -> Result:
    return CliRunner().invoke(APP, [str(source), str(target), *options])


def write(folder: Path, *rows: object) -> Path:
    path = folder / "any name.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def rumour(day: str, identifier: str, title: str, text: str) -> dict[str, object]:
    return {"id": identifier, "title": title, "text": text, "published": day, "published_precision": "day", "mood": 3}


def test_every_line_has_its_answer_in_order(tmp_path: Path) -> None:
    source = write(
        tmp_path,
        rumour("2026-05-12", "b", "蚂蚁集团完成收购好大夫在线", "5月11日,好大夫在线完成工商变更,蚂蚁持股100%。"),
        {"id": "empty", "text": "", "title": None, "lang": "ja", "published": None},
        rumour("2026-05-12", "a", "螞蟻完成收購好大夫在線", "5月11日,好大夫在線完成工商變更,螞蟻成為唯一股東。"),
        {"id": "x", "title": "天气", "text": "明天有雨。", "published": "2022-05", "lang": "zh-Hant", "url": None},
    )
    target = tmp_path / "out.jsonl"
    assert run(source, target).exit_code == 0
    rows = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
    assert [row["id"] for row in rows] == ["b", "empty", "a", "x"]
    assert [row["relevant"] for row in rows] == [True, False, True, False]
    assert rows[0]["story_id"] is not None
    assert rows[0]["story_id"] == rows[2]["story_id"]
    assert rows[1] == {"id": "empty", "relevant": False, "entities": [], "labels": [], "story_id": None}
    assert {label["label"] for label in rows[0]["labels"]} == {"mergers_acquisitions"}


def test_any_company(tmp_path: Path) -> None:
    source = write(tmp_path, {"id": "1", "title": "", "text": "5月11日,宏达机械公告,以3亿元收购远航轴承51%股权。"})
    target = tmp_path / "out.jsonl"
    assert run(source, target).exit_code == 0
    assert json.loads(target.read_text("utf-8"))["labels"] == []
    assert run(source, target, "--any-company").exit_code == 0
    assert json.loads(target.read_text("utf-8"))["labels"] != []


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("{", "no JSON"),
        ("[]", "no object but list"),
        ('{"id": "a"}', "no text"),
        ('{"id": "a", "text": 5}', "text is no string"),
        ('{"id": "a", "text": "", "title": ["x"]}', "title is no string"),
        ('{"id": "a", "text": "", "published": "soon"}', "published: 'soon' is no date"),
    ],
)
def test_a_broken_line_is_named_and_answered(tmp_path: Path, line: str, wrong: str) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"id": "a", "text": ""}\n' + line + "\n", "utf-8")
    result = run(source, target)
    assert result.exit_code == 0
    assert f"{source}: line 2: {wrong}" in result.output
    assert len(target.read_text("utf-8").splitlines()) == 2


def test_half_a_character_and_a_number_for_a_name_are_taken(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"id": 7, "text": "\\ud800药监局"}\n', "utf-8")
    assert run(source, target).exit_code == 0
    assert '"id": 7' in target.read_text("utf-8")


@pytest.mark.parametrize("written", ["2025/3/1", "2025年3月1日", 1740787200, "1740787200"])
def test_dates_in_other_writings_are_read(written: object) -> None:
    published = published_of(written)
    assert published is not None
    assert published.at.date().isoformat() == "2025-03-01"


@pytest.mark.parametrize("written", ["soon", "0000-00-00", "2025-13-45", ["x"], True])
def test_what_is_no_date_is_unknown(written: object) -> None:
    assert published_of(written) is None


def test_no_such_file(tmp_path: Path) -> None:
    assert run(tmp_path / "none.jsonl", tmp_path / "out.jsonl").exit_code == 2


@pytest.mark.parametrize(
    ("written", "precision"),
    [
        ("2022-05-25", "day"),
        ("2022-05", "month"),
        ("2022", "year"),
        (2022, "year"),
        ("2022-05-25T08:30:00+08:00", "minute"),
    ],
)
def test_dates(written: object, precision: str) -> None:
    published = published_of(written)
    assert published is not None
    assert published.precision == precision


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("国家药监局发布新规", "zh-Hans"),
        ("國家藥監局發布新規", "zh-Hant"),
        ("The regulator said", "en"),
        ("オンライン診療がはじまる", "other"),
    ],
)
def test_languages(text: str, language: str) -> None:
    assert article_of({"id": "a", "title": "", "text": text}).language == language


def test_scores_by_hand() -> None:
    gold = {"relevant": True, "entities": ["haodf"], "labels": [{"label": "partnership", "status": "announced"}]}
    right = {**gold, "labels": [{"label": "partnership", "status": "completed", "evidence": "签"}]}
    wrong = {"relevant": False, "entities": [], "labels": []}
    scores = score([(right, gold, "签约"), (wrong, gold, "签约")])
    assert scores["recall"] == 0.5
    assert scores["precision"] == 1.0
    assert (scores["status"], scores["evidence"], scores["relevance"]) == (0.0, 1.0, 0.5)


def test_floors() -> None:
    floors = {"rules": {"corpus": {"current": 0.5, "alert": 0.8}, "corpus2": {"current": 0.9}}}
    assert below("rules", {"corpus": {"current": 0.4, "alert": 0.9}}, floors) == ["rules, corpus: current 0.400 < 0.5"]
    assert below("encoder", {"corpus": {"current": 0.4}}, floors) == []
    assert below("rules", {}, floors) == []


def test_reliability_by_hand() -> None:
    said = [(0.9, True)] * 9 + [(0.9, False)] + [(0.5, True)] * 10
    assert error_of(said, bins=2) == pytest.approx((0 * 10 + 0.5 * 10) / 20)
    assert [count for _, _, count in bins_of(said, bins=2)] == [10, 10]
    assert error_of([]) == 0.0
