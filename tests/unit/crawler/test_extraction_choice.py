"""Which blocks are taken for the article, from probabilities written here."""

import numpy as np
import pytest

from services.crawler.domain.extraction import body, signs
from services.crawler.domain.extraction.blocks import Blocks, cut
from services.crawler.domain.extraction.layout import Layout
from services.crawler.domain.extraction.page import parse

pytestmark = pytest.mark.unit

NEWS = "鹿城互联网医院周四宣布，与三家本地医院签署协议。"
MORE = "患者可以在线复诊并凭电子处方买药。"
LINE = "这个广告令我不安，请隐藏"
LONG = "三家医院的慢性病门诊将在年底前接入平台，首批覆盖高血压和糖尿病两个病种，预计服务二十万名患者。" * 2


def blocks_of(html: str) -> Blocks:
    root = parse(f"<html><body>{html}</body></html>")
    assert root is not None
    return cut(root)


def chosen(html: str, likely: dict[str, float]) -> list[str]:
    blocks = blocks_of(html)
    probability = np.array([likely.get(text, 0.0) for text in blocks.texts], np.float32)
    numbers = body.choose(Layout(blocks, signs.count(blocks.texts)), probability, blocks.texts)
    return [blocks.texts[number] for number in numbers]


FORM = "<div><form><ul>" + f"<li>{LINE}</li>" * 4 + "</ul></form></div>"


def test_a_short_article_is_one_place_on_the_page() -> None:
    """Nothing passes the bar: the lines of a form are as likely, but the paragraph is worth more than each."""
    article = f"<article><p>{NEWS}</p><p>{MORE}</p></article>"
    page = f"<div><div><main>{article}<p>鹿城</p></main><p>健康</p></div><p>2031</p></div>{FORM}"
    assert chosen(page, {NEWS: 0.2, MORE: 0.15, LINE: 0.2}) == [NEWS, MORE]
    assert chosen(FORM + page, {NEWS: 0.2, MORE: 0.15, LINE: 0.22}) == [NEWS, MORE]


def test_what_is_far_less_likely_is_not_a_part_of_a_short_article() -> None:
    page = f"<main><article><p>{NEWS}</p><p>{MORE}</p></article></main>{FORM}"
    assert chosen(page, {NEWS: 0.3, MORE: 0.05}) == [NEWS]


def test_hardly_likely_text_is_no_article() -> None:
    assert chosen(f"<p>{NEWS}</p>{FORM}", {NEWS: 0.05, LINE: 0.05}) == []
    assert chosen("<p>鹿城</p>", {"鹿城": 0.3}) == []


def test_a_long_article_is_taken_by_its_own_probability_wherever_it_stands() -> None:
    page = f"<section><p>{LONG}</p></section>{FORM}<div><div><section><p>{NEWS}</p></section></div></div>"
    assert chosen(page, {LONG: 0.9, NEWS: 0.5, LINE: 0.2}) == [LONG, NEWS]


def test_a_line_between_two_paragraphs_is_taken_and_a_repeated_paragraph_is_not() -> None:
    page = f"<div><p>{LONG}</p><p>{NEWS}</p><p>{LONG}完。</p></div><aside><p>{LONG}</p></aside>"
    assert chosen(page, {LONG: 0.9, f"{LONG}完。": 0.9, NEWS: 0.2}) == [LONG, NEWS, f"{LONG}完。"]
