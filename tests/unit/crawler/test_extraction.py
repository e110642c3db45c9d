"""What extract() reads from small pages written here: body, title, date with timezone, author, language."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from services.crawler.domain.extraction import Extracted, extract

pytestmark = pytest.mark.unit

BEIJING = timezone(timedelta(hours=8))
MENU = "".join(
    f'<li><a href="/c/{n}">{name}</a></li>' for n, name in enumerate(["首页", "要闻", "财经", "健康", "科技"])
)
RELATED = "".join(f'<li><a href="/a/{n}">药店连锁公司公布第{n}季度门店数目</a></li>' for n in range(1, 7))
PARAGRAPHS = (
    "鹿城互联网医院周四宣布，与三家本地医院签署协议，患者可以在线复诊并凭电子处方买药。",
    "按照协议，三家医院的慢性病门诊将在年底前接入平台，首批覆盖高血压和糖尿病两个病种，预计服务二十万名患者。",
    "“我们先把复诊做好，再谈其他。”医院负责人在签约仪式上说，平台不会向患者收取额外费用。",
    "当地医保部门表示，线上复诊的报销办法正在制定，将于明年公布。",
)
ENGLISH = (
    "Deer City Online Hospital said on Thursday that it had signed agreements with three local hospitals.",
    "Under the agreements, patients with chronic diseases will be able to see their doctors online, and the drugs "
    "that are prescribed will be sent to their homes within a day.",
    "“We want to do follow-up visits well before we talk about anything else,” the head of the hospital said at the "
    "ceremony, and added that patients would not be charged more than they are now.",
    "The city’s insurance bureau said that it was working on rules for the payment of such visits.",
)


def page(
    paragraphs: tuple[str, ...], head: str = "", line: str = "", heading: str = "鹿城互联网医院与三家医院签约"
) -> str:
    """Write a news page: menu, heading, line of date and source, article, related links, footer."""
    article = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<!DOCTYPE html><html><head><title>{heading}_健康频道_鹿城新闻网</title>{head}</head><body>"
        f'<div class="nav"><ul>{MENU}</ul></div><div class="main"><h1>{heading}</h1><div class="info">{line}</div>'
        f'<div class="article-content">{article}</div>'
        f'<div class="related"><h3>相关阅读</h3><ul>{RELATED}</ul></div></div>'
        '<div class="footer"><p>版权所有 © 2008-2031 鹿城新闻网 未经授权不得转载</p></div></body></html>'
    )


def json_ld(value: str) -> str:
    """Write a JSON-LD script."""
    return f'<script type="application/ld+json">{value}</script>'


def test_the_article_and_nothing_else_is_the_body() -> None:
    found = extract(page(PARAGRAPHS).encode(), None)
    assert found.paragraphs == PARAGRAPHS
    assert found.body == "\n".join(PARAGRAPHS)
    assert found.title == "鹿城互联网医院与三家医院签约"
    assert found.language == "zh-Hans"


def test_an_english_article_is_read() -> None:
    head = '<meta property="og:site_name" content="Deer City News">'
    found = extract(page(ENGLISH, head, heading="Online hospital signs three partners").encode(), None)
    assert found.paragraphs == ENGLISH
    assert found.title == "Online hospital signs three partners"
    assert found.language == "en"


def test_a_line_break_ends_a_paragraph() -> None:
    html = page(PARAGRAPHS).replace("</p><p>", "<br><br>")
    assert extract(html.encode(), None).paragraphs == PARAGRAPHS


def test_paragraphs_in_boxes_of_their_own_are_read() -> None:
    """Sites with hashed class names wrap each paragraph in several boxes."""
    html = page(PARAGRAPHS)
    for number in range(4):
        html = html.replace("<p>", f'<div class="x{number}f"><p>', 4).replace("</p>", "</p></div>", 4)
    assert extract(html.encode(), None).paragraphs == PARAGRAPHS


def test_teasers_of_other_articles_are_left_out() -> None:
    """The endless pages of portals have a stream of other articles' first lines behind the article."""
    teasers = "".join(
        f'<li class="item"><div><h4><a href="/a/{number}">{text[:12]}</a></h4><p>{text}</p></div></li>'
        for number, text in enumerate(ENGLISH + PARAGRAPHS[::-1])
    )
    html = page(PARAGRAPHS).replace('<div class="related">', f'<ul class="stream">{teasers}</ul><div class="related">')
    assert extract(html.encode(), None).paragraphs == PARAGRAPHS


def test_a_page_goes_on_behind_an_early_end_of_html() -> None:
    """Pages that are put together from parts have such, those of gov.cn among them."""
    html = page(PARAGRAPHS).replace('<div class="main">', '</body></html><div class="main">')
    assert extract(html.encode(), None).paragraphs == PARAGRAPHS


def test_a_consent_box_is_no_article() -> None:
    box = "<p>We and our partners store cookies on your device, and we ask for your consent to do so.</p>" * 6
    html = page(ENGLISH).replace('<div class="nav">', f'<div id="onetrust-banner-sdk">{box}</div><div class="nav">')
    assert extract(html.encode(), None).paragraphs == ENGLISH


def test_text_in_numeric_entities_is_read() -> None:
    html = page(PARAGRAPHS).encode("ascii", "xmlcharrefreplace")
    assert extract(html, None).paragraphs == PARAGRAPHS


def test_traditional_chinese_is_told_from_simplified() -> None:
    traditional = (
        "鹿城網上醫院週四宣布，與三家本地醫院簽署協議，患者可以在線覆診並憑電子處方買藥。",
        "按照協議，三家醫院的慢性病門診將於年底前接入平台，首批覆蓋高血壓和糖尿病兩個病種，預計服務二十萬名患者。",
        "當地醫保部門表示，網上覆診的報銷辦法正在制訂，將於明年公布，屆時會說明適用的範圍。",
    )
    found = extract(page(traditional, heading="鹿城網上醫院與三家醫院簽約").encode(), None)
    assert found.language == "zh-Hant"
    assert found.paragraphs == traditional


def test_a_hidden_wechat_article_is_read() -> None:
    """WeChat serves its article invisible and shows it by script."""
    article = "".join(f"<section><span>{text}</span></section>" for text in PARAGRAPHS)
    html = (
        '<html><head><meta property="og:title" content="鹿城互联网医院签约"></head><body><div id="js_article">'
        '<h1 class="rich_media_title" id="activity-name">鹿城互联网医院签约</h1>'
        f'<div class="rich_media_content" id="js_content" style="visibility: hidden; opacity: 0;">{article}</div>'
        "</div></body></html>"
    )
    found = extract(html.encode(), "https://mp.weixin.qq.com/s/abc")
    assert found.paragraphs == PARAGRAPHS
    assert found.title == "鹿城互联网医院签约"


def test_an_article_that_stands_twice_is_read_once() -> None:
    html = page(PARAGRAPHS)
    start, end = html.index('<div class="article-content">'), html.index('<div class="related">')
    twice = html[:end] + html[start:end].replace("article-content", "article-content print") + html[end:]
    found = extract(twice.encode(), None)
    assert sorted(found.paragraphs) == sorted(set(found.paragraphs))
    assert set(PARAGRAPHS[1:3]) <= set(found.paragraphs)


@pytest.mark.parametrize("html", [b"", b"   ", b"<html></html>", f"<ul>{MENU}</ul>".encode()])
def test_a_page_without_running_text_has_an_empty_body(html: bytes) -> None:
    found = extract(html, None)
    assert found.body == ""
    assert found.paragraphs == ()
    assert found.published is None
    assert found.published_at is None


@pytest.mark.parametrize(
    ("head", "line", "at", "precision"),
    [
        (
            json_ld('{"@type": "NewsArticle", "datePublished": "2031-03-04T23:30:00-05:00"}'),
            "",
            datetime(2031, 3, 4, 23, 30, tzinfo=timezone(timedelta(hours=-5))),
            "minute",
        ),
        (
            '<script type="application/ld+json">{"@graph": [{"@type": "WebSite", "name": "x"}, {"@type": ["Article"],'
            ' "datePublished": "2031-03-04T23:30:00Z"}]}</script>',
            "",
            datetime(2031, 3, 4, 23, 30, tzinfo=UTC),
            "minute",
        ),
        (
            '<meta property="article:published_time" content="2031-03-04T08:05:00+08:00">',
            "更新于 2031-03-06",
            datetime(2031, 3, 4, 8, 5, tzinfo=BEIJING),
            "minute",
        ),
        ("", "2031年3月4日 14:07 来源：鹿城日报", datetime(2031, 3, 4, 14, 7, tzinfo=BEIJING), "minute"),
        ("", "2031-03-04 18:36 (UTC+8)", datetime(2031, 3, 4, 18, 36, tzinfo=BEIJING), "minute"),
        (
            "",
            "2031-03-04 18:36 GMT-05:30",
            datetime(2031, 3, 4, 18, 36, tzinfo=timezone(-timedelta(hours=5.5))),
            "minute",
        ),
        ("", "发布时间：2031-03-04", datetime(2031, 3, 4, tzinfo=BEIJING), "day"),
        ("", "2031年3月4日 下午2:07", datetime(2031, 3, 4, 14, 7, tzinfo=BEIJING), "minute"),
        ('<meta name="pubdate" content="2031年3月">', "", datetime(2031, 3, 1, tzinfo=BEIJING), "month"),
    ],
)
def test_the_date_is_the_pages_own(head: str, line: str, at: datetime, precision: str) -> None:
    found = extract(page(PARAGRAPHS, head, line).encode(), None)
    assert (found.published, found.precision) == (at, precision)
    assert found.published is not None
    assert found.published.utcoffset() == at.utcoffset()


def test_the_day_stays_the_one_that_is_written() -> None:
    head = '<meta property="article:published_time" content="2031-03-04T20:00:00Z">'
    found = extract(page(PARAGRAPHS, head).encode(), None)
    assert found.published is not None
    assert found.published.date() == date(2031, 3, 4), "20:00 UTC is the fifth in Beijing, but the page says the fourth"


def test_the_address_dates_a_page_that_does_not_say() -> None:
    found = extract(page(PARAGRAPHS).encode(), "https://news.example.cn/2031/0304/c14-1.html")
    assert found.published == datetime(2031, 3, 4, tzinfo=BEIJING)
    assert found.precision == "day"


def test_the_copyright_line_is_no_date() -> None:
    assert extract(page(PARAGRAPHS).encode(), None).published is None


def test_messages_take_the_date_with_its_precision() -> None:
    found = extract(page(PARAGRAPHS, line="2031-03-04").encode(), None)
    assert found.published_at is not None
    assert (found.published_at.at, found.published_at.precision) == (found.published, "day")


@pytest.mark.parametrize(
    ("head", "line", "author"),
    [
        (
            '<script type="application/ld+json">{"@type": "Article", "author": {"name": "林小鹿"}}</script>',
            "",
            "林小鹿",
        ),
        (
            '<script type="application/ld+json">{"@graph": [{"@type": "Article", "author": {"@id": "#p"}},'
            ' {"@id": "#p", "@type": "Person", "name": "林小鹿"}]}</script>',
            "",
            "林小鹿",
        ),
        ('<meta name="author" content="Lin Xiaolu">', "", "Lin Xiaolu"),
        ("", "2031-03-04 作者：林小鹿", "林小鹿"),
        ("", "鹿城日报（记者 林小鹿）", "林小鹿"),
        ('<meta name="author" content="name, email@example.com">', "作者：林小鹿、何口", "林小鹿、何口"),
        ("", "作者：未知 责任编辑：林小鹿", "林小鹿"),
    ],
)
def test_the_author_is_named(head: str, line: str, author: str) -> None:
    assert extract(page(PARAGRAPHS, head, line).encode(), None).author == author


def test_the_same_bytes_give_the_same_article() -> None:
    html = page(PARAGRAPHS, line="2031-03-04 10:00").encode()
    assert extract(html, None) == extract(html, None)
    assert isinstance(extract(html, None), Extracted)
