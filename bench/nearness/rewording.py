"""Words replaced by others, as an editor rewords a report: figures, negations and what turns a text stay."""

import logging
import random
from collections.abc import Sequence

from services.crawler.domain.fingerprint import units
from services.crawler.domain.likeness import NEGATIONS
from services.crawler.domain.opposites import tokens

REPLACED = 0.2
"""Share of the words that are replaced."""
_TRIES = 20
"""Words drawn for a place until one fits: of its script, and together with its neighbours no numeral or negation."""


def reworded(text: Sequence[str], made: random.Random) -> list[str]:
    """One word in five replaced by another word of the same text; never a numeral, a negation or a turning word.

    Chinese words are as jieba cuts them. Those of one character stay (most are particles), and more of the others are
    replaced, so that it is a fifth of all words.
    """
    import jieba  # of the benchmarks' own packages: the other changes are made, and tested, without it

    jieba.setLogLevel(logging.WARNING)
    cut = [jieba.lcut(paragraph) for paragraph in text]
    every = [word for words in cut for word in words if any(map(str.isalpha, word))]
    others = [word for word in every if _replaceable(word)]
    share = REPLACED * len(every) / max(1, len(others))
    return ["".join(_replaced(words, others, share, made)) for words in cut]


def _replaced(words: list[str], others: Sequence[str], share: float, made: random.Random) -> list[str]:
    new = list(words)
    for at, word in enumerate(words):
        if not _replaceable(word) or made.random() >= share:
            continue
        before, after = "".join(new[max(0, at - 2) : at]), "".join(new[at + 1 : at + 3])
        for other in made.choices(others, k=_TRIES):
            same_script = other.isascii() == word.isascii()
            if same_script and other != word and _turns(before + other + after) == _turns(before + word + after):
                new[at] = other
                break
    return new


def _replaceable(word: str) -> bool:
    """A word of letters, in Chinese of two characters or more, that turns nothing."""
    return word.isalpha() and (word.isascii() or len(word) > 1) and not _turns(word)


def _turns(text: str) -> list[str]:
    """The numerals, turning words and negations in it."""
    found = units(text)
    return [value for _, value in tokens(found) if value] + [unit for unit in found if unit in NEGATIONS]
