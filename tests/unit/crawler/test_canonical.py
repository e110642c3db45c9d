"""One address for one article: twins fold, trackers go, and no page can hide another host's."""

import pytest

from services.crawler.domain.canonical import canonical, clean, declared_canonical, document_id, is_trap
from shared.errors import PermanentError

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("HTTP://WWW.Example.COM:80/a?utm_source=x&id=2#top", "http://www.example.com/a?id=2"),
        ("https://example.com:443", "https://example.com/"),
        ("https://example.com:8443/a", "https://example.com:8443/a"),
        ("https://example.com./a", "https://example.com/a"),
        ("http://例子.cn/新闻?q=中", "http://xn--fsqu00a.cn/%E6%96%B0%E9%97%BB?q=%E4%B8%AD"),
        (" https://example.com/a b\n", "https://example.com/ab"),
        ("https://example.com/a?k=%B0%A2&from=timeline", "https://example.com/a?k=%B0%A2"),
    ],
)
def test_what_is_fetched_is_without_trackers_and_fragments(address: str, expected: str) -> None:
    assert clean(address) == expected


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "ftp://example.com/a",
        "http://",
        "http:///a",
        "http://in\\@out/",
        "http://user:secret@example.com/",
        "http://exa mple\x00.com/",
        "http://example.com:99999/",
        "http://[::1",
        "http://①②⑦.0.0.1%2F@x/",
        "https://example.com/" + "a" * 3000,
        "",
    ],
)
def test_what_no_request_may_go_to(address: str) -> None:
    with pytest.raises(PermanentError):
        clean(address)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://m.sohu.com/a/123_456?scm=1.2", "https://www.sohu.com/a/123_456"),
        ("http://wap.eastmoney.com/a/202611203456789.html", "https://finance.eastmoney.com/a/202611203456789.html"),
        ("https://m.ithome.com/html/123456.htm", "https://www.ithome.com/0/123/456.htm"),
        ("http://big5.www.gov.cn/a/content_7.htm", "https://www.gov.cn/a/content_7.htm"),
        (
            "https://www.hkej.com/instantnews/stock/article/4000001/%E6%A8%99%E9%A1%8C?utm_source=x",
            "https://www.hkej.com/instantnews/stock/article/4000001",
        ),
        (
            "http://www.nhsa.gov.cn/art/2026/11/1/art_104_9.html?x=1",
            "https://www.nhsa.gov.cn/art/2026/11/1/art_104_9.html",
        ),
        ("https://new.qq.com/rain/a/20261120A01XYZ00?suid=9", "https://news.qq.com/rain/a/20261120A01XYZ00"),
        ("https://new.qq.com/omn/20261120/20261120V01XYZ00.html", "https://news.qq.com/rain/a/20261120V01XYZ00"),
        ("https://view.inews.qq.com/k/20261120A01XYZ00?qimei=9", "https://news.qq.com/rain/a/20261120A01XYZ00"),
        (
            "https://finance.sina.cn/stock/2026-11-20/detail-inabc0001.d.html?from=wap",
            "https://finance.sina.com.cn/stock/2026-11-20/doc-inabc0001.shtml",
        ),
        (
            "http://finance.sina.com.cn/stock/2026-11-20/doc-inabc0001.shtml?cre=1",
            "https://finance.sina.com.cn/stock/2026-11-20/doc-inabc0001.shtml",
        ),
        ("http://cj.sina.cn/articles/view/123/9a?froms=1", "https://cj.sina.com.cn/articles/view/123/9a"),
        ("https://m.yicai.com/brief/12.html", "https://www.yicai.com/brief/12.html"),
        ("https://36kr.com/newsflashes/12?f=rss", "https://www.36kr.com/newsflashes/12"),
        ("https://m.nbd.com.cn/articles/2026-11-20/12.html", "https://www.nbd.com.cn/articles/2026-11-20/12.html"),
        ("http://m.stcn.com/article/detail/12.html?a=1", "https://www.stcn.com/article/detail/12.html"),
        ("https://m.huxiu.com/article/12.html?f=wx", "https://www.huxiu.com/article/12.html"),
        ("https://m.ithome.com/html/1000123.htm", "https://www.ithome.com/0/100/0123.htm"),
        (
            "http://www.caixinglobal.com/2026-11-20/a-b-12.html?x=1",
            "https://www.caixinglobal.com/2026-11-20/a-b-12.html",
        ),
        ("http://m.thepaper.cn/newsDetail_forward_12?a=1", "https://www.thepaper.cn/newsDetail_forward_12"),
        ("https://api3.cls.cn/share/article/12?os=web", "https://www.cls.cn/detail/12"),
        ("https://www.163.com/money/article/ABC123.html?f=x", "https://www.163.com/dy/article/ABC123.html"),
        (
            "https://www.bing.com/news/apiclick.aspx?ref=1&url=https%3a%2f%2fm.yicai.com%2fnews%2f12.html",
            "https://www.yicai.com/news/12.html",
        ),
        ("https://m.yicai.com/vip/news/12.html", "https://www.yicai.com/news/12.html"),
        ("http://big5.www.gov.cn/gate/big5/www.gov.cn/a/content_7.htm", "https://www.gov.cn/a/content_7.htm"),
        ("http://mp.weixin.qq.com/s/Ab_c-1?scene=1&chksm=8b", "https://mp.weixin.qq.com/s/Ab_c-1"),
        ("http://mp.weixin.qq.com/s?src=11&signature=x", "https://mp.weixin.qq.com/s?signature=x&src=11"),
        ("https://example.com/a/../b/./c?z=1&a=2", "https://example.com/b/c?a=2&z=1"),
        ("https://example.com/%7euser/%e4%b8%ad", "https://example.com/~user/%E4%B8%AD"),
    ],
)
def test_twins_are_one(address: str, expected: str) -> None:
    assert canonical(address) == expected
    assert canonical(expected) == expected


@pytest.mark.parametrize(
    "address",
    [
        "http://mp.weixin.qq.com/s?__biz=MzA5MDc0Mg==&mid=2651&idx=1&sn=9af0&chksm=8b&scene=21#wechat_redirect",
        "https://mp.weixin.qq.com/s?sn=9af0&idx=1&mid=2651&__biz=MzA5MDc0Mg%3D%3D",
        "https://mp.weixin.qq.com/s?__biz=MzA5MDc0Mg==&amp;mid=2651&amp;idx=1&amp;sn=9af0",
        "https://mp.weixin.qq.com/mp/appmsg/show?__biz=MzA5MDc0Mg==&appmsgid=2651&itemidx=1&sn=9af0",
        "https://mp.weixin.qq.com/s?__biz=MzA5MDc0Mg==&mid=2651&idx=1&sn=9af0",
    ],
)
def test_a_wechat_article_is_named_by_account_message_place_and_signature(address: str) -> None:
    assert canonical(address) == "https://mp.weixin.qq.com/s?__biz=MzA5MDc0Mg==&mid=2651&idx=1&sn=9af0"


def test_neighbours_in_one_wechat_message_are_two_articles() -> None:
    one, other = (f"https://mp.weixin.qq.com/s?__biz=MzA5MDc0Mg==&mid=2651&idx={place}" for place in (1, 2))
    assert canonical(one) == one != canonical(other) == other


def test_the_id_is_the_same_over_http_and_https_and_no_other() -> None:
    assert document_id("http://example.com/a") == document_id("https://example.com/a")
    assert document_id("https://example.com/a") != document_id("https://example.com/b")
    assert len(document_id("https://example.com/a")) == 32


def page(link: str) -> bytes:
    return f"<html><head>{link}</head><body>x</body></html>".encode()


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("/news/1.html", "https://www.example.com/news/1.html"),
        ("https://m.example.com/news/1.html", "https://m.example.com/news/1.html"),
        ("https://evil.example/news/1.html", None),
        ("https://www.example.com/", None),
        ("https://www.example.com/news/", None),
        ("javascript:1", None),
    ],
)
def test_a_declared_canonical_counts_on_its_own_site_only(href: str, expected: str | None) -> None:
    found = declared_canonical(page(f'<link href="{href}" rel="canonical">'), "https://www.example.com/news/1.html?p=2")
    assert found == expected


def test_other_links_are_no_canonical() -> None:
    assert declared_canonical(page('<link rel="stylesheet" href="/a.css">'), "https://example.com/1") is None


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://evil.example//www.nmpa.gov.cn/xxgk/1.html", "https://evil.example//www.nmpa.gov.cn/xxgk/1.html"),
        ("https://evil.example/..//www.nmpa.gov.cn/1.html", "https://evil.example//www.nmpa.gov.cn/1.html"),
        ("https://evil.example/%2e%2e//other.example/1", "https://evil.example//other.example/1"),
        ("https://example.com/../../a/b/..", "https://example.com/a/"),
        ("https://example.com/a/./", "https://example.com/a/"),
        (
            "https://www.climbing.com/apiclick.aspx?url=https://www.nmpa.gov.cn/1.html",
            "https://www.climbing.com/apiclick.aspx?url=https://www.nmpa.gov.cn/1.html",
        ),
    ],
)
def test_no_path_and_no_name_alike_gives_another_host(address: str, expected: str) -> None:
    assert canonical(address) == expected
    assert canonical(expected) == expected


@pytest.mark.parametrize(
    ("fetched", "named", "believed"),
    [
        ("/news/123.html", "/index.html", False),
        ("/news/123.html", "/home", False),
        ("/news/123.html", "/zixun.html", False),
        ("/news/123.html", "/news/124.html", False),
        ("/news/123.html", "/latest-health-news.html", False),
        ("/c/t20261122_9001.html", "/c/t20261122_9002.html", False),
        ("/article.php?id=123", "/article.php", False),
        ("/hospital-opens-in-donghai", "/about-us", False),
        ("/123.html", "/a/123.html", True),
        ("/a/123_2.html", "/a/123.html", True),
        ("/article.php?id=123&page=2", "/article.php?id=123", False),
        ("/article.php?id=123", "/article/123.html", True),
        ("/hospital-opens-in-donghai?page=all", "/hospital-opens-in-donghai", True),
        ("/a/hospital", "/b/hospital.html", True),
    ],
)
def test_a_canonical_that_names_less_than_the_page_is_not_believed(fetched: str, named: str, believed: bool) -> None:
    found = declared_canonical(page(f'<link rel=canonical href="{named}">'), f"https://example.com{fetched}")
    assert (found is not None) is believed


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "https://www1.hkexnews.hk/listedco/listconews/sehk/2026/1120/2026112000001.pdf",
            "https://www1.hkexnews.hk/listedco/listconews/sehk/2026/1120/2026112000001_c.pdf",
        ),
        ("https://eu.36kr.com/en/p/12", "https://www.36kr.com/p/12"),
        ("https://www.yicai.com/brief/12.html", "https://www.yicai.com/news/12.html"),
        (
            "https://finance.sina.com.cn/7x24/2026-11-20/doc-ia1.shtml",
            "https://k.sina.com.cn/7x24/2026-11-20/doc-ia1.shtml",
        ),
    ],
)
def test_translations_and_other_rooms_stay_apart(one: str, other: str) -> None:
    assert canonical(one) == one
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize(
    ("address", "trap"),
    [
        ("https://a.cn/a/a/1.html", False),
        ("https://a.cn/a/a/a", True),
        ("https://a.cn/a/a/a/1.html", True),
        ("https://a.cn/news/x/y/x/y/x/y/1.html", True),
        ("https://a.cn/news/x/y/x/y/1.html", False),
        ("https://a.cn/2026/11/11/11/1.html", False),
        ("https://a.cn////1.html", False),
        ("https://a.cn/1.html?a/a/a/a", False),
    ],
)
def test_a_path_that_repeats_itself_is_a_trap(address: str, trap: bool) -> None:
    assert is_trap(address) == trap
