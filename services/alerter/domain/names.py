"""Chinese names in English texts: 朱顺炎 is Zhu Shunyan.

A romanised name is found by its syllables: the Chinese text is read as pinyin without tones, the English one for
capitalised words that are made of Mandarin syllables.
"""

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache

from pypinyin import Style, lazy_pinyin
from pypinyin.constants import PINYIN_DICT

from shared.watch.fold import fold

_HAN = re.compile(r"[\u4e00-\u9fff]+")
_CAPITALS = re.compile(r"\b[A-Z][a-z]+(?:[ -][A-Z][a-z]+)*")
_PLACE = re.compile(r"([\u4e00-\u9fff]{2,3})[市省县]")
_LONGEST_SYLLABLE = 6
_TAKEN_FOR_GRANTED = frozenset({"china", "beijing", "shanghai", "hong", "kong", "hangzhou", "guangzhou", "shenzhen"})
"""Places that half of the reports name."""
_EVERYBODY = frozenset({
    "pingan", "anping", "haodaifu", "weiyi", "dingdang", "jingdong", "zhifubao", "mayi", "alijiankang", "meituan",
    "chunyu", "yaoshibang", "taobao", "tianmao",
})  # fmt: skip
"""Watched companies as pinyin: their being named is told by the entities already."""


@lru_cache(maxsize=1)
def _syllables() -> frozenset[str]:
    common = (chr(code) for code in PINYIN_DICT if 0x4E00 <= code <= 0x9FA5)
    return frozenset(lazy_pinyin("".join(common), style=Style.NORMAL)) - {"n", "m", "ng", "e", "o", "a"}


@lru_cache(maxsize=20_000)
def split(word: str) -> tuple[str, ...] | None:
    """The syllables of a romanised `word`, longest first; None when it is none."""
    if not word:
        return ()
    for length in range(min(_LONGEST_SYLLABLE, len(word)), 0, -1):
        if word[:length] in _syllables():
            rest = split(word[length:])
            if rest is not None:
                return (word[:length], *rest)
    return None


def romanised(text: str) -> frozenset[str]:
    """Names of two to four Mandarin syllables in an English `text`, without blanks: `zhushunyan`."""
    found = set()
    for group in _CAPITALS.findall(text):
        words = [word.casefold() for word in re.split(r"[ -]", group)]
        for start in range(len(words)):
            for end in range(start + 1, min(len(words), start + 3) + 1):
                part = words[start:end]
                if _TAKEN_FOR_GRANTED & set(part):
                    continue
                syllables = split("".join(part))
                if syllables and 2 <= len(syllables) <= 4 and sum(map(len, syllables)) >= 6:
                    found.add("".join(syllables))
                    found.add("".join(part[1:] + part[:1]))  # the family name may stand last
    return frozenset(found) - _EVERYBODY


class Sounds:
    """How the runs of a text sound, of which few are ever looked for: eight bytes each, where a text of 1,000
    characters has three thousand and an alerter remembers thousands of texts.
    """

    def __init__(self, grams: Iterable[str]) -> None:
        """`grams` as `pinyin_grams` gives them; two of them share a mark once in 2⁶⁴."""
        self._marks = array("q", sorted({hash(gram) for gram in grams}))

    def among(self, names: Iterable[str]) -> frozenset[str]:
        """Those of `names` that stand in the text."""
        return frozenset(name for name in names if self._has(hash(name)))

    def _has(self, mark: int) -> bool:
        at = bisect_left(self._marks, mark)
        return at < len(self._marks) and self._marks[at] == mark


@lru_cache(maxsize=20_000)
def _sound(character: str) -> str:
    """Its most usual reading: names seldom have another, and a phrase is slow to look up."""
    return "".join(lazy_pinyin(character, style=Style.NORMAL))


def pinyin_grams(text: str) -> frozenset[str]:
    """Every run of two to four characters of a Chinese `text`, as pinyin without tones; places are left out.

    Reports of many events come out of one town, so that its name links none of them.
    """
    found: set[str] = set()
    folded = fold(text)
    for run in _HAN.findall(folded):
        syllables = [_sound(character) for character in run]
        for length in (2, 3, 4):
            for start in range(len(syllables) - length + 1):
                found.add("".join(syllables[start : start + length]))
    places = {"".join(map(_sound, place[-length:])) for place in _PLACE.findall(folded) for length in (2, 3)}
    return frozenset(found - places)
