"""Counts of characters by kind in every block of a page at once, as arrays."""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.crawler.domain.extraction.page import words

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

HAN, LOWER, UPPER, DIGIT, SPACE, COMMA, END, QUOTE, MARK, FUNCTION = range(10)
"""The kinds: Chinese, lower and upper case, digits, spaces, signs inside and at the end of a sentence, quotation marks,
signs that stand in menus and lists, and the Chinese characters that only running text is full of."""
_MEMBERS = {
    DIGIT: "0123456789０１２３４５６７８９",
    SPACE: " \u3000\xa0",
    COMMA: ",，、;；:：",
    END: ".。!！?？…",
    QUOTE: "\"'“”‘’「」『』《》()（）",
    MARK: "|>»·/\\•©→_<«[]【】＞｜*#+=",
    FUNCTION: "的了在是和有不为為与與将將对對也这這就但而从從以及他她我们們被把上中",
}
_STOP_WORDS = words(
    "the of and to in a is that for it on was with as are by be this from at have has had an not or but they which you "
    "we he she his her their its our who been would will can could more than when what there if so were about into"
)
_NOTICE = re.compile(
    "责任编辑|责编|编辑[:：]|来源[:：]|版权|转载|免责|声明|未经授权|备案|举报|扫码|扫一扫|二维码|客户端|关注我们|公众号|下载|"
    "copyright|all rights|©|subscribe|newsletter|sign up|log in|cookie|privacy|terms of|advertis|follow us|read more|"
    "share this|click here|download"
)
_LIST = re.compile(
    "相关|推荐|阅读|热门|热点|上一篇|下一篇|更多|排行|评论|网友|留言|分享|专题|延伸|首页|related|recommend|you may|"
    "most read|popular|trending|comments|leave a|previous|next|tags?:|filed under|see also|more from|latest|share"
)
_MONTHS = "|".join(
    rf"{name}[a-z]* \d{{1,2}},? \d{{4}}"
    for name in ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
)
_BYLINE = re.compile(rf"{_MONTHS}|记者|作者|by [a-z]+ [a-z]+|published|updated|image|photo|图为|摄|getty")
_MOMENT = re.compile(r"\d(?:\d{3}[-/.年]\d{1,2}[-/.月]|:\d\d)")
"""Apart from `_BYLINE`: where all branches begin with a letter, or all with a digit, `re` skips to those quickly."""
SHORT = 150
"""Characters up to which a block is searched for the words above; they mean something in short lines only."""


def _table() -> NDArray[np.uint16]:
    """Give for each character of the basic plane the bits of its kinds."""
    bits = np.zeros(65_536, np.uint16)
    bits[0x3400:0xA000] |= 1 << HAN
    bits[0xF900:0xFB00] |= 1 << HAN
    for code in (*range(0x41, 0x250), *range(0x370, 0x530)):
        if chr(code).isalpha():
            bits[code] |= 1 << (UPPER if chr(code).isupper() else LOWER)
    for kind, members in _MEMBERS.items():
        for member in members:
            bits[ord(member)] |= 1 << kind
    return bits


_BITS = _table()
_COMBINATIONS = np.unique(_BITS)
"""The sets of kinds that characters have; under twenty."""
_RANKS = np.searchsorted(_COMBINATIONS, np.arange(1 << 10)).astype(np.int64)
_KINDS = ((_COMBINATIONS[:, None] >> np.arange(10)) & 1).astype(np.float32)
_LETTER = np.uint16((1 << LOWER) | (1 << UPPER) | (1 << DIGIT))


@dataclass(slots=True)
class Signs:
    """Per block: its length, its tokens (Chinese characters and words), counts by kind, and words that tell."""

    length: Floats
    tokens: Floats
    counts: list[Floats]
    stops: Floats
    first: NDArray[np.uint16]
    last: NDArray[np.uint16]
    flags: Floats
    """Three columns: a notice, the head of a list of links, a byline or caption."""


def count(texts: list[str]) -> Signs:
    """Count the characters of a page's blocks."""
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "replace"), np.uint32)
    bits = _BITS[np.minimum(codes, 65_535)]
    ends = np.cumsum(lengths)
    starts = ends - lengths
    # One histogram of all characters by block and combination of kinds, then a sum over the combinations.
    cells = np.repeat(np.arange(len(texts)) * len(_COMBINATIONS), lengths)
    cells += _RANKS[bits]
    seen = np.bincount(cells, minlength=len(texts) * len(_COMBINATIONS)).reshape(len(texts), -1)
    counts = list((seen.astype(np.float32) @ _KINDS).T)
    letter = (bits & _LETTER) != 0
    begins = letter.copy()
    begins[1:] &= ~letter[:-1]
    begins[starts] = letter[starts]
    tokens = counts[HAN] + np.add.reduceat(begins, starts, dtype=np.float32)
    return Signs(
        length=lengths.astype(np.float32),
        tokens=tokens,
        counts=counts,
        stops=_stops(texts, counts),
        first=bits[starts],
        last=bits[ends - 1],
        flags=_flags(texts),
    )


def _stops(texts: list[str], counts: list[Floats]) -> Floats:
    """Count the words and characters that running text is full of."""
    known = _STOP_WORDS.__contains__
    english = [sum(map(known, text.lower().split())) if latin > 8 else 0
               for text, latin in zip(texts, counts[LOWER], strict=True)]  # fmt: skip
    return counts[FUNCTION] + np.array(english, np.float32)


def _flags(texts: list[str]) -> Floats:
    """Search the short blocks for words that tell; in one pass over all of them, since none reaches over a line."""
    flags = np.zeros((len(texts), 3), np.float32)
    short = [number for number, text in enumerate(texts) if len(text) <= SHORT]
    lines = [texts[number].lower() for number in short]
    joined = "\n".join(lines)
    ends = np.cumsum([len(line) + 1 for line in lines])
    for column, pattern in ((0, _NOTICE), (1, _LIST), (2, _BYLINE), (2, _MOMENT)):
        found = [match.start() for match in pattern.finditer(joined)]
        if found:
            flags[np.array(short)[np.searchsorted(ends, found, "right")], column] = 1
    return flags
