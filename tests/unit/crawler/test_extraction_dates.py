"""Which of a page's dates is the article's own."""

from datetime import date

import pytest

from services.crawler.domain.extraction import extract
from tests.unit.crawler.test_extraction import ENGLISH, PARAGRAPHS, page

pytestmark = pytest.mark.unit


def day(html: str, address: str | None = None) -> date | None:
    found = extract(html.encode(), address)
    return found.published.date() if found.published else None


@pytest.mark.parametrize(
    ("head", "line", "expected"),
    [
        ('<meta property="og:locale" content="en_GB">', "Lin Xiaolu - 12/03/2031", date(2031, 3, 12)),
        ('<meta property="og:locale" content="en_US">', "Lin Xiaolu - 12/03/2031", date(2031, 12, 3)),
        ("", "Lin Xiaolu - 12/03/2031", date(2031, 12, 3)),
        ("", "Lin Xiaolu - 22/03/2031", date(2031, 3, 22)),
        ("", "By Lin XiaoluMarch 4, 2031Updated:March 8, 2031", date(2031, 3, 4)),
        ("", "Published 4th of March 2031, last updated on 8 March 2031", date(2031, 3, 4)),
        ("", "Last updated: 8 March 2031", date(2031, 3, 8)),
    ],
)
def test_english_dates_in_text_alone(head: str, line: str, expected: date) -> None:
    assert day(page(ENGLISH, head, line, "Online hospital signs partners")) == expected


def test_the_country_of_the_pages_own_tag_goes_before_og_locale() -> None:
    head = '<meta property="og:locale" content="fr_FR">'
    html = page(ENGLISH, head, "12/03/2031", "Online hospital signs").replace("<html>", '<html lang="en-US">')
    assert day(html) == date(2031, 12, 3)


def test_a_date_under_the_headline_counts_however_far_the_text_begins() -> None:
    gap = "".join(f"<div>看点{number}</div>" for number in range(20))
    html = page(PARAGRAPHS, line=f"时间：2031.03.04{gap}").replace("</body>", "<p>2031-02-11 专访</p></body>")
    assert day(html) == date(2031, 3, 4)


def test_a_date_behind_a_short_text_is_not_its_own() -> None:
    html = page(PARAGRAPHS[:2], line="2031-03-04").replace('<div class="related">', "<p>2031-02-11 08:00</p><div>")
    assert day(html) == date(2031, 3, 4)


def test_the_day_in_the_address_is_believed_with_the_time_that_the_page_shows() -> None:
    html = page(PARAGRAPHS, line="2031-03-04 09:30").replace(MARK, f"{MARK}<p>发布时间：2031-02-11 08:00</p>")
    found = extract(html.encode(), "https://news.example.cn/2031/0304/c14-1.html")
    assert found.published is not None
    assert found.published.isoformat() == "2031-03-04T09:30:00+08:00"


MARK = "<h1>鹿城互联网医院与三家医院签约</h1>"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ('window.state = {"article": {"publishedAt": "2031-03-04T10:05:00+08:00"}};', date(2031, 3, 4)),
        ("var pagepubtime = '2031-03-04';", date(2031, 3, 4)),
        ('{\\"publish_time\\": 1930356300}', date(2031, 3, 4)),
        ('[{"publishedAt": "2031-03-04"}, {"publishedAt": "2031-03-04"}]', date(2031, 3, 4)),
        ('[{"publishedAt": "2031-03-04"}, {"publishedAt": "2031-02-11"}]', None),
        ('{"updatedAt": "2031-03-04"}', None),
    ],
)
def test_the_one_day_that_scripts_call_publication_dates_a_page_that_shows_none(
    script: str, expected: date | None
) -> None:
    assert day(page(PARAGRAPHS, f"<script>{script}</script>")) == expected


def test_what_the_page_shows_goes_before_its_scripts() -> None:
    script = '<script>{"publishedAt": "2031-02-11"}</script>'
    assert day(page(PARAGRAPHS, script, "2031-03-04 10:05")) == date(2031, 3, 4)
