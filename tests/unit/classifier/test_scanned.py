"""What is read in an article is the same whether the scanner looks for the words or `re` does, letter by letter."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.classifier.domain import denial, relevance
from services.classifier.domain.article import Article
from services.classifier.domain.judge import Judge
from services.classifier.domain.reading import Reading, read
from services.classifier.domain.triggers import Triggers, load_taxonomy
from shared.watch import Watcher, load_watchlist
from shared.watch.scanner import PlainScanner, Scanner

pytestmark = pytest.mark.unit
ROOT = Path(__file__).resolve().parents[3]
CONFIG = ROOT / "config"
EVERY = 8
"""One labelled item in so many is read in both ways: all of them take a minute."""
ODD = (
    "蚂蚁集团\u0301完成收购，持股１００％。" * 40,
    "ＡＬＩ ＨＥＡＬＴＨ　ａｃｑｕｉｒｅｄ　Ｈａｏｄｆ．ｃｏｍ for İ 3 billion, 3rd-party",
    "①②㋀月 2024年１２月３１日 ٣月٤日 in jan 2024, last month today 今日(00241",
    "\u200b阿\u200b里健康 𝐚𝐥𝐢𝐛𝐚𝐛𝐚 health ſeries a ﬁnancing",
    "\x00\x1c\x85\u2028收购\x00与以和同" * 30,
    "以與和同拟将获完成回購100万股1亿元同比" * 60,
    "raised 3.5 million for a series a round from ant group " * 30,
)


def articles() -> Iterator[Article]:
    """A part of the labelled items, and odd texts."""
    rows = [
        json.loads(line)
        for path in sorted((ROOT / "services/classifier/model/items").glob("*/articles.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    for row in rows[::EVERY]:
        yield Article(row["title"], tuple(row["text"].split("\n")), "zh-Hans", None)
    for text in ODD:
        yield Article("阿里健康收购好大夫", (text,), "zh-Hans", None)


@pytest.fixture(scope="module")
def both() -> list[tuple[Reading, Reading]]:
    """Each article, read with the scanner and with `re` alone."""
    taxonomy, watchlist = load_taxonomy(CONFIG / "taxonomy.yaml"), load_watchlist(CONFIG / "watchlist.yaml")
    fast = Watcher(watchlist, Scanner), Triggers(taxonomy, Scanner)
    plain = Watcher(watchlist, PlainScanner), Triggers(taxonomy, PlainScanner)
    return [(read(article, *fast), read(article, *plain)) for article in articles()]


def test_names_topics_triggers_and_cues(both: list[tuple[Reading, Reading]]) -> None:
    for fast, plain in both:
        assert fast.match == plain.match
        assert fast.candidates == plain.candidates
        end = len(fast.text.folded) + 1
        for name in ("negation", "denial", "plan", "history", "price", "today", "howto"):
            found = [[one.cues.count(name, at, at + 20) for at in range(0, end, 20)] for one in (fast, plain)]
            assert found[0] == found[1]


def test_signs_of_relevance(both: list[tuple[Reading, Reading]], monkeypatch: pytest.MonkeyPatch) -> None:
    fast = [relevance.relevance_features(one) for one, _ in both]
    monkeypatch.setattr(relevance, "_SCANNER", PlainScanner(tuple(relevance._COUNTS.values())))
    assert fast == [relevance.relevance_features(one) for _, one in both]
    assert any("online medical lead" in signs for signs in fast)


def test_the_judgement(both: list[tuple[Reading, Reading]]) -> None:
    judge = Judge.load(CONFIG)
    for fast, plain in both[:: len(ODD)]:
        assert judge.judge_reading(fast) == judge.judge_reading(plain)


def test_a_sentence_without_a_sign_of_denial_denies_nothing(both: list[tuple[Reading, Reading]]) -> None:
    seen = 0
    for reading, _ in both:
        for one in reading.candidates:
            sentence = reading.text.folded[one.span.start : one.span.end]
            if not denial._MAY_DENY.search(sentence):
                seen += 1
                hits = [(hit.start, hit.end) for hit in one.hits]
                assert not any(denial._denial_of(reading.text.folded, one.span, *hit) for hit in hits)
    assert seen > 100
