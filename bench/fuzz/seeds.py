"""Small well-formed inputs to begin with, and the pieces that mutations put into them."""

import random
from collections.abc import Mapping, Sequence

_PAGE = (
    '<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"><title>示例健康签署协议_示例网</title>'
    '<meta property="article:published_time" content="2026-11-20T09:30:00+08:00"><meta name="author" content="甲">'
    '<script type="application/ld+json">{"@type":"NewsArticle","headline":"示例健康签署协议","datePublished":'
    '"2026-11-20T09:30:00+08:00","author":{"@type":"Person","name":"甲"},"articleBody":"正文。"}</script></head>'
    '<body><ul class="nav"><li><a href="/1">首页</a></li></ul><h1>示例健康签署协议</h1><span>2026-11-20 09:30'
    ' 来源：示例报</span><div class="content"><p>示例健康周五公告，公司已与三家医院签署合作协议，'
    "总金额为2.06亿元。</p><p>记者获悉，"
    "双方将建设互联网医院平台，预计明年三月上线，服务两百万名患者。</p></div><footer>版权所有</footer></body></html>"
)
_FEED = (
    '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
    "<title>Wire</title><item><title>One &amp; two</title><link>https://news.example.com/a/1.html</link><pubDate>"
    "Fri, 20 Nov 2026 01:30:00 GMT</pubDate><dc:creator>A</dc:creator><guid>1</guid></item></channel></rss>"
)
_ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="html">One</title><link href="/a/1"/>'
    "<updated>2026-11-20T01:30:00Z</updated><id>tag:1</id></entry></feed>"
)
_COSTLY_FEEDS = tuple(
    b'<rss version="2.0"><channel><item>' + shape
    for shape in (
        b"<![CDATA[" * 150,
        b"<item " + b" ".join(b'a%d="b"' % number for number in range(150)) + b">",
        b'<item a="' + b"b" * 1_500 + b'">',
        b"<author>" + b"a." * 700 + b"</author>",
        b"<guid>x</guid>" * 100,
        b'<a "b=' * 200,
    )
)
"""Shapes that cost a parser time by the square of their length; mutations make them longer."""
_SITEMAP = (
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/'
    '0.9"><url><loc>https://news.example.com/a/1.html</loc><lastmod>2026-11-20</lastmod><news:news><news:title>One'
    "</news:title><news:publication_date>2026-11-20T01:30:00Z</news:publication_date></news:news></url></urlset>"
)
_INDEX = "<sitemapindex><sitemap><loc>https://news.example.com/s1.xml</loc><lastmod>2026-11-20</lastmod></sitemap></sitemapindex>"
_LIST = (
    '<ul><li><a href="/a/1.html" title="One">One</a><span>2026-11-20 09:30</span></li><li><a href="//b.cn/2">2</a></li>'
)
_JSON = (
    '{"data":{"list":[{"url":"/a/1.html","title":"<b>One</b>","time":"2026-11-20 09:30:00","author":"A","media":"M"}]}}'
)
_LINKS = (
    "https://news.example.com:443/a/../b/%7e?utm_source=x&b=2&a=1#top", "//m.example.com/x", "http://例子.中国/路/1",
    "https://mp.weixin.qq.com/s?__biz=a&mid=1&idx=1&sn=b&scene=1", "http://[::1]:80/", "https://a.b/%2e%2e/%E4%BD",
)  # fmt: skip

SEEDS: Mapping[str, Sequence[bytes]] = {
    "extract": (_PAGE.encode(), _PAGE.replace("utf-8", "gb2312").encode("gb18030"), _PAGE.encode("utf-16"), b""),
    "feed": (_FEED.encode(), _ATOM.encode(), _FEED.replace("UTF-8", "GBK").encode("gbk"), *_COSTLY_FEEDS),
    "sitemap": (_SITEMAP.encode(), _INDEX.encode()),
    "listing": (_LIST.encode(), _PAGE.encode()),
    "json": (_JSON.encode(), f"callback({_JSON});".encode(), b"[]"),
    "canonical": tuple(link.encode() for link in _LINKS),
}

PIECES: Sequence[bytes] = (
    b"<div>",
    b"</div>",
    b"<p>",
    b"</p>",
    b"<table><tr><td>",
    b"</table>",
    b"<script>",
    b"</script>",
    b"<!--",
    b"-->",
    b"<![CDATA[",
    b"]]>",
    b"<br/>",
    b"<li>",
    b"<a href='",
    b"<base href='//x'>",
    b"<title>",
    b"<h1>",
    b"<svg>",
    b"<math>",
    b"<template>",
    b"<noscript>",
    b"<frameset>",
    b"<meta charset=gbk>",
    b"<meta charset=utf-7>",
    b"<meta charset='\xff'>",
    b"<?xml version='1.0' encoding='big5'?>",
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    b"\xf0\x9f\x98\x80",
    b"\x1b$B",
    b"&#0;",
    b"&#xD800;",
    b"&#99999999;",
    b"&amp;",
    b"&lt;script&gt;",
    b"&nbsp;",
    b"&bogus;",
    b"<!DOCTYPE",
    b"<!ENTITY a 'b'>",
    b'<script type="application/ld+json">',
    b'{"@graph":[',
    b'"datePublished":',
    b'"headline":null',
    b"[[[[[[",
    b"}}}}",
    b"9e999",
    b"-1",
    b"NaN",
    b"1970-01-01",
    "2026年13月40日 25:61".encode(),
    b"20261122T99",
    b"99999-01-01T00:00:00Z",
    b"Fri, 99 Foo 2026",
    b"0000000000000",
    b"+99:99",
    "来源：".encode(),
    "刚刚".encode(),
    b"http://",
    b"javascript:",
    b"data:,",
    b"//",
    b"..",
    b"%",
    b"%00",
    b"%zz",
    b"?",
    b"#",
    b"@",
    b":99999",
    b"[",
    b"]",
    b"\\",
    b"xn--a",
    "ß.。".encode(),
    "\u202e\u2028".encode(),
    b"A" * 300,
    "，".encode() * 100,
)


def mutated(data: bytes, seed: int, most: int) -> bytes:
    """The data with pieces put in, parts taken out, doubled or nested; at most `most` bytes."""
    made = random.Random(seed)  # noqa: S311  # a fuzzer's dice
    for _ in range(made.randint(1, 4)):
        at = made.randint(0, len(data))
        to = min(len(data), at + made.randint(0, 60))
        piece = made.choice(PIECES)
        data = made.choice(
            (
                data[:at] + piece + data[at:],
                data[:at] + data[to:],
                data[:at] + data[at:to] * made.randint(2, 30) + data[to:],
                data[:at] + piece * made.randint(2, 200) + data[at:],
                data[:at] + piece + data[to:],
            )
        )
    return data[:most]
