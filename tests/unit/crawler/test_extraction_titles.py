"""Which of a page's texts is its title, and in which writing."""

import time

import pytest

from services.crawler.domain.extraction import extract
from services.crawler.domain.extraction.title import WEIGHTS, weights
from tests.unit.crawler.test_extraction import ENGLISH, PARAGRAPHS
from tests.unit.crawler.test_extraction_bounds import LIMIT

pytestmark = pytest.mark.unit


SIGNS = "Hospital signs partners"
SIGNED = "互联网医院签约三家医院"


def title_of(head: str, heading: str, paragraphs: tuple[str, ...] = ENGLISH) -> str:
    article = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    html = f"<html><head>{head}</head><body><div><a href='/'>Home</a></div>{heading}<div>{article}</div></body></html>"
    return extract(html.encode(), None).title


def head(title: str, stated: str = "", site: str = "") -> str:
    named = f"<meta property='og:site_name' content='{site}'>" if site else ""
    return f"<title>{title}</title>{named}" + (f"<meta property='og:title' content=\"{stated}\">" if stated else "")


@pytest.mark.parametrize(
    ("told", "heading", "title"),
    [
        (head(f"{SIGNS} | Deer City News"), f"<h1>{SIGNS}</h1>", SIGNS),
        (head(f"{SIGNS} | Deer City News", site="Deer City News"), "", SIGNS),
        (head(f"Deer City News: {SIGNS}", SIGNS), "<h1>Deer City News</h1>", SIGNS),
        (
            head("Hospital partners guide | News", "Hospital partners guide"),
            f"<h1>{SIGNS} in April</h1>",
            f"{SIGNS} in April",
        ),
        (head(SIGNS, SIGNS), f"<h1><span>Health care</span> <span>{SIGNS}</span></h1>", SIGNS),
        (
            head(f"{SIGNS} – News", "Hospital signs ‘partners’"),
            "<h1>HOSPITAL SIGNS 'PARTNERS'</h1>",
            "Hospital signs ‘partners’",
        ),
        (head(SIGNS, site=SIGNS), f"<h1>{SIGNS}</h1>", SIGNS),
        (head(f"{SIGNS} | News", SIGNS), f"<h1>Health centre</h1><h2>{SIGNS}</h2><h2>Most read</h2>", SIGNS),
        (
            "<title>Deer City</title><link rel=canonical href='https://a.example/2031/hospital-signs-partners.html'>",
            f"<h1>All the topics today</h1><h1>{SIGNS}</h1>",
            SIGNS,
        ),
        (head("AT&amp;amp;T signs hospital - News"), "<h2>AT&amp;T signs hospital</h2>", "AT&T signs hospital"),
        (head("Deer City") + f"<meta name='sailthru.title' content='{SIGNS}'>", "<h3>Health</h3>", SIGNS),
        (head("Deer City"), f"<h1>Sign up</h1><h1>Related stories:</h1><h2>{SIGNS}</h2>", SIGNS),
        (head(f"{SIGNS} | Deer City"), f"<h1>{SIGNS} <span>241</span></h1>", SIGNS),
        (head(f"{SIGNS} 2031 | Deer City"), f"<h1>{SIGNS} <b>2031</b></h1>", f"{SIGNS} 2031"),
        (head(f"{SIGNS} – "), "<h3>Health</h3>", SIGNS),
        (head("Deer City"), "<h1><span>Why it doesn’t<br>sign</span> partners</h1>", "Why it doesn’t sign partners"),
        (head("Hospital signs part\u00adners"), "<h3>Health</h3>", SIGNS),
        (
            head("Hospital signs ‘partners’ | Deer City", "Hospital signs 'partners'"),
            "<h1>Hospital signs ‘partners’</h1>",
            "Hospital signs ‘partners’",
        ),
    ],
)
def test_the_headline_is_told_from_the_sites_name_and_from_other_headings(told: str, heading: str, title: str) -> None:
    assert title_of(told, heading) == title


def test_the_address_that_a_page_was_fetched_from_tells_its_headline() -> None:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in ENGLISH)
    html = f"<title>Deer City</title><h1>All the topics today</h1><h1>{SIGNS}</h1>{text}"
    assert extract(html.encode(), "https://a.example/2031/hospital-signs-partners.html").title == SIGNS


def test_of_two_titles_that_repeat_the_address_the_one_without_more_words_is_the_title() -> None:
    link = "<link rel=canonical href='https://a.example/hospital-signs-three-partners'>"
    lines = ("Hospital signs three partners and more, as we hear", "Hospital signs three partners")
    shown = "".join(f"<div itemprop=headline>{line}</div>" for line in lines)
    assert title_of(head("Deer City") + link, shown) == lines[1]


@pytest.mark.parametrize(
    ("told", "heading", "title"),
    [
        (head(f"{SIGNED}_健康频道_鹿城网"), "", SIGNED),
        (head(f"{SIGNED}－鹿城日报"), "", SIGNED),
        (head(f"{SIGNED} - 鹿城市人民政府门户网站"), f"<h1>鹿城市人民政府网站</h1><h2>{SIGNED}</h2>", SIGNED),
        (head("鹿城新闻网"), f'<div class="article-title">{SIGNED}</div>', SIGNED),
        (head("互联网医院“签约”_鹿城网"), "<h1>互联网医院「签约」</h1>", "互联网医院「签约」"),
        (head(f"{SIGNED}首批两个病种_鹿城网"), f"<h1><p>{SIGNED}</p><p>首批两个病种</p></h1>", f"{SIGNED}首批两个病种"),
        (head(f"{SIGNED}：首批两个病种-健康-鹿城网"), "<h3>热门</h3>", f"{SIGNED}：首批两个病种"),
        (head("鹿城市卫生局 政策法规") + f"<meta name='ArticleTitle' content='{SIGNED}'>", "<h3>政策法规</h3>", SIGNED),
        (head(""), f"<h1>鹿城人的博客</h1><h2>{SIGNED}</h2><h3>友情链接</h3>", SIGNED),
        (head(""), f"<h2>友情链接</h2><h2>{SIGNED}</h2>", SIGNED),
        (head(f"{SIGNED}_鹿城"), f"<h1>{SIGNED}<em>36</em></h1>", SIGNED),
    ],
)
def test_chinese_headlines_are_found_without_a_heading_too(told: str, heading: str, title: str) -> None:
    assert title_of(told, heading, PARAGRAPHS) == title


def test_a_page_without_any_title_has_none() -> None:
    assert title_of("", "") == ""


def test_the_weights_are_the_ones_that_training_wrote() -> None:
    assert WEIGHTS.is_file()
    known = weights()
    assert known["h1"] + known["the only h1"] > known["h2"] + known["h2 without h1"]
    assert known["h1 like the title"] > known["h1 far from the title"]
    assert known["like the address"] > known["unlike the address"]
    assert known["site's name"] < 0


@pytest.mark.parametrize(
    "html",
    [
        b"<h1>" * 50_000 + b"x",
        b"<h1>word </h1>" * 60_000,
        b'<div itemprop="headline">' * 50_000 + b"x",
        b'<b itemprop="author" class="author byline title">x</b>' * 50_000,
        b"<title>" + b"a - b: c | " * 100_000 + b"</title><h1>a - b: c |</h1>",
        b'<meta property="og:title" content="' + b" | x" * 200_000 + b'">',
        b"<script>" + b'"publishpublish=' * 200_000 + b"</script><p>2031",
        b"<script>" + b'"publishedAt": "2031-03-04 ' * 50_000 + b"</script><p>text",
    ],
)
def test_hostile_titles_and_marks_end_in_time(html: bytes) -> None:
    begun = time.process_time()
    found = extract(html, "https://example.org/")
    assert time.process_time() - begun < LIMIT
    assert len(found.title) <= 400
