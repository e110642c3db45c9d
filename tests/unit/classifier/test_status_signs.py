"""The words of the statuses: what a sentence tells of how far its event has come. Invented reports."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.classifier.domain.article import Article
from services.classifier.domain.reading import read
from services.classifier.domain.status_signs import status_signs
from services.classifier.domain.triggers import Triggers, load_taxonomy
from shared.errors import ConfigError
from shared.messages.common import Published
from shared.watch import Watcher, load_watchlist

pytestmark = pytest.mark.unit
CONFIG = Path(__file__).resolve().parents[3] / "config"


@pytest.fixture(scope="module")
def watcher() -> Watcher:
    return Watcher(load_watchlist(CONFIG / "watchlist.yaml"))


@pytest.fixture(scope="module")
def triggers() -> Triggers:
    return Triggers(load_taxonomy(CONFIG / "taxonomy.yaml"))


def signs(watcher: Watcher, triggers: Triggers, label: str, text: str, title: str = "") -> set[str]:
    """The signs of every candidate of the label, of an article of 2 March 2026."""
    published = Published(at=datetime(2026, 3, 2, 9, tzinfo=UTC), precision="minute")
    article = Article(title, (text,), "en" if text.isascii() else "zh-Hans", published, None)
    reading = read(article, watcher, triggers)
    own = [one for one in reading.candidates if one.label == label]
    assert own, "the sentence has no trigger of the label"
    return {name for one in own for name in status_signs(reading, one)}


@pytest.mark.parametrize(
    ("label", "text", "sign"),
    [
        ("investment_financing", "京东健康今日在港交所挂牌,收报110元。", "own completed"),
        ("investment_financing", "微医向港交所递表,拟在主板上市。", "own announced"),
        ("litigation_antitrust", "一家药房起诉京东健康,案件已获法院受理。", "own announced"),
        ("litigation_antitrust", "法院一审判决京东健康赔偿十万元。", "own completed"),
        ("enforcement_penalty", "叮当快药因销售处方药被罚款45万元。", "own completed"),
        ("mergers_acquisitions", "知情人士透露,蚂蚁集团正洽谈收购好大夫在线。", "told rumoured"),
        (
            "mergers_acquisitions",
            "Ant Group is in talks to acquire Haodf, according to people cited by a paper.",
            "told rumoured",
        ),
        ("policy_guidance", "国家卫健委就互联网诊疗监管细则公开征求意见。", "own planned"),
        ("mergers_acquisitions", "蚂蚁集团回应称,收购好大夫在线一事不属实。", "told denied"),
    ],
)
def test_what_a_sentence_tells(watcher: Watcher, triggers: Triggers, label: str, text: str, sign: str) -> None:
    assert sign in signs(watcher, triggers, label, text)


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("investment_financing", "京东健康将在港交所挂牌上市。"),
        ("mergers_acquisitions", "蚂蚁集团尚未完成对好大夫在线的收购。"),
        ("policy_guidance", "国家药监局印发药品网络销售管理办法,自4月1日起施行。"),
        ("mergers_acquisitions", "Ant Group agreed to acquire Haodf; the takeover will be completed next year."),
    ],
)
def test_what_is_put_off_is_not_completed(watcher: Watcher, triggers: Triggers, label: str, text: str) -> None:
    assert not signs(watcher, triggers, label, text) & {"own completed", "told completed"}


def test_the_same_rule_in_force_today_is_completed(watcher: Watcher, triggers: Triggers) -> None:
    text = "国家药监局印发的药品网络销售管理办法自3月1日起施行。"
    assert "own completed" in signs(watcher, triggers, "policy_guidance", text)


def test_words_of_one_status_alone_are_told_apart(watcher: Watcher, triggers: Triggers) -> None:
    both = signs(watcher, triggers, "mergers_acquisitions", "市场传闻蚂蚁集团计划收购好大夫在线。")
    assert {"told rumoured", "told planned"} <= both
    assert not {name for name in both if name.startswith("only ")}


def test_the_title_counts_for_every_sentence(watcher: Watcher, triggers: Triggers) -> None:
    found = signs(watcher, triggers, "mergers_acquisitions", "蚂蚁集团收购好大夫在线。", "蚂蚁集团否认收购好大夫")
    assert "title told denied" in found


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [("  rumoured:\n", "  whispered:\n", "no status of news"), ("    any:\n", "    every:\n", "no label")],
)
def test_a_wrong_status_or_scope_is_answered(tmp_path: Path, old: str, new: str, wrong: str) -> None:
    text = (CONFIG / "taxonomy.yaml").read_text("utf-8")
    head, words = text.split("\nstatuses:\n")
    path = tmp_path / "taxonomy.yaml"
    path.write_text(f"{head}\nstatuses:\n{words.replace(old, new, 1)}", "utf-8")
    with pytest.raises(ConfigError, match=wrong):
        load_taxonomy(path)


def test_a_taxonomy_without_them_tells_none(tmp_path: Path, watcher: Watcher) -> None:
    path = tmp_path / "taxonomy.yaml"
    path.write_text((CONFIG / "taxonomy.yaml").read_text("utf-8").split("\nstatuses:\n")[0], "utf-8")
    triggers = Triggers(load_taxonomy(path))
    assert signs(watcher, triggers, "mergers_acquisitions", "蚂蚁集团已完成收购好大夫在线。") == set()
