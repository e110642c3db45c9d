"""From a page's bytes to its text, whatever the page claims about its charset.

The order follows what pages in the wild turn out to be: a byte order mark is believed; bytes that are UTF-8, strictly
or nearly, are UTF-8 (many Chinese pages declare gb2312 and hold UTF-8, whereas GBK text is practically never valid
UTF-8); then a declared charset that is not of the GB family; at last GB 18030, the superset of GBK and GB 2312. Between
GB 18030 and Big5, which read nearly any bytes, the one whose text has the commoner characters wins.
"""

import codecs
import re

MAX_BAD_SHARE = 0.03
"""Share of undecodable among non-ASCII characters up to which bytes still count as UTF-8 (a cut in the middle of a
character, one foreign snippet); GBK read as UTF-8 lies above one half."""
SAMPLE = 30_000
"""Bytes, from the first non-ASCII one on, that are enough to tell two charsets apart."""

MAX_UNREADABLE_SHARE = 0.05
"""Share of unreadable and control characters above which bytes are no page: random bytes have more than a tenth."""

_CONTROL = bytes([*range(9), *range(14, 32), 127])
_LATE_CONTROL = re.compile("[\x80-\x84\x86-\x9f]")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.I)
_GB = {"gb2312", "gbk", "gb18030", "hz"}
_BIG5 = {"big5", "big5hkscs", "cp950"}
_LATIN = {"iso8859-1", "ascii"}
_OTHERS = re.compile(
    r"iso8859-\d+|cp125\d|cp866|cp874|cp932|cp949|koi8-[ru]|mac-(?:roman|cyrillic)|shift_jis|euc_jp|iso2022_jp|euc_kr"
)
"""The other legacy charsets of the web (https://encoding.spec.whatwg.org/#names-and-labels), as Python names them; its
further codecs, such as rot13 or idna, are no charsets."""
_COMMON = re.compile(
    "[的一是不了在有人我他這这個个們们中來来上大為为和國国地到以說说時时要就出會会可也你對对生能而子那得]"
)
"""The characters that make up about a fifth of any Chinese text, in both scripts (rank lists of modern Chinese)."""
_PAIRED = re.compile(rb"[\x80-\xff]{2,}")
_HIGH = re.compile(rb"[\x80-\xff]")


def decode(html: bytes) -> str:
    """Give the text of a page; never raises, what cannot be read becomes U+FFFD."""
    for mark, codec in _BOMS:
        if html.startswith(mark):
            return html[len(mark) :].decode(codec, "replace")
    try:
        return html.decode("utf-8")
    except UnicodeDecodeError:
        pass  # not strictly UTF-8: the ways below decide
    start = _HIGH.search(html)
    sample = html[start.start() : start.start() + SAMPLE] if start else b""
    if _bad_share(sample) <= MAX_BAD_SHARE:
        return html.decode("utf-8", "replace")
    return html.decode(_legacy_codec(html, sample), "replace")


def is_text(text: str) -> bool:
    """Tell text from the bytes of an image or an archive, by the share of unreadable and control characters."""
    sample = text[:SAMPLE]
    utf8 = sample.encode("utf-8", "replace")
    unreadable = len(utf8) - len(utf8.translate(None, _CONTROL)) + sample.count("\ufffd")
    if b"\xc2" in utf8:  # where UTF-8 writes the controls from U+0080 on, and much that is common
        unreadable += len(_LATE_CONTROL.findall(sample))
    return unreadable <= MAX_UNREADABLE_SHARE * len(sample)


def declared(html: bytes) -> str | None:
    """Give the charset that the first 4,096 bytes name, as Python knows it; None where none or an unknown one."""
    found = _DECLARED.search(html[:4096])
    if not found:
        return None
    try:
        return codecs.lookup(found[1].decode("ascii")).name
    except (LookupError, UnicodeDecodeError):
        return None


def _bad_share(sample: bytes) -> float:
    """Give the share of unreadable among the non-ASCII characters, the sample read as UTF-8."""
    text = sample.decode("utf-8", "replace")
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    return text.count("\ufffd") / max(1, foreign)


def _legacy_codec(html: bytes, sample: bytes) -> str:
    """Choose the codec of bytes that are not UTF-8."""
    named = declared(html)
    if named in _LATIN:
        return "cp1252"  # as browsers do: https://encoding.spec.whatwg.org/#names-and-labels
    if named and _OTHERS.fullmatch(named):
        return named
    high = len(_HIGH.findall(sample))
    paired = sum(len(run) for run in _PAIRED.findall(sample))
    if named not in _GB | _BIG5 and paired < high / 2:
        return "cp1252"  # lone high bytes are curly quotes and accents, not Chinese
    first, second = ("big5hkscs", "gb18030") if named in _BIG5 else ("gb18030", "big5hkscs")
    return second if _common(sample, second) > _common(sample, first) else first


def _common(sample: bytes, codec: str) -> int:
    """Count the characters of `_COMMON`, the sample read in a codec."""
    return len(_COMMON.findall(sample.decode(codec, "ignore")))
