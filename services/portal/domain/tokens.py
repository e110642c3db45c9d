"""Cutting a normalised text into what is indexed.

Each run of Chinese characters gives its neighbouring pairs and its single characters; each run of Latin letters or
digits is a word. Measured on 200,000 articles, pairs find every place of a name, where a word segmenter misses one in
seven.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from services.portal.domain import codes

LATIN = "a-z0-9\u00df-\u024f\u0370-\u052f"
"""Characters of words that are indexed whole, after normalising: Latin, Greek and Cyrillic letters, digits; as they
stand in a class of a regular expression."""
WIDE = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
"""Characters that are indexed by pairs: Chinese, Japanese, Korean."""
_RUN = re.compile(f"(?P<wide>(?:(?![\u3000-\u3004\u3008-\u3020\u30fb])[{WIDE}])+)|[{LATIN}]+")
_WORD = re.compile(f"[{LATIN}]+")
_TICKER = re.compile(r"(?:hkex|hkg|sehk|hkse|hk)0*(\d{1,5})")
_CODE = re.compile(r"0+(\d{1,4})")


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a text."""

    text: str
    wide: bool
    start: int
    """Place of its first character."""


def runs(normal: str) -> Iterator[Run]:
    """The runs of a normalised text, in order."""
    for found in _RUN.finditer(normal):
        yield Run(found.group(), found["wide"] is not None, found.start())


def stem(word: str) -> str:
    """The form under which a word is indexed: an English plural without its ending, a stock code without its zeros.

    Only what needs no dictionary: `pharmacies` → `pharmacy`, `licences` → `licence`, `00241` and `0241` → `241`.
    """
    if word.isdigit():
        short = _CODE.fullmatch(word) if len(word) in (4, 5) else None
        return short[1].lstrip("0") or word if short else word
    if len(word) < 4 or not word.isascii() or not word.isalpha() or not word.endswith("s"):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word if word.endswith(("ss", "us", "is")) else word[:-1]


def run_codes(run: Run) -> set[int]:
    """What one run is indexed under."""
    if not run.wide:
        ticker = _TICKER.fullmatch(run.text)
        return {codes.of_word(stem(run.text))} | ({codes.of_word(ticker[1])} if ticker else set())
    return codes.of_run(run.text)


def text_codes(normal: str) -> set[int]:
    """All codes of a normalised text."""
    wide = _wide_codes(normal)
    if wide is None:
        return {code for run in runs(normal) for code in run_codes(run)}
    return wide.union(*map(_word_codes, set(_WORD.findall(normal))))


@lru_cache(maxsize=50_000)
def _word_codes(word: str) -> frozenset[int]:
    return frozenset(run_codes(Run(word, wide=False, start=0)))


def _wide_table() -> npt.NDArray[np.bool_]:
    """By code point: whether a character is indexed by pairs, as `_RUN` says it."""
    table = np.zeros(0x11_0000, dtype=bool)
    for first, last in ((0x2E80, 0x9FFF), (0xAC00, 0xD7AF), (0xF900, 0xFAFF), (0x2_0000, 0x3_FFFF)):
        table[first : last + 1] = True
    for first, last in ((0x3000, 0x3004), (0x3008, 0x3020), (0x30FB, 0x30FB)):
        table[first : last + 1] = False
    return table


_WIDE = _wide_table()


def _wide_codes(normal: str) -> set[int] | None:
    """The codes of all runs of Chinese characters at once; None where one has no exact code."""
    places = np.frombuffer(normal.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.int64)
    wide = _WIDE[places]
    return codes.of_places(places, wide)


def needed_codes(run: Run) -> set[int]:
    """The codes that a text which holds the run must have: pairs where there are any, else the single character."""
    if run.wide and len(run.text) > 1:
        return {codes.of_pair(one, two) for one, two in pairwise(run.text)}
    return {codes.of_character(run.text)} if run.wide else {codes.of_word(stem(run.text))}
