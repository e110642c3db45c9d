"""From a page's text to its element tree, within bounds that hold for any bytes."""

import re
from html import unescape
from itertools import islice
from typing import Any

from lxml import etree

Element = Any
"""An lxml element; lxml ships no types."""

MAX_TITLE = 400
"""Characters of a title that are read; a longer one is no title, and comparing it costs the square of its length."""
MAX_CHARACTERS = 5_000_000
"""Longer pages are cut here: saved news pages have up to 2.7 million characters."""
MAX_TAGS = 120_000
"""A page is cut at its so-manieth tag: saved news pages have up to 16,000, and every step costs time for each."""
_CONTROL = bytes([*range(9), 11, 12, *range(14, 32)])
"""Bytes that mean nothing in HTML; NUL among them makes libxml2 stop. In UTF-8 they are no part of any character."""
_OPEN = re.compile("<")
_LONG = re.compile(rb"(<[a-zA-Z][a-zA-Z0-9]{0,20})[^<>]{40000,}")
MAX_TAG = 40_000
"""A tag of so many bytes holds a picture, or thousands of attributes, which cost libxml2 the square of their number."""
_END = re.compile(rb"</(?:body|html)\s{0,20}>", re.I)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)?[^<>]{0,2000}>")
_UNSEEN = frozenset({"script", "style", "template", "title", "noscript"})
_INLINE = frozenset({"a", "b", "em", "font", "i", "span", "strong", "sub", "sup", "u"})


def squeeze(text: str) -> str:
    """Give the text with every run of white space as one space."""
    return " ".join(text.split())


def words(text: str) -> frozenset[str]:
    """Give the set of the words of a text."""
    return frozenset(text.split())


def parse(text: str) -> Element | None:
    """Give the root element, or None where there is nothing to parse. Comments and instructions are left out."""
    text = text[:MAX_CHARACTERS]
    if text.count("<") > MAX_TAGS:
        text = text[: next(islice(_OPEN.finditer(text), MAX_TAGS, None)).start()]
    utf8 = _whole(text.encode("utf-8", "replace").translate(None, _CONTROL))
    if max(map(len, utf8.split(b"<"))) > MAX_TAG:
        utf8 = _LONG.sub(rb"\1", utf8)
    # huge_tree lifts libxml2's limit of depth from 256 to 2,048; what lies deeper is dropped by libxml2 itself.
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, no_network=True)
    try:
        return etree.fromstring(utf8, parser)
    except (etree.XMLSyntaxError, ValueError, AssertionError):
        return None  # empty or unparsable: the caller gives an empty article


def _whole(utf8: bytes) -> bytes:
    """Leave out ends of <body> and <html> that more of the page follows; libxml2 drops what stands behind them.

    Pages that are put together from parts have such, those of gov.cn among them; browsers read on.
    """
    places = [place for place in (utf8.find(b"</body"), utf8.find(b"</html")) if place >= 0]
    if places and (utf8.find(b"<div", min(places)) >= 0 or utf8.find(b"<p>", min(places)) >= 0):
        return _END.sub(b"", utf8)
    return utf8


def strip_tags(text: str) -> list[str]:
    """Give the lines of a page whose tree is of no use, by cutting the tags out; one pass, linear in the text."""
    text = text[: MAX_CHARACTERS // 5]
    pieces: list[str] = []
    hidden, start = "", 0
    for tag in _TAG.finditer(text):
        if not hidden:
            pieces.append(text[start : tag.start()])
        start = tag.end()
        name = (tag[2] or "").lower()
        if hidden:
            hidden = "" if tag[1] and name == hidden else hidden
        elif name in _UNSEEN and not tag[1]:
            hidden = name
        elif name not in _INLINE:
            pieces.append("\n")
    if not hidden:
        pieces.append(text[start:])
    lines = (" ".join(line.split()) for line in unescape("".join(pieces)).split("\n"))
    return [line for line in lines if line]
