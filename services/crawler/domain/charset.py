"""The text that bytes stand for, whatever they claim to be.

Order, as measured on Chinese pages: byte order mark, strict UTF-8, nearly valid UTF-8, the declared charset unless it
is one of the GB family, gb18030 (which holds GBK and gb2312, and whose labels are the ones that lie).
"""

import codecs
import re
from contextlib import suppress

NEARLY_VALID = 0.1
"""Share of damaged among all bytes above 127, below which a text is UTF-8 with accidents (a cut, a stray byte)."""

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DECLARED = re.compile(rb"""(?:charset\s*=\s*|encoding\s*=\s*)["']?\s*([A-Za-z0-9_-]{2,30})""", re.IGNORECASE)
_GB = frozenset({"gb2312", "gbk", "gb18030", "hz"})


def decode(body: bytes, header: str | None = None) -> str:
    """`body` as text. Never raises: what no charset explains becomes U+FFFD."""
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        repaired = body.decode("utf-8", "replace")
    high = sum(byte > 127 for byte in body)
    if repaired.count("�") < high * NEARLY_VALID:
        return repaired
    declared = _codec(header) or _codec(_in_markup(body))
    if declared is not None and declared not in _GB and declared != "utf-8":
        with suppress(UnicodeError):  # Python's idna and undefined, which no page is written in, replace nothing
            return body.decode("cp1252" if declared == "iso8859-1" else declared, "replace")
    return body.decode("gb18030", "replace")


def _in_markup(body: bytes) -> str | None:
    found = _DECLARED.search(body[:4096])
    return found[1].decode("ascii") if found else None


def _codec(name: str | None) -> str | None:
    if not name:
        return None
    try:
        codec = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    return codec.name if codec._is_text_encoding else None  # base64, zip and the like are codecs too
