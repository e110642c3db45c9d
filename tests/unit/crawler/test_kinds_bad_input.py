"""What is wrong with an answer is said in words, at once, and an odd item does not take the good ones with it."""

import gzip
import json
import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from services.crawler.domain.dates import believable
from services.crawler.domain.source import Parsed, Request, SourcePage
from services.crawler.sources.definition import Setup
from services.crawler.sources.registry import plugins
from shared.errors import PermanentError

pytestmark = pytest.mark.unit

ADDRESS = "https://example.com/list/"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
OPTIONS: dict[str, dict[str, object]] = {
    "feed": {},
    "sitemap": {},
    "listing": {"items": "li", "date": "span"},
    "json_api": {"items": "list", "link": "url", "title": "title", "published": "at"},
}
URLSET = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'


def parsed(kind: str, body: str | bytes, charset: str | None = None) -> Parsed:
    plugin = plugins()[kind]
    source = plugin.build(Setup(ADDRESS, ZoneInfo("UTC"), plugin.options.model_validate(OPTIONS[kind]), {}))
    data = body.encode() if isinstance(body, str) else body
    began = time.process_time()
    try:
        return source.parse(SourcePage(Request(ADDRESS), ADDRESS, data, NOW, charset))
    finally:
        assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("kind", "body", "cause"),
    [
        ("feed", b"", "no feed"),
        ("feed", b"plain words", "no feed: "),
        ("feed", b"<html><body><h1>Forbidden</h1></body></html>", "no feed: "),
        ("feed", b'<rss version="2.0"><channel>' + b"<a>" * 100_000, "nested more than 500 deep"),
        ("feed", b'<rss version="2.0"><channel><item>' + b"<a/>" * 300_000, "more than 6000 elements"),
        ("feed", b'<!DOCTYPE r [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><rss version="2.0"/>', "entities"),
        ("feed", '<?xml version="1.0"?><!ENTITY a "b"><rss version="2.0"/>'.encode("utf-16"), "entities"),
        ("sitemap", b"", "no XML: no element found"),
        ("sitemap", b"<urlset><url><loc>https://exa", "no XML: "),
        ("sitemap", b"<rss/>", "the document is a <rss>"),
        ("sitemap", b'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><urlset>&a;</urlset>', "entities"),
        ("sitemap", gzip.compress(b"<urlset>" + b" " * 51_000_000), "larger than 50 MB"),
        ("sitemap", b"\x1f\x8bnothing", "no gzip"),
        ("sitemap", b"<urlset>" + b"<u/>" * 1_000_001 + b"</urlset>", "more than 1,000,000 tags"),
        ("sitemap", b"<urlset " + b"a='' " * 500_001 + b"/>", "500,000 attributes"),
        ("listing", b"", "nothing matches the selector `li`"),
        ("listing", b"<div><p>Access denied</p></div>", "the page has changed"),
        ("listing", b"<ul><li>no link</li><li>none either</li></ul>", "no link at"),
        ("listing", b"<?xml version='1.0'?><rss/>", "an XML document"),
        ("listing", b"<b>" * 50_000, "nested 50000 deep"),
        ("listing", b"<custom-tag>" * 50_000, "nested 50000 deep"),
        ("listing", b"\0" * 100_000, "nothing matches"),
        ("json_api", b"", "no JSON: Expecting value"),
        ("json_api", b"<html><title>403</title>", "begins with '<html><title>403</title>'"),
        ("json_api", b'{"list": [{"url": "https', "no JSON: Unterminated string"),
        ("json_api", b'{"list": {"0": 1}}', "no list at `list` of the answer but dict"),
        ("json_api", b'{"code": 403, "message": "sign error"}', "but NoneType"),
        ("json_api", b'{"list": [{"href": "/1"}]}', "no item of `list` has a link at `url`"),
        ("json_api", b'{"list":' * 50_000, "no JSON: "),
        ("json_api", b"\0\0\0\0", "no JSON: "),
    ],
)
def test_the_error_names_the_cause(kind: str, body: bytes, cause: str) -> None:
    with pytest.raises(PermanentError) as caught:
        parsed(kind, body)
    assert cause in str(caught.value)
    assert len(str(caught.value)) < 400


def of_kind(kind: str, rows: list[tuple[str, str]]) -> str:
    """A listing of the kind with links and times."""
    if kind == "json_api":
        return json.dumps({"list": [{"url": link, "title": "题", "at": at} for link, at in rows]})
    if kind == "feed":
        items = (f"<item><title>题</title><link>{link}</link><pubDate>{at}</pubDate></item>" for link, at in rows)
        return f'<rss version="2.0"><channel><title>t</title>{"".join(items)}</channel></rss>'
    if kind == "sitemap":
        entries = (f"<url><loc>{link}</loc><lastmod>{at}</lastmod></url>" for link, at in rows)
        return f"{URLSET}{''.join(entries)}</urlset>"
    return (
        f"<ul>{''.join(f'<li><a href={chr(34)}{link}{chr(34)}>题</a><span>{at}</span></li>' for link, at in rows)}</ul>"
    )


@pytest.mark.parametrize("kind", OPTIONS)
def test_relative_links_are_made_absolute_and_items_without_one_are_counted(kind: str) -> None:
    found = parsed(kind, of_kind(kind, [("../a/1.html", ""), ("", ""), ("javascript:void(0)", ""), ("2.html", "")]))
    assert {item.address for item in found.items} == {"https://example.com/a/1.html", f"{ADDRESS}2.html"}
    assert found.dropped == 2


@pytest.mark.parametrize("kind", OPTIONS)
def test_a_time_that_cannot_be_true_is_no_time(kind: str) -> None:
    rows = [("/1", "1970-01-01T00:00:00Z"), ("/2", "2099-01-01T00:00:00Z"), ("/3", "0000-00-00"), ("/4", "gestern")]
    items = {item.address[-1]: item for item in parsed(kind, of_kind(kind, rows)).items}
    assert set(items) == {"1", "2", "3", "4"}
    assert [believable(item.published, NOW) for item in items.values()] == [None] * 4


@pytest.mark.parametrize("kind", OPTIONS)
def test_ten_thousand_items_are_cut_and_counted(kind: str) -> None:
    found = parsed(kind, of_kind(kind, [(f"/{number}", "2026-11-20T08:00:00Z") for number in range(10_000)]))
    assert len(found.items) == 200
    # A listing looks at the first thousand boxes only: selecting costs by their number.
    assert found.dropped == (800 if kind == "listing" else 9_800)


@pytest.mark.parametrize("kind", ["listing", "json_api"])
@pytest.mark.parametrize(
    ("encoding", "charset"),
    [
        ("gb18030", None),
        ("gb18030", "utf-8"),
        ("utf-8", "gbk"),
        ("utf-8", "no-such"),
        ("big5", "big5"),
        ("utf-16", None),
    ],
)
def test_a_wrong_or_missing_charset_is_seen_through(kind: str, encoding: str, charset: str | None) -> None:
    body = of_kind(kind, [("/1", "2026-11-20")]).replace("\\u9898", "題")
    (item,) = parsed(
        kind, body.replace("题", "互聯網醫院管理辦法").replace("題", "互聯網醫院管理辦法").encode(encoding), charset
    ).items
    assert item.title == "互聯網醫院管理辦法"


def test_html_without_end_and_with_null_bytes_gives_what_it_has() -> None:
    body = "<ul><li><a href='/1'>一\0条</a><li><a href=/2>二条" + "<!-- " + "x" * 200_000
    assert [item.address for item in parsed("listing", body).items] == [
        "https://example.com/1",
        "https://example.com/2",
    ]


def test_a_truncated_feed_gives_the_items_it_has_whole() -> None:
    body = of_kind("feed", [("/1", ""), ("/2", ""), ("/3", "")])
    found = parsed("feed", body[: body.index("/3")])
    assert [item.address[-1] for item in found.items][:2] == ["1", "2"]
