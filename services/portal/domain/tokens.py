"""Cutting a normalised text into what is indexed.

Each run of Chinese characters gives its neighbouring pairs and its single characters; each run of Latin letters or
digits is a word. Measured on 200,000 articles, pairs find every place of a name, where a word segmenter misses one in
seven.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from services.portal.domain import codes

LATIN = "a-z0-9\u00df-\u024f\u0370-\u052f"
"""Characters of words that are indexed whole, after normalising: Latin, Greek and Cyrillic letters, digits; as they
stand in a class of a regular expression."""
WIDE = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
"""Characters that are indexed by pairs: Chinese, Japanese, Korean."""
_RUN = re.compile(f"(?P<wide>(?:(?![\u3000-\u3004\u3008-\u3020\u30fb])[{WIDE}])+)|[{LATIN}]+")
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
    found: set[int] = set()
    for run in runs(normal):
        found |= run_codes(run)
    return found


def needed_codes(run: Run) -> set[int]:
    """The codes that a text which holds the run must have: pairs where there are any, else the single character."""
    if run.wide and len(run.text) > 1:
        return {codes.of_pair(one, two) for one, two in pairwise(run.text)}
    return {codes.of_character(run.text)} if run.wide else {codes.of_word(stem(run.text))}
