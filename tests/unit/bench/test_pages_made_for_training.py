"""Pages that training makes from saved ones: an article of one paragraph, and what is set behind it."""

import numpy as np
import pytest

from bench.extraction import streams
from bench.extraction.dataset import Page, page_of
from services.crawler.domain.extraction.blocks import Blocks

PARAGRAPHS = [f"第{number}段说的是医院今天上线的互联网诊疗服务，患者可以在手机上复诊和取药。" for number in range(4)]
HTML = (
    "<html><head><title>医院上线服务</title></head><body><div class='nav'><a href='/'>首页</a></div>"
    "<div class='thread'><div class='floor'><h1>医院上线服务</h1><div class='text'>{}</div></div></div>"
    "<div>版权所有</div></body></html>"
)


def _page(identity: str) -> Page:
    body = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    row = {"id": identity, "url": None, "lang": "zh", "expected_body": "\n".join(PARAGRAPHS)}
    page = page_of(row, HTML.format(body).encode())
    assert page is not None
    return page


def _nested(blocks: Blocks) -> bool:
    """Say whether every block stands in its boxes and every box in its parent."""
    inside = all(blocks.first[box] <= number < blocks.last[box] for number, box in enumerate(blocks.box))
    pairs = zip(range(1, len(blocks.parent)), blocks.parent[1:], strict=True)
    held = (blocks.first[above] <= blocks.first[box] and blocks.last[box] <= blocks.last[above] for box, above in pairs)
    return inside and all(held) and blocks.last[0] == len(blocks.texts)


def test_an_article_is_cut_to_one_paragraph() -> None:
    brief = streams.merged(_page("a"), np.random.default_rng(1))
    assert brief is not None
    (number,) = np.flatnonzero(brief.wanted >= 0.5)
    assert "".join(PARAGRAPHS).startswith(brief.blocks.texts[number])
    assert _nested(brief.blocks)


def test_no_more_of_the_one_paragraph_is_linked_or_bold_than_it_has() -> None:
    text = "".join(PARAGRAPHS) * 8
    row = {"id": "a", "url": None, "lang": "zh", "expected_body": text}
    page = page_of(row, HTML.format(f"<p><a href='/b'><b>{text}</b></a></p>").encode())
    assert page is not None
    brief = streams.merged(page, np.random.default_rng(1))
    assert brief is not None
    (number,) = np.flatnonzero(brief.wanted >= 0.5)
    length = len(brief.blocks.texts[number])
    assert length < len(text)
    assert brief.blocks.linked[number] == brief.blocks.bold[number] == length


@pytest.mark.parametrize("kind", streams.KINDS)
@pytest.mark.parametrize("seed", range(5))
def test_what_is_set_behind_an_article_is_none_of_it(kind: str, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "KINDS", {kind: 1.0})
    page = _page("a")
    made = streams.streamed(page, [_page("b"), _page("c")], np.random.default_rng(seed))
    wanted = [made.blocks.texts[number] for number in np.flatnonzero(made.wanted >= 0.5)]
    assert wanted == PARAGRAPHS
    assert len(made.blocks.texts) >= len(page.blocks.texts) + 2
    assert made.blocks.texts[-1] == "版权所有"
    assert _nested(made.blocks)
    assert len(made.wanted) == len(made.matrix) == len(made.blocks.texts)


def test_replies_are_built_as_the_article_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "KINDS", {"replies": 1.0})
    made = streams.streamed(_page("a"), [_page("b")], np.random.default_rng(3))
    inside = np.flatnonzero(made.wanted >= 0.5)
    shape = np.array(made.blocks.shape)[np.array(made.blocks.box)]
    assert np.count_nonzero(shape == shape[inside[0]]) > len(inside)
