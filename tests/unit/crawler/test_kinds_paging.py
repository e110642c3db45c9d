"""Kinds that read on: pages, cursors, words, and the past."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest

from services.crawler.domain.source import Listed, Parsed, Request, Source, SourcePage, WithHistory
from services.crawler.sources.definition import Setup
from services.crawler.sources.kinds import feed, json_api, listing, sitemap
from services.crawler.sources.registry import Plugin

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SITE = "https://example.com"
ROWS: dict[str, object] = {"items": "list", "link": "https://example.com/{id}", "title": "name", "published": "at"}


def made(kind: str, address: str, **options: object) -> Source:
    module = {"feed": feed, "json_api": json_api, "listing": listing, "sitemap": sitemap}[kind]
    plugin: Plugin = module.PLUGIN
    return plugin.build(Setup(address, ZoneInfo("UTC"), plugin.options.model_validate(options), {}))


def read(
    source: Source, answer: Callable[[Request], bytes], since: datetime | None = None, most: int = 90
) -> tuple[list[Request], list[Listed]]:
    """All that the source asks and lists; with `since` of its past."""
    if since is None:
        waiting: list[Request] = list(source.start({}, NOW))
    else:
        assert isinstance(source, WithHistory)
        waiting = list(source.history(since, NOW))
    asked, items = list[Request](), list[Listed]()
    while waiting:
        asked.append(waiting.pop(0))
        assert len(asked) <= most, "it goes in a circle"
        parsed: Parsed = source.parse(SourcePage(asked[-1], asked[-1].address, answer(asked[-1]), NOW))
        waiting += parsed.requests
        items += parsed.items
    return asked, items


def day(number: int) -> str:
    """The date `number` days before now."""
    return (NOW - timedelta(days=number)).strftime("%Y-%m-%d %H:%M")


def rows(numbers: Sequence[int], **top: object) -> bytes:
    return json.dumps({**top, "list": [{"id": one, "name": f"第{one}条", "at": day(one)} for one in numbers]}).encode()


def asked_for(request: Request, name: str = "p") -> int:
    return int(parse_qs(urlsplit(request.address).query)[name][0])


def ten_a_page(request: Request) -> bytes:
    first = (asked_for(request) - 1) * 10
    return rows(range(first, min(first + 10, 95)))


def test_a_poll_reads_as_many_pages_as_it_is_told() -> None:
    asked, items = read(made("json_api", f"{SITE}/api?p={{page}}", pages=3, **ROWS), ten_a_page)
    assert [asked_for(request) for request in asked] == [1, 2, 3]
    assert [request.step for request in asked] == ["", "more", "more"]
    assert len(items) == 30


def test_history_pages_on_until_a_page_is_wholly_older() -> None:
    source = made("json_api", f"{SITE}/api?p={{page}}", **ROWS)
    asked, items = read(source, ten_a_page, since=NOW - timedelta(days=25))
    assert [asked_for(request) for request in asked] == [1, 2, 3, 4]
    assert len(items) == 26
    assert not any(request.conditional for request in asked)


def test_a_pinned_old_item_does_not_end_the_way_back() -> None:
    def pinned(request: Request) -> bytes:
        first = (asked_for(request) - 1) * 3
        return rows([400, *range(first, first + 3)])

    _, items = read(made("json_api", f"{SITE}/api?p={{page}}", **ROWS), pinned, since=NOW - timedelta(days=6))
    assert [item.address for item in items] == [f"{SITE}/{one}" for one in range(7)]


def test_a_site_that_repeats_its_last_page_is_asked_once_more_only() -> None:
    source = made("json_api", f"{SITE}/api?p={{page}}", pages=9, **ROWS)
    asked, _ = read(source, lambda request: rows(range(5)))
    assert len(asked) == 2


@pytest.mark.parametrize("empty", [b'{"list": []}', b'{"list": null}', b"{}"])
def test_what_is_past_the_end_is_no_fault(empty: bytes) -> None:
    source = made("json_api", f"{SITE}/api?p={{page}}", pages=9, **ROWS)
    asked, items = read(source, lambda request: rows([1, 2]) if asked_for(request) == 1 else empty)
    assert (len(asked), len(items)) == (2, 2)


def test_history_has_an_end_even_where_nothing_is_dated() -> None:
    source = made("json_api", f"{SITE}/api?p={{page}}", history_pages=7, **{**ROWS, "published": None})
    asked, _ = read(source, lambda request: rows([asked_for(request)]), since=NOW)
    assert len(asked) == 7


def test_offsets_count_items() -> None:
    source = made("json_api", f"{SITE}/api?p={{page}}", pages=3, first_page=0, page_step=20, **ROWS)
    asked, _ = read(source, lambda request: rows([asked_for(request)]))
    assert [asked_for(request) for request in asked] == [0, 20, 40]


def test_a_cursor_goes_from_each_answer_into_the_next_question() -> None:
    body = '{"after": "{cursor}", "now": {now_ms}}'
    source = made("json_api", f"{SITE}/api", method="POST", body=body, cursor="list.-1.id", pages=9, **ROWS)
    answers = {"": [9, 8], "8": [7, 6], "6": []}
    asked, items = read(source, lambda request: rows(answers[json.loads(request.body or b"")["after"]]))
    assert [json.loads(request.body or b"")["after"] for request in asked] == ["", "8", "6"]
    assert json.loads(asked[0].body or b"")["now"] == 1_795_348_800_000
    assert len(items) == 4


def test_the_next_page_may_be_named_by_the_answer() -> None:
    source = made("json_api", f"{SITE}/api", next="meta.next", pages=9, **ROWS)
    ways: Mapping[str, str] = {f"{SITE}/api": "/api?t=2", f"{SITE}/api?t=2": ""}
    asked, _ = read(source, lambda request: rows([len(request.address)], meta={"next": ways[request.address]}))
    assert [request.address for request in asked] == list(ways)


@pytest.mark.parametrize(
    ("address", "body", "expected"),
    [
        (f"{SITE}/s?q={{word}}&p={{page}}", None, f"{SITE}/s?q=%E9%98%BF%20%22%26&p=1"),
        (f"{SITE}/s", '{"q": "{word}", "page": {page}}', '{"q": "阿 \\"&", "page": 1}'),
        (f"{SITE}/s", "q={word}&page={page}", "q=%E9%98%BF%20%22%26&page=1"),
    ],
)
def test_a_word_is_escaped_where_it_stands(address: str, body: str | None, expected: str) -> None:
    method = "POST" if body else "GET"
    source = made("json_api", address, words=('阿 "&', "b"), body=body, method=method, pages=2, **ROWS)
    first, second = source.start({}, NOW)
    assert (first.body.decode() if first.body else first.address) == expected
    further = source.parse(SourcePage(second, second.address, rows([1]), NOW)).requests[0]
    assert further.carry["word"] == "b"
    assert (further.body or further.address.encode()) != (second.body or second.address.encode())


@pytest.mark.parametrize(
    ("kind", "address", "options", "says"),
    [
        ("json_api", f"{SITE}/s", {"words": ("a",), **ROWS}, "{word}"),
        ("json_api", f"{SITE}/s?q={{word}}", ROWS, "`words`"),
        ("json_api", f"{SITE}/s?q={{cursor}}", ROWS, "`cursor`"),
        ("json_api", f"{SITE}/s", {"pages": 2, **ROWS}, "{page}"),
        ("json_api", f"{SITE}/s", {"body": "a", **ROWS}, "POST"),
        ("json_api", f"{SITE}/{{word}}/{{page}}", {"words": ("a", "b", "c"), "pages": 7, **ROWS}, "21 questions"),
        ("listing", SITE, {"items": "li", "pages": 2}, "`next`"),
        ("listing", SITE, {"items": "li", "page_address": f"{SITE}/2"}, "{page}"),
        ("feed", SITE, {"page_address": f"{SITE}/2"}, "{page}"),
    ],
)
def test_options_that_do_not_fit_together_are_refused(
    kind: str, address: str, options: dict[str, object], says: str
) -> None:
    with pytest.raises(ValueError, match=says.replace("{", r"\{")):
        made(kind, address, **options)


def page(numbers: Sequence[int], following: str = "") -> bytes:
    items = "".join(f'<li><a href="/{one}.html">第{one}条</a><span>{day(one)}</span></li>' for one in numbers)
    return f'<ul class="news">{items}</ul><a class="next" href="{following}">下一页</a>'.encode()


def test_a_listing_follows_its_link_to_the_next_page() -> None:
    source = made("listing", f"{SITE}/n/", items="ul.news > li", date="span", next="a.next", pages=9)
    pages = {f"{SITE}/n/": page([1, 2], "2.html"), f"{SITE}/n/2.html": page([3], "javascript:void(0)")}
    asked, items = read(source, lambda request: pages[request.address])
    assert [request.address for request in asked] == list(pages)
    assert len(items) == 3


def test_a_listing_counts_its_pages_and_reads_back() -> None:
    options = {"items": "ul.news > li", "date": "span", "page_address": f"{SITE}/n/index_{{page}}.html"}
    source = made("listing", f"{SITE}/n/", second_page=1, **options)
    pages = {f"{SITE}/n/": [1, 2], f"{SITE}/n/index_1.html": [3, 4], f"{SITE}/n/index_2.html": [5, 6]}
    asked, items = read(source, lambda request: page(pages[request.address]), since=NOW - timedelta(days=4))
    assert [request.address for request in asked] == list(pages)
    assert len(items) == 4


def test_a_listing_that_is_empty_past_its_end_is_no_fault() -> None:
    source = made("listing", SITE, items="li", page_address=f"{SITE}/{{page}}", pages=4)
    asked, _ = read(source, lambda request: page([1]) if request.step == "" else b"<p>No more</p>")
    assert len(asked) == 2


def rss(numbers: Sequence[int], relation: str = "", older: str = "") -> bytes:
    items = "".join(
        f"<item><title>{one}</title><link>{SITE}/{one}</link><pubDate>"
        f"{(NOW - timedelta(days=one)).strftime('%a, %d %b %Y %H:%M:%S')} +0000</pubDate></item>"
        for one in numbers
    )
    link = f'<atom:link rel="{relation}" href="{older}"/>' if older else ""
    head = '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
    return f"{head}<title>t</title>{link}{items}</channel></rss>".encode()


@pytest.mark.parametrize("relation", ["next", "prev-archive"])
def test_a_feeds_archive_is_read_back(relation: str) -> None:
    feeds = {"/f": rss([0, 1], relation, "/f2"), "/f2": rss([2, 3], relation, "/f3"), "/f3": rss([9], relation, "/f4")}
    source = made("feed", f"{SITE}/f")
    answer = lambda request: feeds[urlsplit(request.address).path]  # noqa: E731  # one line of a test
    assert len(read(source, answer)[0]) == 1
    asked, items = read(source, answer, since=NOW - timedelta(days=3))
    assert [urlsplit(request.address).path for request in asked] == list(feeds)
    assert [item.title for item in items] == ["0", "1", "2", "3"]


def test_a_feed_of_numbered_pages_is_read_back() -> None:
    source = made("feed", f"{SITE}/feed/", page_address=f"{SITE}/feed/?paged={{page}}")
    asked, _ = read(source, lambda request: rss([len(request.carry)]) if request.step else rss([0]), since=NOW)
    assert [request.address for request in asked] == [f"{SITE}/feed/", f"{SITE}/feed/?paged=2"]


def urls(kind: str, numbers: Sequence[int], path: str) -> bytes:
    child = {"urlset": "url", "sitemapindex": "sitemap"}[kind]
    entries = "".join(
        f"<{child}><loc>{SITE}/{path}{one}</loc><lastmod>{(NOW - timedelta(days=one)).date()}</lastmod></{child}>"
        for one in numbers
    )
    return f'<{kind} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</{kind}>'.encode()


def test_a_sitemaps_past_is_read_by_the_time_of_change() -> None:
    def answer(request: Request) -> bytes:
        return urls("urlset", range(30), "a/") if request.step else urls("sitemapindex", [1, 8, 40], "s/")

    source = made("sitemap", f"{SITE}/sitemap.xml", max_children=1, max_items=5)
    assert [len(part) for part in read(source, answer)] == [2, 5]
    asked, items = read(source, answer, since=NOW - timedelta(days=10))
    assert [request.address for request in asked[1:]] == [f"{SITE}/s/1", f"{SITE}/s/8"]
    assert len(items) == 2 * 11
