"""Who wrote the article, as the page names them."""

import re
from typing import Any

from services.crawler.domain.extraction.blocks import Blocks
from services.crawler.domain.extraction.page import squeeze
from services.crawler.domain.extraction.structured import ARTICLE_TYPES, Structured, types

MAX_AUTHORS = 4
MAX_NAME = 60
"""Characters of one name."""
_META = ("author", "article:author", "og:article:author", "byl", "parsely-author", "sailthru.author", "dc.creator",
         "dcterms.creator", "citation_author", "twitter:data1x", "authors", "article:author_name")  # fmt: skip
_NAME = "[\u4e00-\u9fff·]{2,6}"
_CHINESE = tuple(
    re.compile(pattern)
    for pattern in (
        rf"作者\s*[:：丨|/]\s*({_NAME}(?:[\s、，,/]+{_NAME}){{0,3}}|[A-Za-z][\w .]{{1,20}})",
        rf"[（(【\[]\s*(?:[^）)】\]]{{0,20}}?)(?:本报|本網|本网|见习|實習|实习|全媒体)?记者\s*[:：]?\s*({_NAME}(?:[\s、，,/]+{_NAME}){{0,3}})",
        rf"(?:文|撰文|采写)\s*[/／|丨:：]\s*(?:[^\s]{{0,10}}(?:记者|评论员|作者)\s*)?({_NAME}(?:[\s、]+{_NAME}){{0,3}})",
        rf"(?:本报|本网|新华社|中新社|首席|见习|實習|实习|全媒体)(?:记者|实习生)\s*[:：]?\s*({_NAME}(?:[\s、，,]+{_NAME}){{0,3}})",
        rf"(?:记者|記者)\s*[:：]?\s*({_NAME}(?:[\s、，,]+{_NAME}){{0,3}})(?=\s*(?:[）)】\]/报報摄文]|$|通讯员))",
        rf"(?:责任编辑|責任編輯|责编|编辑|編輯)\s*[:：]?\s*({_NAME}(?:[\s、，,]+{_NAME}){{0,3}})",
    )
)
_BETWEEN = re.compile(r"[\s、，,/]+")
_NOBODY = re.compile(
    "未知|佚名|不详|网络整理|网络|本站|原创|阅读|发布|来源|来源于|时间|记者|作者|(?:责任)?编辑|责编|编辑计划.*|分享|评论|点击|浏览"
)
_LINE = re.compile(
    r"^\s*(?:(?:written|posted|reported)\s+)?by:?\s+([A-Z][\w.'’-]+(?:\s+[A-Z][\w.'’-]*){1,3})(?=$|[,|•·–—(]|\s)", re.I
)
_PERSON = re.compile(r"^[A-Z][a-zà-ÿ.'’-]+(?: [A-Z][\w.'’-]*){1,2}$")
"""A line of its own that is two or three capitalised words: a name, where it stands beside a date."""
_DATE = re.compile(r"\b(?:19|20)\d\d\b")
_BY = re.compile(r"^\s*(?:by|written by|posted by|author)\s*:?\s+", re.I)
_NO_NAME = re.compile(
    r"^(?:https?://|www\.|@?\d+$|admin$|null$|undefined$|none$|.?_$|editor$|staff$|name$|系统管理员$|管理员$)|[<>{}@]",
    re.I,
)
_TAIL = re.compile(r"\s*(?:\||\bon\b|\bupdated\b|\bpublished\b|[-–—•·]\s|\d{1,2}:\d\d|\d{4}).*$", re.I)


def find(structured: Structured, blocks: Blocks, body: tuple[int, int], chinese: bool) -> str | None:
    """Give the names, comma-separated; None where the page names nobody."""
    for names in (_of_items(structured), _of_meta(structured)):
        if names:
            return ", ".join(names)
    if chinese:
        named = _chinese(blocks, body)
        if named:
            return named
    names = _of_bylines(structured) or ([] if chinese else _of_lines(blocks, body[0]))
    return ", ".join(names) if names else None


def _clean(name: str) -> str:
    name = _TAIL.sub("", _BY.sub("", squeeze(name[:200]))).strip(" ,;:|-–—·")
    return name if 2 <= len(name) <= MAX_NAME and not _NO_NAME.search(name) else ""


def _unique(names: list[str]) -> list[str]:
    return list(dict.fromkeys(name for name in map(_clean, names) if name))[:MAX_AUTHORS]


def _of_items(structured: Structured) -> list[str]:
    for item in structured.items[:20]:
        if types(item) & ARTICLE_TYPES:
            for role in ("author", "creator"):
                names = _unique(_names(item.get(role), structured))
                if names:
                    return names
    return []


def _names(value: Any, structured: Structured) -> list[str]:
    """Give the names in a JSON-LD author: a string, a person, a reference, or a list of these."""
    entries = value if isinstance(value, list) else [value]
    names: list[str] = []
    for entry in entries[:10]:
        resolved = structured.resolve(entry)
        if isinstance(resolved, dict):
            resolved = resolved.get("name")
        if isinstance(resolved, list):
            names += [name for name in resolved[:5] if isinstance(name, str)]
        elif isinstance(resolved, str):
            names.append(resolved)
    return names


def _of_meta(structured: Structured) -> list[str]:
    site = structured.first("og:site_name").casefold()
    for name in _META:
        names = [value for value in structured.meta.get(name, ()) if value.casefold() != site]
        if _unique(names):
            return _unique(names)
    return []


def _of_bylines(structured: Structured) -> list[str]:
    for element in structured.bylines[:6]:
        names = _unique([element.get("content") or "".join(element.itertext())])
        if names:
            return names
    return []


def _of_lines(blocks: Blocks, begin: int) -> list[str]:
    """Search the lines before the article for "By …", then for a name beside a date."""
    start = max(0, begin - 10)
    lines = [text if len(text) <= 120 else "" for text in blocks.texts[start : begin + 2]]
    for line in lines:
        found = _LINE.search(line)
        if found and found[1][0].isupper():
            return _unique([found[1]])
    for number, line in enumerate(lines):
        if _PERSON.match(line) and any(_DATE.search(near) for near in lines[max(0, number - 2) : number + 3]):
            return _unique([line])
    return []


def _chinese(blocks: Blocks, body: tuple[int, int]) -> str:
    """Search the lines around the article's beginning and end for 作者, 记者, 文/ and, at last, 编辑."""
    begin, end = body
    lines = blocks.texts[max(0, begin - 8) : begin + 2] + blocks.texts[max(begin, end - 3) : end + 4]
    for pattern in _CHINESE:
        for line in lines:
            found = pattern.search(line[:300]) or pattern.search(line[-150:])
            named = [name for name in _BETWEEN.split(found[1]) if name and not _NOBODY.fullmatch(name)] if found else []
            if found and named:
                return squeeze(found[1] if len(named) == len(_BETWEEN.split(found[1])) else "、".join(named))[:MAX_NAME]
    return ""
