"""A hint for a misspelt name."""

import difflib
from collections.abc import Collection


def nearest(word: str, known: Collection[str]) -> str:
    """The known one that looks most like it, or all of them."""
    close = difflib.get_close_matches(word, known, n=1)
    return f"did you mean {close[0]}?" if close else f"known: {', '.join(sorted(known))}"
