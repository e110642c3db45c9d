"""The benchmarks' own parts: made-up signatures, changes of articles, the site, and the commands."""

import random

import numpy as np
import pytest
from typer.testing import CliRunner

from bench.__main__ import app
from bench.crawling.site import PAGE_BYTES, article, listing, text_of
from bench.nearness.changes import REPRINTS, negated, other_digit
from bench.nearness.signatures import BLOCK, signatures
from services.crawler.domain.extraction import extract
from services.crawler.domain.figures import figures
from services.crawler.domain.fingerprint import BANDS, units
from services.crawler.domain.likeness import NEGATIONS

pytestmark = pytest.mark.unit
TEXT = (
    "示例健康将在2026年11月与三家医院签署合作协议，总金额为2.06亿元。",
    "双方会建设互联网医院平台，服务两百万名患者。",
)


def test_a_page_of_the_site_is_of_its_size_and_can_be_read() -> None:
    page = article(4)
    assert abs(len(page) - PAGE_BYTES) < 500
    found = extract(page, "http://127.0.0.1/a/4.html")
    assert found.title == text_of(4)[0]
    assert list(found.paragraphs) == text_of(4)[1]
    assert listing(0, 300).count(b"<li>") == 250


def test_signatures_are_sorted_laid_out_as_keys_are_and_partly_shared() -> None:
    made = signatures(BLOCK)
    assert (np.diff(made.keys) >= 0).all()
    own = made.of(1)
    assert sum(key % 2 == 0 for key in own) == BANDS
    assert 20 <= len(own) - BANDS <= 45
    assert 1.05 * len(np.unique(made.keys)) < len(made.keys)
    assert set(own) <= set(made.keys[made.numbers == 1].tolist())


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # jieba's own
@pytest.mark.parametrize("change", REPRINTS)
def test_every_change_leaves_something_of_the_article(change: str) -> None:
    if "words replaced" in change:
        pytest.importorskip("jieba", reason="words are cut by jieba, which requirements/bench.txt brings")
    copy = REPRINTS[change](TEXT, random.Random(1))
    assert copy != list(TEXT)
    assert any(copy)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # jieba's own
def test_rewording_changes_words_and_no_figure_or_negation() -> None:
    pytest.importorskip("jieba", reason="words are cut by jieba, which requirements/bench.txt brings")
    text = ["示例健康不同意增长目标为11.3%的方案，并否认收购传闻。公司表示，平台服务两百万名患者。"] * 5
    copy = REPRINTS["20 % of words replaced"](text, random.Random(3))
    before, after = units("\n".join(text)), units("\n".join(copy))
    assert figures(before) == figures(after)
    assert [unit for unit in before if unit in NEGATIONS] == [unit for unit in after if unit in NEGATIONS]
    assert before != after


def test_one_digit_and_one_negation_are_all_that_is_edited() -> None:
    edited = other_digit(TEXT, random.Random(2))
    assert edited is not None
    assert sum(a != b for a, b in zip("".join(edited), "".join(TEXT), strict=True)) == 1
    turned = negated(TEXT, random.Random(2))
    assert turned is not None
    assert len("".join(turned)) == len("".join(TEXT)) + 1


def test_the_command_lists_what_there_is_and_says_what_there_is_not() -> None:
    told = CliRunner().invoke(app, ["--help"]).output
    assert all(name in told for name in ("crawl", "near", "classify", "route", "extract", "portal"))
    assert CliRunner().invoke(app, ["search"]).exit_code == 2
