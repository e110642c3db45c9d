"""The canary's articles: let through, dated, never taken for reprints; the site serves those of the last day."""

from datetime import timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest

from services.crawler.canary_site import CanarySite
from services.crawler.domain.canary import EPOCH, SHOWN, article_at, feed, number_at
from services.crawler.domain.extraction import extract
from services.crawler.domain.fingerprint import units
from services.crawler.domain.likeness import compare
from shared.watch import Watcher, load_watchlist

pytestmark = pytest.mark.unit

NOW = EPOCH + timedelta(hours=7812, minutes=20)


def page(number: int) -> bytes:
    found = article_at(f"/hours/{number}.html", EPOCH + timedelta(hours=number))
    assert found is not None
    return found


def test_an_article_is_read_with_title_text_and_date() -> None:
    article = extract(page(7812), "https://canary.example/hours/7812.html", ())
    assert "7812" in article.title
    assert "没有发生任何事情" in "".join(article.paragraphs)
    assert article.published_at is not None
    assert article.published_at.at == EPOCH + timedelta(hours=7812)


def test_the_watchlist_lets_it_through() -> None:
    watcher = Watcher(load_watchlist(Path("config/watchlist.yaml")))
    article = extract(page(7812), "https://canary.example/hours/7812.html", ())
    assert watcher.match(article.title, article.paragraphs).concerns


@pytest.mark.parametrize("later", [1, 2, 8, 24, 188])
def test_no_article_is_a_reprint_of_another(later: int) -> None:
    texts = [units("\n".join(extract(page(number), None, ()).paragraphs)) for number in (7812, 7812 + later)]
    assert compare(*texts).kind == "revised"


def test_the_feed_lists_the_last_hours_and_nothing_else_is_served() -> None:
    newest = number_at(NOW)
    listed = feed("https://canary.example", NOW).decode()
    assert listed.count("<item>") == SHOWN
    assert f"/hours/{newest}.html" in listed
    for path in (f"/hours/{newest + 1}.html", f"/hours/{newest - SHOWN}.html", "/hours/x.html", "/", "/robots.txt"):
        assert article_at(path, NOW) is None


@pytest.mark.enable_socket
def test_the_site_answers_on_this_machine() -> None:
    site = CanarySite("127.0.0.1", 0)
    base = f"http://127.0.0.1:{site.port}"
    try:
        listed = urlopen(f"{base}/feed.xml", timeout=5).read().decode()
        link = listed.partition("<item>")[2].partition("<link>")[2].partition("</link>")[0]
        assert link.startswith(base)
        assert "鹿鸣" in urlopen(link, timeout=5).read().decode()
        assert urlopen(f"{base}/healthz", timeout=5).status == 200
    finally:
        site.close()
