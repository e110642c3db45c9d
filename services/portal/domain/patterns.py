"""The regular expression of a term: the same one verifies in PostgreSQL and marks in Python.

It is made of runs (letters and digits) alone, so nothing that was typed is ever read as an expression.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from services.portal.domain.query import Term
from services.portal.domain.tokens import LATIN, Run, stem
from shared.watch.patterns import ticker_of

_BEFORE = f"(?<![{LATIN}])"
_AFTER = f"(?![{LATIN}])"
BETWEEN = 3
"""Signs that may stand between two runs."""
_BETWEEN = f"[^{LATIN}\u4e00-\u9fff\n\f]{{0,{BETWEEN}}}"
"""What may stand between two runs of one word or phrase: blanks and signs, as in `241.HK`, `医鹿 APP`, `“互联网+”`."""


def expression(term: Term) -> str:
    """What matches the term in a normalised text, for Python's `re` and PostgreSQL's `~` alike."""
    if term.ticker is not None:
        return ticker_of(term.ticker)
    return _BETWEEN.join(_of_run(run) for run in term.runs)


def plain(term: Term) -> str | None:
    """The text itself, where the term is one run of Chinese characters: to be found without an expression."""
    return term.runs[0].text if len(term.runs) == 1 and term.runs[0].wide and not term.ticker else None


@lru_cache(maxsize=512)
def compiled(term: Term) -> re.Pattern[str]:
    """The compiled expression of the term."""
    return re.compile(expression(term))


_NEAR = 30
"""Characters around the digits of a stock code within which every written form of it lies, thrice over."""


def tickers(term: Term, text: str, begin: int, end: int) -> Iterator[re.Match[str]]:
    """The places of a stock code between two places of a text, each found from its digits on.

    The expression alone tries every character for each of its forms: fifty times as slow.
    """
    digits, pattern = sure(term), compiled(term)
    place, done = text.find(digits, begin, end), begin
    while place >= 0:
        first = max(done, place - _NEAR)
        for found in pattern.finditer(text[max(begin, first - 1) : min(end, place + _NEAR)]):
            start = max(begin, first - 1)
            if start + found.start() <= place < start + found.end():
                yield found
                done = start + found.end()
                break
        place = text.find(digits, max(done, place + 1), end)


def is_exact(term: Term) -> bool:
    """Whether the codes of a term say for sure that the text holds it: one word, or one or two characters."""
    if term.ticker is not None or len(term.runs) != 1:
        return False
    run = term.runs[0]
    return not run.wide or len(run.text) <= 2


def _of_run(run: Run) -> str:
    if run.wide:
        return re.escape(run.text)
    base = stem(run.text)
    if base.isdigit() and len(base) < 5 and base[0] != "0":
        return f"{_BEFORE}0{{0,{5 - len(base)}}}{base}{_AFTER}"
    fixed, endings = _forms(base)
    # Letters first, and then that none stands before them: `re` looks for plain letters five times as fast.
    return f"{fixed}(?<![{LATIN}]{fixed}){endings}{_AFTER}"


def _forms(base: str) -> tuple[str, str]:
    """What all words of a stem begin with, and how they may go on."""
    if len(base) < 3 or not base.isascii() or not base.isalpha():
        return base, ""
    return (base[:-1], "(?:ys?|ies)") if base.endswith("y") else (base, "s?")


@lru_cache(maxsize=512)
def sure(term: Term) -> str:
    """Letters that every place of the term holds: quicker to look for than the term itself."""
    if term.ticker is not None:
        return term.ticker.lstrip("0")
    held = (run.text if run.wide else _forms(stem(run.text))[0] for run in term.runs)
    return max(held, key=len)
