"""Schedule, robots.txt, addresses and the text that a message can carry."""

import json

import pytest

from services.crawler.domain.addresses import Opened, forbidden
from services.crawler.domain.robots import KEPT, KEPT_UNREACHABLE, MAX_BYTES, read_robots
from services.crawler.domain.schedule import LONGEST_BACKOFF, pause_after, retry_pause
from services.crawler.domain.text import (
    MAX_CHARACTERS,
    MAX_JSON_BYTES,
    capped,
    has_article,
    one_line,
    plain,
    without_title,
)

pytestmark = pytest.mark.unit


def test_failures_back_off_to_a_bound_and_hosts_are_obeyed() -> None:
    assert [pause_after(60, failures) for failures in (0, 1, 2)] == [60, 120, 240]
    assert pause_after(60, 50) == LONGEST_BACKOFF
    assert pause_after(7200, 3) == 7200
    assert pause_after(60, 1, retry_after=500) == 500
    assert [retry_pause(1, attempts) for attempts in (1, 2, 3)] == [1, 2, 4]
    assert retry_pause(1, 1, retry_after=30) == 30


def test_robots_rules() -> None:
    robots = read_robots(200, b"User-agent: Luming\nDisallow: /private\nCrawl-delay: 7\n\nUser-agent: *\nDisallow: /\n")
    assert robots.allows("https://example.com/news/1", "Luming")
    assert not robots.allows("https://example.com/private/1", "Luming")
    assert not robots.allows("https://example.com/news/1", "Other")
    assert robots.delay("Luming") == 7
    assert robots.kept == KEPT


def test_a_byte_order_mark_voids_no_rule() -> None:
    robots = read_robots(200, b"\xef\xbb\xbfUser-agent: *\nDisallow: /private\n")
    assert not robots.allows("https://example.com/private/1", "Luming")
    assert robots.allows("https://example.com/news/1", "Luming")


@pytest.mark.parametrize("status", [404, 403, 410])
def test_absent_robots_allow(status: int) -> None:
    assert read_robots(status, b"").allows("https://example.com/", "Luming")


@pytest.mark.parametrize("status", [500, 503, 429, 304, 100])
def test_unreachable_robots_forbid_for_a_while(status: int) -> None:
    robots = read_robots(status, b"")
    assert not robots.allows("https://example.com/", "Luming")
    assert robots.kept == KEPT_UNREACHABLE


def test_what_follows_the_first_part_of_robots_is_ignored() -> None:
    body = b"User-agent: *\n" + b"# padding\n" * (MAX_BYTES // 10) + b"Disallow: /\n"
    assert read_robots(200, body).allows("https://example.com/", "Luming")
    assert read_robots(200, bytes(range(256))).allows("https://example.com/", "Luming")


INSIDE = [
    "127.0.0.1", "127.255.1.1", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "0.0.0.0", "::",
    "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.100.100.200", "::ffff:100.64.0.1", "192.0.0.192",
    "198.18.0.1", "224.0.0.1", "255.255.255.255", "fd00::1", "fe80::1%eth0", "fec0::1", "ff02::1", "2001:db8::1",
    "::10.0.0.1", "::ffff:0:127.0.0.1", "::ffff:0:8.8.8.8", "5f00::1", "3fff::1", "64:ff9b:1::1", "nonsense",
    "168.63.129.16", "::ffff:168.63.129.16",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_no_request_goes_inside(address: str) -> None:
    assert forbidden(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"])
def test_the_public_internet_is_open(address: str) -> None:
    assert not forbidden(address)


def test_the_demo_reaches_this_machine_and_no_other_inside() -> None:
    assert [address for address in INSIDE if not forbidden(address, Opened(loopback=True))] == [
        "127.0.0.1", "127.255.1.1", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
    ]  # fmt: skip


def test_text_loses_what_the_database_refuses() -> None:
    assert plain("a\x00b\ud800c\td\n\x1be") == "abc\td\ne"
    assert one_line(" a \n b\x00 ", 3) == "a b"


def test_five_megabytes_are_cut_and_said() -> None:
    kept, note = capped(["阿" * 1000] * 5000)
    assert sum(map(len, kept)) == MAX_CHARACTERS
    assert note == "cut to 200,000 characters"


@pytest.mark.parametrize("paragraph", ["😀" * 500, '"\\' * 400, "a"])
def test_a_message_stays_below_its_size(paragraph: str) -> None:
    kept, _ = capped([paragraph] * 400_000)
    assert len(json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()) <= MAX_JSON_BYTES + 2


@pytest.mark.parametrize(
    ("paragraphs", "article"),
    [
        (["阿里健康今日公布了中期业绩。"], True),
        (["He said: “We will appeal the decision of the court.”"], True),
        (["港股异动 " + "阿里健康涨超百分之五" * 6], True),
        (["2026-11-20 14:06 某某快讯", "延伸阅读", "版权所有 / all rights reserved"], False),
        (["图。"], False),
        ([], False),
    ],
)
def test_a_byline_and_a_footer_are_no_article(paragraphs: list[str], article: bool) -> None:
    assert has_article(paragraphs) is article


def test_short_text_is_kept_whole() -> None:
    assert capped(["一", " ", "", "二 "]) == (("一", "二"), "")


@pytest.mark.parametrize(
    ("paragraphs", "kept"),
    [
        (("鹿城医院 上线", "正文。"), ("正文。",)),
        (("正文。", "鹿城医院 上线"), ("正文。", "鹿城医院 上线")),
        (("鹿城医院 上线",), ("鹿城医院 上线",)),
        ((), ()),
    ],
)
def test_a_first_paragraph_that_repeats_the_title_is_left_out(
    paragraphs: tuple[str, ...], kept: tuple[str, ...]
) -> None:
    assert without_title("鹿城医院  上线", paragraphs) == kept
