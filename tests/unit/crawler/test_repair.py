"""Mending a listing's selectors: one site, rebuilt in the ways that sites are, and what must not be mended."""

from collections.abc import Callable

import pytest

from services.crawler.application.mending import mended
from services.crawler.application.values import KeptPage
from services.crawler.domain.repair import Page, Selectors, repair
from services.crawler.domain.repair.selectors import made_by_machine

pytestmark = pytest.mark.unit

ADDRESS = "https://www.example.com/news/"
OLD = Selectors("ul.newslist > li", date="span.date")
TITLES = [
    f"{place}医保局发布{subject}工作通知"
    for place in ("东海省", "西岭省", "南浦市", "北川市", "青田市", "白沙市")
    for subject in ("药品集中采购", "门诊统筹", "互联网医院")
]
NAV = "".join(
    f'<a href="/{name}/">{words}</a>' for name, words in (("", "首页"), ("about", "关于我们"), ("join", "加入我们"))
)
Item = tuple[str, str, str]


def items(first: int, count: int = 12) -> list[Item]:
    """(path, title, date) of articles, those from `first` on."""
    return [
        (f"/news/2026/11/{number + 1:02}/{4000 + number}.html", TITLES[number], f"2026-11-{number + 1:02}")
        for number in range(first, first + count)
    ]


def page(body: str) -> Page:
    side = '<aside><ul class="hot">' + "".join(
        f'<li><a href="/topic/{number}">专题栏目之{number}</a></li>' for number in range(5)
    )
    html = f"<html><body><nav>{NAV}</nav>{body}{side}</ul></aside><footer>{NAV}</footer></body></html>"
    return Page(html.encode(), ADDRESS, "utf-8")


def old_list(found: list[Item]) -> str:
    lines = "".join(
        f'<li><a href="{path}">{title}</a><span class="date">[{date}]</span></li>' for path, title, date in found
    )
    return f'<div class="main"><ul class="newslist">{lines}</ul></div>'


def renamed(found: list[Item]) -> str:
    return old_list(found).replace("newslist", "article-list").replace('class="main"', 'class="content"')


def wrapped(found: list[Item]) -> str:
    lines = "".join(
        f'<li><div class="line"><a href="{path}">{title}</a><span class="date">{date}</span></div></li>'
        for path, title, date in found
    )
    return f'<section id="list"><div class="newslist"><ul>{lines}</ul></div></section>'


def cards(found: list[Item]) -> str:
    lines = "".join(
        f'<div class="card"><a class="pic" href="{path}"><img src="/i.png"></a><div class="text">'
        f'<h3 class="card-title"><a href="{path}">{title}</a></h3><p>各地要按照要求抓好落实。</p>'
        f"<time>{date}</time></div></div>"
        for path, title, date in found
    )
    return f'<div class="cards">{lines}</div>'


def table(found: list[Item]) -> str:
    lines = "".join(
        f'<tr><td>{number}</td><td class="t"><a href="{path}">{title}</a></td><td class="d">{date}</td></tr>'
        for number, (path, title, date) in enumerate(found)
    )
    head = "<tr><th>序号</th><th>标题</th><th>日期</th></tr>"
    return f'<table class="govtable"><thead>{head}</thead><tbody>{lines}</tbody></table>'


def absolute(found: list[Item]) -> str:
    moved = [(f"https://www.example.com{path}", title, date) for path, title, date in found]
    return old_list(moved).replace('ul class="newslist"', 'ol class="list"').replace("</ul>", "</ol>")


def hashed(found: list[Item]) -> str:
    lines = "".join(
        f'<a class="css-1q2w3e4" href="{path}"><div class="NewsCard_title__x9Kd2">{title}</div>'
        f'<div class="NewsCard_meta__b81Qa"><span>要闻</span><span class="NewsCard_time__p0Zq1">{date}</span></div></a>'
        for path, title, date in found
    )
    return f'<main><div class="css-zz81k2">{lines}</div></main>'


def several_lists(found: list[Item]) -> str:
    parts = [found[start : start + 4] for start in range(0, len(found), 4)]
    return '<div class="box">' + "".join(
        '<ul class="list5">'
        + "".join(f'<li><em>{date}</em><a href="{path}">{title}</a></li>' for path, title, date in part)
        + "</ul>"
        for part in parts
    ) + "</div>"  # fmt: skip


REDESIGNS: list[Callable[[list[Item]], str]] = [
    renamed, wrapped, cards, table, absolute, hashed, several_lists,
]  # fmt: skip


@pytest.mark.parametrize("redesign", REDESIGNS, ids=lambda one: one.__name__)
@pytest.mark.parametrize("first", [0, 5], ids=["all still listed", "five gone, five new"])
def test_a_rebuilt_page_gets_selectors_that_read_it(redesign: Callable[[list[Item]], str], first: int) -> None:
    found = items(first)
    proposal = repair(page(old_list(items(0))), page(redesign(found)), OLD)
    assert proposal is not None
    picked = proposal.present.items
    assert [item.address for item in picked] == [f"https://www.example.com{path}" for path, _, _ in found]
    assert [item.title for item in picked] == [title for _, title, _ in found]
    assert [item.date.strip("[]") for item in picked] == [date for _, _, date in found]
    assert (proposal.present.known, proposal.present.dated, proposal.were) == (12 - first, 12, 12)


def test_no_generated_class_name_is_proposed_whole() -> None:
    proposal = repair(page(old_list(items(0))), page(hashed(items(3))), OLD)
    assert proposal is not None
    said = " ".join(str(part) for part in vars(proposal.selectors).values())
    assert not any(name in said for name in ("1q2w3e4", "zz81k2", "x9Kd2", "b81Qa", "p0Zq1"))


def test_a_rebuilt_page_with_none_of_the_old_articles_is_read_by_the_shape_of_addresses() -> None:
    old = [("/news/2025/01/02/77.html", f"去年的旧闻第{number}条消息", "2025-01-02") for number in range(9)]
    proposal = repair(page(old_list(old)), page(cards(items(0))), OLD)
    assert proposal is not None
    assert (proposal.present.known, len(proposal.present.items)) == (0, 12)


def test_what_still_stands_is_kept() -> None:
    proposal = repair(page(old_list(items(0))), page(renamed(items(0))), OLD)
    assert proposal is not None
    assert (proposal.selectors.date, proposal.selectors.link, proposal.selectors.title) == (
        "span.date",
        "a[href]",
        None,
    )


@pytest.mark.parametrize(
    "body",
    [
        "<h1>系统维护中</h1><p>本站正在升级，请稍后访问。</p>",
        '<form action="/login"><input name="user"><a href="/forgot">忘记密码</a></form>',
        '<div id="app"></div><script src="/app.js"></script>',
        "<ul>"
        + "".join(f'<li><a href="https://shop.example.net/{n}">优惠商品第{n}件</a></li>' for n in range(9))
        + "</ul>",
    ],
    ids=["maintenance", "login", "empty without JavaScript", "links of others"],
)
def test_where_nothing_is_like_the_old_articles_nothing_is_proposed(body: str) -> None:
    assert repair(page(old_list(items(0))), page(body), OLD) is None


def side_list(name: str, path: str) -> str:
    """A list in the shape of the old one's addresses, without dates."""
    lines = "".join(f'<li><a href="{path}/{n}55{n}.html">热门旧闻第{n}条标题也很长很长</a></li>' for n in range(1, 9))
    return f'<div><ul class="{name}">{lines}</ul></div>'


@pytest.mark.parametrize("name", ["hot", "ranking"])
@pytest.mark.parametrize("later", ["/news/2026/10/01", "/news/2026/11/21"], ids=["the same articles", "others"])
@pytest.mark.parametrize("drawn", ['<div id="app"></div>', "<p>2026-11-22</p>"])
def test_a_list_that_stood_beside_the_old_one_is_not_proposed(name: str, later: str, drawn: str) -> None:
    before = page(old_list(items(0)) + side_list(name, "/news/2026/10/01"))
    assert repair(before, page(drawn + side_list(name, later)), OLD) is None


def test_a_list_that_stood_beside_is_not_proposed_even_if_it_has_dates_now() -> None:
    dated = side_list("ranking", "/news/2026/10/01").replace("</a>", "</a><i>2026-11-20</i>")
    assert repair(page(old_list(items(0)) + side_list("ranking", "/news/2026/10/01")), page(dated), OLD) is None
    moved = dated.replace("/2026/10/01/", "/2026/11/21/")
    assert repair(page(old_list(items(0)) + side_list("ranking", "/news/2026/10/01")), page(moved), OLD) is None


def test_beside_lists_do_not_hide_the_one_that_moved() -> None:
    side = side_list("ranking", "/news/2026/10/01")
    proposal = repair(page(old_list(items(0)) + side), page(side + cards(items(5))), OLD)
    assert proposal is not None
    assert proposal.selectors.items == "div.card"
    assert proposal.sure


def test_advertisements_in_the_shape_of_articles_are_not_proposed() -> None:
    lines = "".join(f'<p><a href="/news/2026/11/01/{n}9{n}9.html">广告：好物{n}大促销活动</a></p>' for n in range(1, 9))
    assert repair(page(old_list(items(0))), page(f'<div class="ad">{lines}</div>'), OLD) is None


def test_a_list_without_any_name_gets_no_bare_tag() -> None:
    named = old_list(items(5)).replace(' class="main"', "").replace(' class="newslist"', "")
    for body in (named, named.replace("<div>", "<main>").replace("</div>", "</main>")):
        proposal = repair(page(old_list(items(0))), page(body), OLD)
        assert proposal is None or proposal.selectors.items != "li"
    assert proposal is not None
    assert proposal.selectors.items.startswith("main")


def test_the_text_says_how_sure_a_proposal_is() -> None:
    def told(first: int) -> str:
        good, present = page(old_list(items(0, 6))), page(cards(items(first, 6)))
        kept = [KeptPage(one.address, one.charset, one.body, one is good) for one in (good, present)]
        return mended("office", False, kept[0], kept[1], OLD)

    assert "Sure: 6 of the 6 articles" in told(0)
    assert "Unsure: only 1 of the 6 articles" in told(5)
    assert "Very unsure: none of the 6 articles" in told(6)


def test_without_a_good_page_nothing_is_proposed() -> None:
    assert repair(page("<p>nothing</p>"), page(cards(items(0))), OLD) is None


@pytest.mark.parametrize(
    ("name", "generated"),
    [("newslist", False), ("list01", False), ("css-1q2w3e4", True), ("NewsCard_title__x9Kd2", True),
     ("article-list", False), ("sc-bdVaJa", True), ("col-md-8", False), ("mt20", False), ("listItem", False),
     ("jsx-2871293847", True)],
)  # fmt: skip
def test_generated_names_are_told(name: str, generated: bool) -> None:
    assert made_by_machine(name) is generated
