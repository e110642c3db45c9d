"""Reading a page by the rule of its site, and falling back field by field."""

import json
import time
from datetime import UTC, datetime, timedelta, timezone

import pytest

from services.crawler.bootstrap import extractor, known_rules
from services.crawler.domain.extraction import SiteRule, extract
from services.crawler.domain.extraction.rules import pick
from services.crawler.domain.extraction.sites import SITES
from tests.unit.crawler.test_extraction import PARAGRAPHS, page
from tests.unit.crawler.test_extraction_bounds import HOSTILE, LIMIT

pytestmark = pytest.mark.unit

ADDRESS = "https://news.example.org/a/1.html"
TEN_PAST = datetime(2031, 3, 4, 10, 5, tzinfo=timezone(timedelta(hours=8)))


def rule(**parts: object) -> SiteRule:
    return SiteRule(hosts=("example.org",), **parts)  # type: ignore[arg-type]  # some of a rule's parts


def boxed(inner: str, head: str = "") -> bytes:
    return f"<html><head><title>鹿城新闻网</title>{head}</head><body>{inner}</body></html>".encode()


def test_the_rule_of_the_nearest_domain_holds() -> None:
    near, far = SiteRule(hosts=("news.example.org",)), SiteRule(hosts=("example.org", "example.com"))
    assert pick((far, near), "news.example.org") is near
    assert pick((far, near), "m.news.example.org") is near
    assert pick((far, near), "M.EXAMPLE.ORG.") is far
    assert pick((far, near), "myexample.org") is None
    assert pick((far, near), "") is None


def test_a_given_rule_goes_before_the_known_ones() -> None:
    html = boxed('<div class="own"><p>甲公司公布业绩。</p></div><div id="js_content"><p>乙公司公布业绩。</p></div>')
    address = "https://mp.weixin.qq.com/s/1"
    assert extract(html, address).paragraphs == ("乙公司公布业绩。",)
    own = SiteRule(hosts=("mp.weixin.qq.com",), body="div.own")
    assert extract(html, address, (own,)).paragraphs == ("甲公司公布业绩。",)


def test_without_an_address_the_declared_one_picks_the_rule() -> None:
    html = boxed(
        "<div class='b'><p>甲公司公布业绩。</p></div>", '<link rel="canonical" href="https://example.org/1.html">'
    )
    assert extract(html, None, (rule(body=".b"),)).paragraphs == ("甲公司公布业绩。",)


def test_what_a_rule_leaves_empty_is_read_the_generic_way() -> None:
    html = page(PARAGRAPHS, line="2031-03-04 10:05 作者：林小鹿").encode()
    broken = rule(body=".gone", title="h1", date=".gone", author="#gone", outlet=".gone", drop=(".article-content",))
    found = extract(html, ADDRESS, (broken,))
    assert found == extract(html, ADDRESS)
    assert found.paragraphs == PARAGRAPHS


def test_selectors_are_tried_in_turn_and_may_name_an_attribute() -> None:
    html = boxed('<p class="b">乙</p><h2 class="a" data-full="甲公司公布上半年业绩">甲公司…</h2>')
    assert extract(html, ADDRESS, (rule(title=".gone, .a@data-full, .b"),)).title == "甲公司公布上半年业绩"
    assert extract(html, ADDRESS, (rule(title=".b, .a"),)).title == "乙"


def test_boxes_inside_the_body_are_dropped_and_the_text_behind_them_stays() -> None:
    html = boxed('<div class="b"><p>甲公司<span class="x">（广告）</span>公布业绩。</p><div class="y">扫码</div></div>')
    assert extract(html, ADDRESS, (rule(body=".b", drop=(".x", ".y, .z")),)).paragraphs == ("甲公司公布业绩。",)


@pytest.mark.parametrize(
    ("text", "formats", "offset", "at"),
    [
        ("2031-03-04 10:05", (), 8.0, TEN_PAST),
        ("04/03/2031 10:05", ("%d/%m/%Y %H:%M",), 8.0, TEN_PAST),
        (str(int(TEN_PAST.timestamp())), (), 8.0, TEN_PAST),
        (f"{int(TEN_PAST.timestamp())}000", (), 8.0, TEN_PAST),
        ("2031-03-04 02:05", (), 0.0, TEN_PAST.astimezone(UTC)),
        ("2031-03-04T02:05:00Z", ("%d/%m/%Y",), 8.0, TEN_PAST.astimezone(UTC)),
    ],
)
def test_a_date_is_read_in_the_sites_form_and_zone(
    text: str, formats: tuple[str, ...], offset: float, at: datetime
) -> None:
    dated = rule(body=".b", date=".d", date_formats=formats, offset=offset)
    html = boxed(f'<div class="d">{text}</div><div class="b"><p>甲公司公布业绩。</p></div>')
    found = extract(html, ADDRESS, (dated,))
    assert found.published == at
    assert found.published is not None
    assert found.published.utcoffset() == at.utcoffset()
    assert found.precision == "minute"


def test_a_telegram_without_a_title_is_headed_by_its_brackets() -> None:
    state = {"article": {"content": "【甲公司公布业绩】财联社3月4日电，甲公司公布业绩。", "at": 1_930_356_300}}
    html = boxed(f"<script id='__NEXT_DATA__'>{json.dumps(state)}</script>")
    known = rule(embedded="script#__NEXT_DATA__", paths={"body": "article.content", "published": "article.at"})
    found = extract(html, ADDRESS, (known,))
    assert found.title == "甲公司公布业绩"
    assert found.paragraphs == (state["article"]["content"],)
    assert found.published == TEN_PAST


@pytest.mark.parametrize(
    "body",
    [
        "<p>甲公司公布业绩。</p><p>净利润<b>增长</b>。</p><style>p {}</style>",
        "甲公司公布业绩。\n\n净利润增长。",
        [
            {"type": "p", "children": [{"data": "甲公司公布业绩。"}]},
            {"children": [{"text": "净利润"}, {"text": "增长。"}]},
        ],
        ["甲公司公布业绩。", "净利润增长。"],
    ],
)
def test_a_body_in_json_may_be_html_text_or_a_tree(body: object) -> None:
    html = boxed(f"<script>var a = {{b: 1}}; window.DATA = {json.dumps({'a': [{'c': body}]})};</script>")
    known = rule(embedded="script:contains('window.DATA')", paths={"body": "a.x a.0.c", "title": "a.0.t"})
    assert extract(html, ADDRESS, (known,)).paragraphs == ("甲公司公布业绩。", "净利润增长。")


def test_a_line_of_script_says_the_time() -> None:
    html = boxed("<script>var ct = '1930356300', x = 1;</script><div class='b'><p>甲公司公布业绩。</p></div>")
    known = rule(body=".b", patterns={"published": r"var ct = '(\d{10})'"})
    assert extract(html, ADDRESS, (known,)).published == TEN_PAST


def test_a_page_of_refusal_is_no_article() -> None:
    html = boxed("<div><p>环境异常</p><p>当前环境异常，完成验证后即可继续访问。</p></div>")
    found = extract(html, "https://mp.weixin.qq.com/s/1")
    assert (found.title, found.paragraphs) == ("", ())


@pytest.mark.parametrize(
    "parts",
    [
        {"body": "div["},
        {"title": "a, b >"},
        {"drop": (":::",)},
        {"patterns": {"published": "no group"}},
        {"patterns": {"day": "(x)"}},
        {"embedded": "script", "paths": {"day": "a"}},
        {"paths": {"title": "a"}},
        {"offset": 99.0},
    ],
)
def test_a_rule_that_cannot_be_read_is_refused_when_it_is_written(parts: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        rule(**parts)


@pytest.mark.parametrize("site", [one.hosts[0] for one in SITES])
def test_no_page_makes_a_rule_raise(site: str) -> None:
    for name in ("every byte", "nested spans", "deep JSON", "odd JSON", "scripts", "cut in the middle"):
        extract(HOSTILE[name], f"https://{site}/1.html")


@pytest.mark.parametrize("script", ["{" * 200_000, '{"a":' * 100_000, "{}" * 200_000, "[1" * 9_999, '{"a": 1e999}'])
def test_no_embedded_script_makes_a_rule_raise(script: str) -> None:
    known = rule(embedded="script", paths={"title": "a.b.0", "published": "a", "body": "a"}, body="div div div .b")
    nested = '<div class="b">' * 1_500
    extract(boxed(f"<script>{script}</script>{nested}"), ADDRESS, (known,))


def test_a_rule_on_a_hostile_page_ends_in_time() -> None:
    begun = time.process_time()
    extract(HOSTILE["60,000 nested divs with text"], ADDRESS, (rule(body="div div .x", drop=("div div",)),))
    assert time.process_time() - begun < LIMIT


def test_the_crawler_hands_rules_to_extraction_and_the_outlet_on() -> None:
    read = extractor((rule(body=".b", outlet=".o"),))
    article = read(boxed('<div class="b"><p>甲公司公布业绩。</p></div><i class="o">河口日报</i>'), ADDRESS)
    assert (article.paragraphs, article.outlet) == (("甲公司公布业绩。",), "河口日报")
    assert all(isinstance(one, SiteRule) for one in known_rules())
