"""Feeds whose items have one identity or ever new ones, and XML that asks for files: no flood, nothing opened."""

import re
import sys
from collections.abc import Iterator
from datetime import UTC
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from sqlalchemy import Engine

from services.crawler.domain.source import MAX_LISTED
from services.crawler.sources.kinds.feed import Feed, FeedOptions
from tests.chaos.crawl_rig import STORY, Desk, page
from tests.chaos.hostile import lines_with, opened_files
from tests.conftest import ROOT
from tests.integration.crawler_site import Site, serve

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(120)]

guids = pytest.mark.fault(48, "GUIDs all equal, or new at each poll")
xml = pytest.mark.fault(49, "entity bomb, SYSTEM file:, DTD")


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as made:
        yield made


@guids
def test_items_of_one_identity_are_all_listed_once(site: Site, engine: Engine) -> None:
    items = "".join(
        f"<item><title>{n}</title><link>{site.url(f'/{n}')}</link><guid>same</guid></item>" for n in range(3_000)
    )
    site.add("/feed.xml", f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>')
    desk = Desk(engine)
    for _ in range(3):
        desk.poll(Feed(site.url("/feed.xml"), UTC, FeedOptions(max_items=MAX_LISTED)))
    assert desk.rows("select count(*), count(distinct address) from listed_pages") == [(MAX_LISTED, MAX_LISTED)]


@guids
def test_identities_that_are_new_at_each_poll_flood_nothing(site: Site, engine: Engine) -> None:
    polls = 0

    def feed(handler: BaseHTTPRequestHandler) -> None:
        nonlocal polls
        polls += 1
        items = "".join(
            f"<item><title>{n}</title><link>{site.url(f'/{n}')}?utm_source={polls}</link><guid>{polls}-{n}</guid></item>"
            for n in range(50)
        )
        body = f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>'.encode()
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

    site.pages["/feed.xml"] = feed
    for number in range(50):
        site.add(f"/{number}", page(f"阿里健康签约{number}", f"第{number}期{STORY}"))
    desk = Desk(engine)
    for _ in range(3):
        desk.poll(Feed(site.url("/feed.xml"), UTC, FeedOptions()))
    assert polls == 3
    assert desk.rows("select count(*) from listed_pages") == [(50,)]
    desk.look(*(site.url(f"/{number}") for number in range(3)))
    published = desk.rows("select count(*) from outbox")
    desk.poll(Feed(site.url("/feed.xml"), UTC, FeedOptions()))
    desk.look(*(site.url(f"/{number}") for number in range(3)))
    assert desk.rows("select count(*) from outbox") == published


DOCTYPES = {
    "SYSTEM file:": '<!DOCTYPE r [<!ENTITY x SYSTEM "file://{canary}">]>',
    "a path": '<!DOCTYPE r [<!ENTITY x SYSTEM "{canary}">]>',
    "a parameter entity": '<!DOCTYPE r [<!ENTITY % y SYSTEM "file://{canary}"> %y;]>',
    "an external DTD": '<!DOCTYPE r SYSTEM "file://{canary}">',
    "a public DTD": '<!DOCTYPE r PUBLIC "-//x//y" "file://{canary}">',
    "over the network": '<!DOCTYPE r SYSTEM "http://127.0.0.1:{port}/x.dtd">',
    "a bomb": '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">{levels}]>',
    "one long entity": '<!DOCTYPE r [<!ENTITY x "{long}">]>',
    "UTF-16": '<!DOCTYPE r [<!ENTITY x SYSTEM "file://{canary}">]>',
    "an include": '<r xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include parse="text" href="file://{canary}"/></r>',
    "a style sheet": '<?xml-stylesheet type="text/xsl" href="file://{canary}"?>',
}
BODIES = {
    "feed": "<rss version='2.0'><channel><item><title>&x;{many}</title><link>https://n.cn/1</link></item></channel>"
    "</rss>",
    "sitemap": "<urlset><url><loc>https://n.cn/&x;{many}</loc></url></urlset>",
    "page": "<html><body><h1>&x;{many}</h1><p>&x;</p><object data='file://{canary}'></object></body></html>",
    "listing": "<ul><li><a href='/1.html'>&x;{many}</a></li></ul>",
}
PROGRAM = """
import pathlib, resource, sys, time
from datetime import UTC, datetime
from services.crawler.bootstrap import extractor
from services.crawler.domain.source import Request, SourcePage
from services.crawler.sources.kinds import feed, listing, sitemap
from shared.errors import PermanentError
made = pathlib.Path(sys.argv[1])
readers = {
    "feed": feed.Feed("https://n.cn/", UTC, feed.FeedOptions()),
    "sitemap": sitemap.Sitemap("https://n.cn/", UTC, sitemap.SitemapOptions()),
    "listing": listing.Listing("https://n.cn/", UTC, listing.ListingOptions(items="li")),
}
extract = extractor()
extract(b"<html><body><p>text</p></body></html>", None)  # imports and models are read before
pathlib.Path(sys.argv[1], "begins").exists()
began = time.process_time()
for file in sorted(made.glob("*.xml")):
    body = file.read_bytes()
    kind = file.name.split("-")[0]
    try:
        if kind == "page":
            article = extract(body, "https://n.cn/")
            print(file.name, article.title, *article.paragraphs)
        else:
            parsed = readers[kind].parse(SourcePage(Request("https://n.cn/"), "https://n.cn/", body, datetime.now(UTC)))
            print(file.name, *((item.title, item.address) for item in parsed.items))
    except PermanentError as error:
        print(file.name, "refused:", error)
print("took", time.process_time() - began, "peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@xml
def test_no_entity_and_no_document_type_opens_a_file_or_a_connection(tmp_path: Path) -> None:
    canary = tmp_path / "secret" / "canary.txt"
    canary.parent.mkdir()
    canary.write_text("CANARY-OF-A-FILE")
    levels = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(20)) + '<!ENTITY x "&u;">'
    with serve() as site:
        values = {"canary": canary, "port": site.port, "levels": levels, "long": "x" * 100_000}
        for number, (name, doctype) in enumerate(DOCTYPES.items()):
            many = "&x;" * (10_000 if name == "one long entity" else 1)
            for kind, body in BODIES.items():
                text = f'<?xml version="1.0"?>{doctype.format(**values)}{body.format(many=many, **values)}'
                file = tmp_path / f"{kind}-{number}.xml"
                file.write_bytes(text.encode("utf-16" if name == "UTF-16" else "utf-8"))
        printed, trace = opened_files(tmp_path, PROGRAM, str(tmp_path))
        assert site.hits == []
    assert len(lines_with(printed, [".xml"])) == len(DOCTYPES) * len(BODIES)
    assert "CANARY" not in printed
    assert lines_with(trace, ["canary.txt"]) == []
    later = trace[trace.index("/begins") :]
    opened = set(re.findall(r'open(?:at)?\((?:AT_FDCWD, )?"([^"]+)"', later))
    own = (sys.base_prefix, sys.prefix, str(ROOT), str(tmp_path))
    assert {path for path in opened if not path.startswith(own)} == set()
    assert lines_with(later, ["connect("]) == []
    took, peak = (float(value) for value in printed.rsplit("took", 1)[1].replace("peak", " ").split())
    assert took < 10, f"{took:.1f} s for all of them"
    assert peak < 700_000, f"{peak / 1000:.0f} MB"
    refused = [line for line in printed.splitlines() if "refused:" in line]
    for kind in ("feed", "sitemap"):
        assert any(line.startswith(f"{kind}-6.xml") for line in refused), f"the {kind} took the bomb"
