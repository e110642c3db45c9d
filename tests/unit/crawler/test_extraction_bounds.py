"""extract() raises on no bytes and takes bounded time and depth."""

import gzip
import random
import time

import pytest

from services.crawler.domain.extraction import extract

pytestmark = pytest.mark.unit

SENTENCE = "医院在网上开方，药品当天送到，2031-03-04 患者可以在家里等。"
LIMIT = 4.0
"""CPU seconds; two are promised on an idle machine, and tests also run on busy ones."""
PAGE = (
    "<!DOCTYPE html><html lang=zh><head><meta charset=utf-8><title>签约 - 新闻网</title><meta name=author content=林>"
    '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2031-03-04T10:00:00+08:00","author":'
    '[{"name":"林"}]}</script></head><body><div class="nav"><a href="/">首页</a></div><h1>签约</h1>'
    f'<div id="js_content" style="visibility:hidden">{"".join(f"<p>{SENTENCE}</p>" for _ in range(8))}</div>'
    "<table><tr><td>&#20013;&nbsp;&amp;</td></tr></table><!-- end --></body></html>"
).encode()

PIECES = [b"<", b">", b'"', b"</div>", b"<!--", b"<script>", b"\xff", b"&#x"]

HOSTILE = {
    "empty": b"",
    "spaces": b" " * 1_000_000,
    "nul bytes": b"\0" * 100_000 + PAGE.replace(b"<p>", b"<\0p>"),
    "every byte": bytes(range(256)) * 4_000,
    "gzip": gzip.compress(PAGE * 100),
    "60,000 nested divs": b"<html><body>" + b"<div>" * 60_000 + b"text" + b"</div>" * 60_000,
    "60,000 nested divs with text": b"<div>some text here. " * 60_000,
    "nested spans": b"<span>" * 300_000 + b"x",
    "nested tables": b"<table><tr><td>" * 50_000,
    "a million breaks": b"a<br>" * 1_000_000,
    "siblings": b"<b>x</b>" * 600_000,
    "five million characters in one paragraph": ("<p>" + SENTENCE * 150_000).encode(),
    "many paragraphs": f"<p>{SENTENCE}</p>".encode() * 50_000,
    "only opening brackets": b"<" * 5_000_000,
    "only ampersands": b"&" * 3_000_000,
    "bad entities": b"&#0;&#xD800;&#x110000;&#99999999999;&bogus;" * 5_000,
    "a title without end": b"<title>" + b"a - " * 1_000_000,
    "a title of separators": b"<title>" + b" - | _ " * 50 + b"</title><h1>" + b"- | _ " * 60 + b"</h1>",
    "many headings": b"<h1>the same heading</h1>" * 100_000,
    "many meta tags": b"<meta name=author content=x>" * 150_000,
    "200,000 tiny tags": b"<i>a</i><p>b" * 100_000,
    "100,000 attributes": b"<div " + b" ".join(b"a%d=x" % number for number in range(100_000)) + b"><p>text</p></div>",
    "100,000 classes": b'<p class="' + b" ".join(b"c%d" % number for number in range(100_000)) + b'">text</p>',
    "a paragraph in a thousand boxes": (b"<div class=a>" * 1_000 + f"<p>{SENTENCE * 5}</p>".encode()) * 100,
    "ends of the body all over": f"</body></html><p>{SENTENCE}</p>".encode() * 20_000,
    "long class": b'<div class="' + b"content-" * 300_000 + b'">x</div>',
    "deep JSON": b'<script type="application/ld+json">' + b"[" * 100_000 + b"</script>",
    "deep graph": b'<script type="application/ld+json">' + b'{"@graph":[' * 40_000 + b"</script>",
    "odd JSON": b'<script type="application/ld+json">{"@type": ["Article", 5], "datePublished": [1, null, {}, true], '
    b'"author": [[["a"]], {"name": {"a": 1}}, 5], "headline": 5}</script>',
    "infinite number": b'<script type="application/ld+json">{"@type":"Article","datePublished":1e400}</script>',
    "many dates": b"<p>2031-03-04 10:00 </p>" * 100_000,
    "digits": b"<p>" + b"1" * 2_000_000 + b"</p>",
    "endless date": b"<h1>x</h1><p>2031 -" + b" " * 300 + b"</p>" + b"<p>1/" * 50_000,
    "nested articles": b"<article><time datetime=x>" * 20_000,
    "comments": b"<!--" * 500_000,
    "scripts": b"<script>" * 300_000,
    "cut in the middle": PAGE[: len(PAGE) // 2],
    "utf-16 declared in ASCII bytes": b'<?xml version="1.0" encoding="utf-16"?><html><p>hi',
    "frames": b"<frameset><frame src=x>" * 10_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_end_in_time(name: str) -> None:
    begun = time.process_time()
    found = extract(HOSTILE[name], None)
    spent = time.process_time() - begun
    assert spent < LIMIT
    assert len(found.title) <= 400
    assert found.body == "\n".join(found.paragraphs)
    assert "\0" not in found.body


@pytest.mark.parametrize("address", [None, "", "http://[::1", "not an address", "https://x.cn/" + "2031/" * 10_000])
def test_any_address_will_do(address: str | None) -> None:
    assert extract(PAGE, address).title == "签约"


def test_mutants_of_a_page_raise_nothing() -> None:
    """Bytes cut, doubled, swapped and overwritten, with a fixed seed."""
    source = random.Random(20310304)
    for _ in range(250):
        mutant = bytearray(PAGE)
        for _ in range(source.randint(1, 12)):
            start = source.randrange(len(mutant))
            end = min(len(mutant), start + source.randint(1, 60))
            kind = source.randrange(4)
            if kind == 0:
                del mutant[start:end]
            elif kind == 1:
                mutant[start:start] = mutant[start:end] * source.randint(1, 20)
            elif kind == 2:
                mutant[start:end] = source.randbytes(end - start)
            else:
                mutant[start:start] = source.choice(
                    [b"<", b">", b'"', b"</div>", b"<!--", b"<script>", b"\xff", b"&#x"]
                )
            if not mutant:
                break
        found = extract(bytes(mutant), None)
        assert found.body == "\n".join(found.paragraphs)
        assert (found.published is None) == (found.precision is None)
