"""Every site that extraction knows by rule, read from a page written here in the documented shape."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from services.crawler.domain.extraction import extract
from services.crawler.domain.extraction.page import parse
from services.crawler.domain.extraction.ruled import read_by
from services.crawler.domain.extraction.rules import SiteRule
from services.crawler.domain.extraction.sites import SITES

pytestmark = pytest.mark.contract

FOLDER = Path(__file__).parents[1] / "fixtures" / "sites"
RULES = {rule.hosts[0]: rule for rule in SITES}


def test_every_rule_has_its_page_and_every_page_its_rule() -> None:
    assert {folder.name for folder in FOLDER.iterdir() if folder.is_dir()} == set(RULES)
    hosts = [host for rule in SITES for host in rule.hosts]
    assert len(hosts) == len(set(hosts)), "two rules for one host"


@pytest.mark.parametrize("site", RULES)
def test_a_page_in_the_documented_shape_is_read(site: str) -> None:
    expected = json.loads((FOLDER / site / "expected.json").read_text("utf-8"))
    found = extract((FOLDER / site / "page.html").read_bytes(), expected["address"])
    assert found.title == expected["title"]
    assert list(found.paragraphs) == expected["paragraphs"]
    assert found.published == datetime.fromisoformat(expected["published"])
    assert found.precision == expected["precision"]
    assert found.author == expected["author"]
    assert found.outlet == expected["outlet"]


@pytest.mark.parametrize("site", RULES)
def test_every_part_of_a_rule_finds_something_on_its_page(site: str) -> None:
    """A selector that no page has shown is a guess."""
    rule, html = RULES[site], (FOLDER / site / "page.html").read_text("utf-8")

    def alone(**part: object) -> bool:
        root = parse(html)
        found = read_by(SiteRule(hosts=(site,), **part), root)  # type: ignore[arg-type]  # one part of the rule
        return any((found.title, found.paragraphs, found.published, found.author, found.outlet))

    parts = {"title": rule.title, "body": rule.body, "date": rule.date, "author": rule.author, "outlet": rule.outlet}
    silent = [name for name, selector in parts.items() if selector and not alone(**{name: selector})]
    silent += [name for name, way in rule.paths.items() if not alone(embedded=rule.embedded, paths={name: way})]
    silent += [name for name, pattern in rule.patterns.items() if not alone(patterns={name: pattern})]
    assert not silent, "these find nothing on the page"


@pytest.mark.parametrize("site", RULES)
def test_a_page_that_changed_is_read_the_generic_way(site: str) -> None:
    html = (
        "<html><head><title>鹿城互联网医院与三家医院签约_鹿城新闻网</title></head><body><h1>鹿城互联网医院与三家医院签约</h1>"
        "<div>2031-03-04 10:05</div><div>"
        "<p>鹿城互联网医院周二宣布，与三家本地医院签署协议，患者可以在线复诊并凭电子处方买药。</p>"
        "<p>按照协议，首批覆盖高血压和糖尿病两个病种，预计服务二十万名患者，药品由连锁药店当日送达。</p></div></body></html>"
    )
    found = extract(html.encode(), f"https://www.{site}/new/shape")
    assert found.title == "鹿城互联网医院与三家医院签约"
    assert len(found.paragraphs) == 2
    assert found.published is not None
    assert found.published.isoformat() == "2031-03-04T10:05:00+08:00"
