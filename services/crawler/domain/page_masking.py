"""Telephone and identity numbers of a whole HTML page, masked so that everything else is read as before.

A listing is kept as bytes, to be compared with a later one: its elements, their classes and the addresses of its links
must stay what they were, so that numbers are sought in what people read alone.
"""

import codecs
import re
from collections.abc import Sequence

from services.crawler.domain.charset import decode
from services.crawler.domain.masking import MASK, masked, merged, places

_TAG = re.compile(r"(<[^<>]*>)")
_INLINE = re.compile(
    r"</?(?:a|abbr|b|bdi|bdo|big|cite|code|em|font|i|ins|mark|nobr|q|s|small|span|strong|sub|sup|tt|u|wbr)[\s/>]", re.I
)
"""Elements that a number may go through: what stands before and after such a tag is read as one word."""
_KEPT = re.compile(
    r"""((?<![\w-])(?:href|src|srcset|action|data-(?:href|url|src|original)|class|id)\s*=\s*"""
    r"""(?:"[^"]*"|'[^']*'|[^\s"'>]+))""",
    re.I,
)
"""Attributes by which links and boxes are found; an address is a document's identity, and is stored as such anyway."""
_CALL = re.compile(r"""=\s*+["']?+\s*+(?:tel|sms|callto|whatsapp|facetime):""", re.I)
"""The address of a telephone."""
_DIGIT = re.compile(r"&#(?:x0{0,4}(3[0-9])|0{0,4}(4[89]|5[0-7]));", re.I)
"""A digit that is given by the number of its character, 48 to 57."""


def masked_page(body: bytes, charset: str | None) -> bytes:
    """The page as `decode` reads it, without the numbers; the same bytes when it has none.

    What has changed is UTF-8 behind a byte order mark, which comes before any charset that header or page declare.
    """
    text = decode(body, charset)
    changed = masked_html(text)
    return body if changed == text else codecs.BOM_UTF8 + changed.encode("utf-8", "replace")


def masked_html(html: str) -> str:
    """The same for text."""
    parts = _TAG.split(html)
    texts, tags = parts[::2], parts[1::2]
    parts[1::2] = [_tag(tag) for tag in tags]
    begin = 0
    for number in range(len(texts)):
        if number == len(tags) or not _INLINE.match(tags[number]):
            parts[2 * begin : 2 * number + 1 : 2] = _texts([_written(text) for text in texts[begin : number + 1]])
            begin = number + 1
    return "".join(parts)


def _texts(texts: Sequence[str]) -> list[str]:
    """Texts with nothing but inline tags between them: a number may stand in one, or begin there and end in another."""
    if len(texts) == 1:
        return [masked(texts[0])]
    found = places("".join(texts))
    start = 0
    for text in texts:
        found += [(start + begin, start + end) for begin, end in places(text)]
        start += len(text)
    return _without(list(merged(found)), texts) if found else list(texts)


def _without(found: Sequence[tuple[int, int]], texts: Sequence[str]) -> list[str]:
    """Each text without its share of the numbers; the mask stands where a number begins."""
    kept, start, number = [], 0, 0
    for text in texts:
        parts, at, stop = [], 0, start + len(text)
        while number < len(found) and found[number][0] < stop:
            begin, end = found[number]
            parts += [text[at : max(begin - start, 0)], MASK if begin >= start else ""]
            at = min(end, stop) - start
            if end > stop:  # it goes on in the next text
                break
            number += 1
        kept.append("".join([*parts, text[at:]]))
        start = stop
    return kept


def _tag(tag: str) -> str:
    """A tag or a comment, without the numbers in what people are shown of it."""
    if len(tag) < len("<a 1234567"):
        return tag
    parts = _KEPT.split(_written(tag))
    return "".join(part if number % 2 and not _CALL.search(part) else masked(part) for number, part in enumerate(parts))


def _written(text: str) -> str:
    """The text with its digits written out."""
    if "&#" not in text:
        return text
    return _DIGIT.sub(lambda found: chr(int(found[1], 16) if found[1] else int(found[2])), text)
