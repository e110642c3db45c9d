"""Where a reprint says it came from."""

import pytest

from services.crawler.domain.extraction import extract
from services.crawler.domain.extraction.outlet import MAX_OUTLET, clean
from tests.unit.crawler.test_extraction import PARAGRAPHS, json_ld, page

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("line", "outlet"),
    [
        ("2031-03-04 10:00　来源：河口日报　作者：林小鹿", "河口日报"),
        ("2031年03月04日 10:00 来源:河口日报", "河口日报"),
        ("2031-03-04 来源： 河口日报 字号：大 中 小", "河口日报"),
        ("文章来源：河口日报 | 编辑：林", "河口日报"),
        ("转自：河口晚报", "河口晚报"),
        ("來源：河口日報", "河口日報"),
        ("来源：<a href='http://rb.example.cn'>河口日报</a> 2031-03-04", "河口日报"),
        ("<div>来源：</div><div>河口日报</div>", "河口日报"),
        ("Source: Estuary Daily | 2031-03-04", "Estuary Daily"),
        ("2031-03-04 来源: <a>河口日报</a> <a>举报</a>", "河口日报"),
        ("稿源：《河口日报》（2031年3月4日 第2版）", "河口日报"),
    ],
)
def test_the_line_under_the_heading_names_it(line: str, outlet: str) -> None:
    assert extract(page(PARAGRAPHS, line=line).encode(), None).outlet == outlet


@pytest.mark.parametrize(
    "line",
    [
        "2031-03-04 10:00",
        "来源：鹿城新闻网",
        "来源：网络",
        "来源：本站原创",
        "来源：https://rb.example.cn/1.html",
        "来源：",
        f"来源：{'很长的名字' * 20}",
        "水的来源",
    ],
)
def test_the_sites_own_name_and_no_name_are_no_outlet(line: str) -> None:
    assert extract(page(PARAGRAPHS, line=line).encode(), None).outlet is None


@pytest.mark.parametrize(
    "head",
    [
        '<meta name="ContentSource" content="河口日报">',
        '<meta name="source" content="来源：河口日报">',
        json_ld('{"@type": "NewsArticle", "sourceOrganization": {"@type": "Organization", "name": "河口日报"}}'),
    ],
)
def test_meta_tags_and_json_ld_name_it(head: str) -> None:
    assert extract(page(PARAGRAPHS, head).encode(), None).outlet == "河口日报"


def test_the_last_line_of_a_reprint_names_it() -> None:
    paragraphs = (*PARAGRAPHS, "（来源：河口日报）")
    assert extract(page(paragraphs).encode(), None).outlet == "河口日报"


def test_the_publisher_itself_is_no_outlet() -> None:
    head = json_ld('{"@type": "NewsArticle", "publisher": {"@type": "Organization", "name": "河口日报"}}')
    assert extract(page(PARAGRAPHS, head, "来源：河口日报").encode(), None).outlet is None


def test_a_name_is_capped() -> None:
    assert clean("字" * MAX_OUTLET) == "字" * MAX_OUTLET
    assert clean("字" * (MAX_OUTLET + 1)) == ""
    assert clean("来源：" + "字" * 1_000_000) == ""
