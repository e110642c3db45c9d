"""The outlet that a reprint came from, as the page names it."""

import re
from typing import Any

from services.crawler.domain.extraction.blocks import Blocks
from services.crawler.domain.extraction.page import squeeze
from services.crawler.domain.extraction.structured import ARTICLE_TYPES, Structured, types

MAX_OUTLET = 40
"""Characters of an outlet's name; a longer one is a sentence."""
BEFORE, AFTER = 8, 5
"""Blocks before the article's first and after its last in which its source is named."""
_META = ("contentsource", "content-source", "content_source", "article:source", "og:article:source", "originalsource",
         "original-source", "syndication-source", "source", "dc.source", "dcterms.source", "mediasource")  # fmt: skip
"""Meta tags in which pages name where a text came from: those of China's government sites (GB/T guidance on their meta
tags), Dublin Core and what the portals use."""
_LABEL = re.compile(
    r"(?:文章来源|文章來源|信息来源|稿件来源|新闻来源|内容来源|消息来源|原文来源|来源于|來源於|来源|來源|稿源|转载自|轉載自|转自|轉自|摘自)\s*[:：丨|]?\s*"
    r"|(?:^|[|·•]\s*)(?:Source|Originally published (?:by|in|on)|Republished from)\s*[:：]?\s+(?=[A-Z])"
)
_SURE = re.compile(r"[:：丨|]\s*$")
_NEEDS_NO_COLON = re.compile(r"来源于|來源於|转载自|轉載自|转自|轉自|摘自|published|Republished")
_QUOTED = re.compile(r"^[《“\"「【\[(（](?P<name>[^》”\"」】\])）]{2,40})[》”\"」】\])）]")
_END = re.compile(
    r"\s{2,}|\s*[|丨/／，。；;\n（(）)【\[\]】]|\s+(?=\d|作者|记者|記者|编辑|編輯|责|責|发布|發布|时间|時間|日期|字号|字體|浏览|阅读|点击|分享|举报)"
    r"|(?<=[\u3400-\u9fff])\s*(?=作者[:：]|记者[:：]|编辑[:：]|责任编辑|责编|发布时间|发布日期|时间[:：]|日期[:：]|字号|浏览|点击|\d{4}[-年/.])"
    r"|\s*(?:19|20)\d\d[-年/.]"
)
_NO_NAME = re.compile(
    r"^(?:网络|本站原创|网络整理|互联网|网上|本站|本网|原创|未知|综合|网友|转载|佚名|不详|作者|投稿|其他|其它|none|null|undefined|unknown|admin|"
    r"original|internet|web|本网站|本刊|本报)$|https?://|[<>{}=]|^\W*$|^\d+$",
    re.I,
)
_SITE_PARTS = re.compile(r"\s*[-|_–—·»]+\s*")


def find(structured: Structured, blocks: Blocks, body: tuple[int, int], host: str, ruled: str = "") -> str | None:
    """Give the outlet that the page names as its text's source; None where it names none or the site itself.

    `body` is the range of the article's blocks, `host` the site's own, `ruled` what the site's rule found.
    """
    own = _own_names(structured, host)
    for name in (ruled, *_stated(structured), *_visible(blocks, body)):
        outlet = clean(name)
        if outlet and _folded(outlet) not in own:
            return outlet
    return None


def clean(text: str) -> str:
    """Give an outlet's name without its label and what stands behind it; empty where it is none."""
    text = squeeze(text[: MAX_OUTLET * 5])
    label = _LABEL.match(text)
    text = text[label.end() :] if label else text
    quoted = _QUOTED.match(text)
    name = quoted["name"] if quoted else _END.split(text, maxsplit=1)[0]
    if "://" in text[:MAX_OUTLET]:
        return ""
    name = name.strip(" :：,，.。·-–—|\"'“”《》")
    return "" if not 2 <= len(name) <= MAX_OUTLET or _NO_NAME.search(name) else name


def _stated(structured: Structured) -> list[str]:
    """The sources that JSON-LD and meta tags name."""
    names: list[str] = []
    for item in structured.items[:5]:
        if types(item) & ARTICLE_TYPES:
            for role in ("sourceOrganization", "isBasedOn", "contentSource"):
                names += _named(structured.resolve(item.get(role)))
    return names + [value for name in _META for value in structured.meta.get(name, ())[:2]]


def _named(value: Any) -> list[str]:
    if isinstance(value, dict):
        value = value.get("name")
    return [value] if isinstance(value, str) and "://" not in value else []


def _visible(blocks: Blocks, body: tuple[int, int]) -> list[str]:
    """What stands behind 来源：, 转自 or Source: in the lines around the article."""
    begin, end = body
    found = []
    for number in (*range(max(0, begin - BEFORE), begin + 2), *range(max(begin, end - 2), end + AFTER)):
        if not 0 <= number < len(blocks.texts):
            continue
        text = blocks.texts[number]
        if len(text) > 300 and not begin <= number < end:
            continue
        for piece in (text[:150], text[-80:] if len(text) > 150 else ""):
            label = _LABEL.search(piece)
            if label and (_SURE.search(label[0]) or _NEEDS_NO_COLON.search(label[0]) or label[0][:1].isascii()):
                rest = piece[label.end() :]
                if not rest and number + 1 < len(blocks.texts) and len(blocks.texts[number + 1]) <= MAX_OUTLET:
                    rest = blocks.texts[number + 1]
                found.append(rest)
    return found


def _own_names(structured: Structured, host: str) -> set[str]:
    """The names of the site itself, folded: og:site_name, the ends of its title, the publisher, its host."""
    names = [structured.first("og:site_name"), structured.first("application-name"), host, host.removeprefix("www.")]
    names += _SITE_PARTS.split(structured.title[-80:])[1:]
    for item in structured.items[:10]:
        names += _named(structured.resolve(item.get("publisher")))
        names += _named(item) if types(item) & {"website"} else []
    return {_folded(name) for name in names if name}


def _folded(name: str) -> str:
    folded = "".join(character for character in name.casefold() if character.isalnum())
    return folded.removesuffix("网").removesuffix("網") if len(folded) > 3 else folded
