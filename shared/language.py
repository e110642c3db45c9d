"""Words in the language of a reader, and what the watched are called in it. Pure."""

from collections.abc import Mapping, Sequence

from opencc import OpenCC

from shared.messages.common import Language

_TRADITIONAL = OpenCC("s2t")

Names = Mapping[str, tuple[str, str]]
"""Identifier of an entity → its Chinese and its English name (from the watchlist)."""


def in_language(words: tuple[str, str], language: Language) -> str:
    """The Chinese words, in the document's characters, or the English ones."""
    if language == "zh-Hant":
        traditional: str = _TRADITIONAL.convert(words[0])
        return traditional
    return words[0] if language == "zh-Hans" else words[1]


def named(entities: Sequence[str], names: Names, language: Language) -> tuple[str, ...]:
    """What the entities are called, each once; who is not watched has no name."""
    return tuple(dict.fromkeys(in_language(names[entity], language) for entity in entities if entity in names))
