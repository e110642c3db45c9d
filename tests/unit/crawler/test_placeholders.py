"""Placeholders: no sentence survives, and all that a source reads by does."""

import gzip
import json
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from services.crawler.domain.charset import decode
from services.crawler.testing.placeholders import address_like, placeholder
from services.crawler.testing.veil import veiled

pytestmark = pytest.mark.unit

SENTENCE = "阿里健康公布中期业绩，收入增长百分之十四"
ENGLISH = "Alibaba Health reports interim results and names a new chief executive"


def scripts(text: str) -> list[str]:
    """The script and case of each letter; digits as such, anything else as it is."""
    named = [(one, unicodedata.name(one, "").split() or [""]) for one in text]
    return [f"{name[0]} {one.isupper()}" if one.isalpha() else "0" if one.isdigit() else one for one, name in named]


@pytest.mark.parametrize(
    "text", [SENTENCE, ENGLISH, "こんにちは世界", "안녕하세요 여러분", "Привет, мир", "港股 00241 漲 3.5%"]
)
def test_script_length_spaces_and_punctuation_stay(text: str) -> None:
    said = placeholder(text)
    assert len(said) == len(text)
    assert [one.isspace() or not one.isalnum() for one in said] == [one.isspace() or not one.isalnum() for one in text]
    assert [one.isupper() for one in said] == [one.isupper() for one in text]
    assert scripts(said) == scripts(text)
    assert all(new != old for new, old in zip(said, text, strict=True) if old.isalpha())


def test_equal_texts_stay_equal_and_different_ones_different() -> None:
    assert placeholder(SENTENCE) == placeholder(SENTENCE)
    assert len({placeholder(f"{SENTENCE}{one}") for one in "一二三四五六七八"}) == 8


@pytest.mark.parametrize(
    "time",
    [
        "2026-11-20 08:30:15",
        "2026-11-20T08:30:00+08:00",
        "2026年11月20日",
        "11月20日",
        "08:30",
        "3小时前",
        "昨天",
        "Fri, 20 Nov 2026 08:30:00 GMT",
        "Fri, 20 Nov 2026 08:30:00 +0800",
        "November 20, 2026",
        "5 minutes ago",
        "1795134600000",
        "20261120",
    ],
)
def test_times_stay(time: str) -> None:
    assert placeholder(time) == time
    assert time in placeholder(f"来源 {time} 作者")


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://www.example.com/news/2026/11/20/1234567.html?id=9&page=2", None),
        ("//www.example.com/a/1_2.shtml", None),
        ("/col/col14/art_14_1001.html", None),
        ("https://example.com/a/0123456789abcdef0123456789abcdef.html", None),
        ("https://example.com/ali-health-names-chief", r"https://example\.com/[a-z]{3}-[a-z]{6}-[a-z]{5}-[a-z]{5}"),
        ("/s?q=%E9%98%BF%E9%87%8C&p=1", r"/s\?q=xx&p=1"),
        ("javascript:void(0)", None),
    ],
)
def test_a_link_keeps_its_shape(link: str, expected: str | None) -> None:
    said = address_like(link)
    assert said == link if expected is None else re.fullmatch(expected, said)
    assert "ali-health" not in said


HTML = f"""<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"><title>{SENTENCE}_某网</title>
<meta name="description" content="{SENTENCE}"><script type="application/ld+json">{{"@type": "NewsArticle",
"headline": "{SENTENCE}", "datePublished": "2026-11-20T08:30:00+08:00"}}</script>
<script>var list = [{{"title": "{SENTENCE}", 'url': '/a/1.html'}}]; // {SENTENCE}
</script><style>.x {{ content: "{SENTENCE}" }}</style></head>
<body><!-- {SENTENCE} --><ul class="news"><li data-id="17">
<a href="/a/1.html" title="{SENTENCE}">&#38463;&#37324;{SENTENCE}</a>
<span class="time">2026-11-20 08:30</span></li></ul><img alt="{SENTENCE}" src="/i/1.jpg"></body></html>"""
XML = f"""<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>{SENTENCE}</title><item>
<title><![CDATA[{SENTENCE}]]></title><link>https://example.com/a/1.html</link><description>&lt;p&gt;{SENTENCE}&lt;/p&gt;
{ENGLISH}</description><pubDate>Fri, 20 Nov 2026 08:30:00 +0800</pubDate></item></channel></rss>"""
JSON = json.dumps(
    {
        "code": 0,
        "msg": "success",
        "list": [
            {"id": 1795134600, "title": f"<em>阿里健康</em>{SENTENCE}", "url": "/a/1.html", "time": "2026-11-20 08:30"}
        ],
        "more": json.dumps({"name": SENTENCE}, ensure_ascii=False),
    },
    ensure_ascii=False,
)


@pytest.mark.parametrize("text", [HTML, XML, JSON, f"callback({JSON});"], ids=["html", "xml", "json", "jsonp"])
@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_no_words_survive_and_the_form_does(text: str, charset: str) -> None:
    said = veiled(text.encode(charset), charset).decode(charset)
    for run in [SENTENCE[at : at + 4] for at in range(len(SENTENCE) - 3)] + ENGLISH.split():
        assert run not in said or len(run) < 4, run
    for kept in ("/a/1.html", "2026"):
        assert kept in said
    assert re.findall(r"</?([a-z]+)", said) == re.findall(r"</?([a-z]+)", text)


def test_json_keeps_keys_numbers_and_what_steers() -> None:
    said = json.loads(veiled(JSON.encode()))
    assert said["msg"] == "success"
    assert said["list"][0]["id"] == 1795134600
    assert said["list"][0]["title"].startswith("<em>")
    assert list(json.loads(said["more"])) == ["name"]


def test_what_is_encoded_as_entities_is_replaced_too() -> None:
    assert "阿里" not in veiled(b"<p>&#38463;&#37324;&#20581;&#24247;</p>").decode()


@settings(max_examples=200, deadline=1_000)
@given(some.one_of(some.binary(max_size=400), some.text(max_size=200).map(str.encode)))
def test_anything_can_be_veiled(body: bytes) -> None:
    veiled(body)


@pytest.mark.data
def test_no_sentence_of_a_real_page_survives(shared_data: Path) -> None:
    pages = sorted((shared_data / "pages" / "html").glob("*.gz"))[::10]
    assert len(pages) > 10
    for path in pages:
        body = gzip.decompress(path.read_bytes())
        said = veiled(body).decode("utf-8", "replace")
        text = re.sub(r"""\s(?:class|id|data-[\w-]+)=("[^"]*"|'[^']*')""", "", decode(body))  # names of markup
        runs = set(re.findall(r"[\u4e00-\u9fff]{6}", text)) | set(
            re.findall(r"[A-Za-z]{4,} [a-z]{4,} [a-z]{4,} [a-z]{4,}", text)
        )
        assert [run for run in runs if run in said] == [], path.name
        programs = re.compile(r"<script.*?</script>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
        assert programs.sub("", said).count("<li") == programs.sub("", text).count("<li")
