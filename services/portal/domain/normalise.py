"""One spelling for every way a text may be written, at the same length, so that a place in it is one in the original.

The fold of the watchlist (small letters, NFKC, traditional to simplified, each character by itself) and a few
characters more: OpenCC's table by characters keeps them apart where its table by words joins them, in 67 of 342,723
characters measured. They are folded on both sides, so either spelling finds the other.
"""

import re
from collections.abc import Sequence

import numpy as np

from shared.watch import fold

_ALSO = str.maketrans("覆瞭藉乾著週佈祇\0", "复了借干着周布只 ")
"""Traditional and variant characters whose simplified form OpenCC chooses by the word around them; and NUL, which
PostgreSQL holds in no text."""
_HALF = re.compile("[\ud800-\udfff]")


_SHORT = 120
"""Characters up to which the fold itself is as quick as its table."""
_UNMET = 0xFFFF_FFFF
_TABLE = np.full(0x11_0000, _UNMET, dtype="<u4")
"""Code point to folded code point, filled as characters are met: a text is folded by one look-up of all its characters,
five times as fast as one by one."""


def normalise(text: str) -> str:
    """`text` in the one spelling that index and query use; of the same length.

    Raises AssertionError if a fold ever changed the length: marks would stand at the wrong places.
    """
    if len(text) > _SHORT:
        return _by_table(text)
    normal = _folded(text)
    assert len(normal) == len(text), "a fold changed the length of a text"  # noqa: S101  # the promise of this module
    return normal


def normalise_all(texts: Sequence[str]) -> list[str]:
    """Each text as `normalise` gives it, its line ends as blanks; all at once, since that is quicker."""
    if not texts:
        return []
    return normalise("\n".join(text.replace("\n", " ") for text in texts)).split("\n")


def _folded(text: str) -> str:
    try:
        folded = fold(text)
    except UnicodeEncodeError:  # half a character, as JSON and broken pages may hold
        folded = fold(_HALF.sub("\ufffd", text))
    return folded.translate(_ALSO)


def _by_table(text: str) -> str:
    places = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    folded = _TABLE[places]
    unmet = folded == _UNMET
    if unmet.any():
        for code in np.unique(places[unmet]).tolist():
            _TABLE[code] = ord(_folded(chr(code)))
        folded = _TABLE[places]
    normal: str = folded.tobytes().decode("utf-32-le")
    return normal
