"""Folding: one spelling for every way a text may be written, at the same length.

Each character is folded by itself, and only where exactly one character comes out, so that an offset in the folded
text is the same offset in the original. Full width becomes half width (NFKC), traditional becomes simplified (OpenCC
t2s, character by character), capitals become small, every space becomes a blank, every quotation mark a plain one.
"""

import unicodedata

from opencc import OpenCC

_QUOTES = dict.fromkeys("“”„‟「」『』〝〞＂", '"') | dict.fromkeys("‘’‛`´", "'")
_DASHES = dict.fromkeys("‐‑‒–", "-")
_VARIANTS = str.maketrans("衞敍緖鬭鐡粧", "衛敘緒鬥鐵妝")
"""Forms that Hong Kong's press writes and OpenCC's t2s does not know (國家衞健委): to those that it does."""


class _Folding(dict[int, str]):
    """Code point to folded character; filled as characters are met (there are some thousands in the news)."""

    def __init__(self) -> None:
        super().__init__()
        self._simplify = OpenCC("t2s")

    def __missing__(self, code: int) -> str:
        folded = self._fold(chr(code))
        self[code] = folded
        return folded

    def _fold(self, character: str) -> str:
        if character == "\n":
            return character
        if character.isspace():
            return " "
        plain = _QUOTES.get(character) or _DASHES.get(character)
        if plain:
            return plain
        folded = character
        normal = unicodedata.normalize("NFKC", character)
        if len(normal) == 1:
            folded = normal
        if ord(folded) > 0x2E80:
            simple = self._simplify.convert(folded.translate(_VARIANTS))
            folded = simple if len(simple) == 1 else folded
        small = folded.casefold()
        return small if len(small) == 1 else folded


_FOLDING = _Folding()


def fold(text: str) -> str:
    """`text` in the one spelling that all matching uses; `len(fold(text)) == len(text)`."""
    return text.translate(_FOLDING)
