"""Compiling many words into one regular expression that finds the longest of them."""

import re
from collections.abc import Iterable

from shared.watch.scanner import Rule

_LATIN = re.compile(r"[a-z0-9]")
TICKER_HEAD = r"(?=[0-9(]|hk|sehk)"
"""What the written forms of a code begin with: elsewhere none of the dozens of them is tried."""
_BOUNDARY = r"(?=s?(?![a-z0-9]))"


def longest_of(words: Iterable[str]) -> Rule:
    """A rule that matches, at each place, the longest of the folded `words`.

    Words that begin or end with a Latin letter or digit need a word boundary there; a plural `s` may stand before it.
    """
    tree: dict[str, object] = {}
    known = sorted(dict.fromkeys(words), key=len, reverse=True)
    for word in known:
        branch = tree
        for character in word:
            branch = branch.setdefault(character, {})  # type: ignore[assignment]  # the tree is recursive
        branch[""] = word
    return Rule(re.compile(_expression(tree) or r"(?!)"), tuple(_alone(word) for word in known))


def _alone(word: str) -> str:
    """The expression of one word with its boundaries."""
    head = r"(?<![a-z0-9])" if _LATIN.match(word) else ""
    return head + re.escape(word) + (_BOUNDARY if _LATIN.match(word[-1]) else "")


def _expression(tree: dict[str, object], before: str = "") -> str:
    """The regular expression of a tree of characters; `before` is the character that led into it."""
    ends = "" in tree
    branches: list[str] = []
    for character, below in tree.items():
        if character == "":
            continue
        head = re.escape(character)
        if before == "" and _LATIN.match(character):
            head = r"(?<![a-z0-9])" + head
        branches.append(head + _expression(below, character))  # type: ignore[arg-type]  # as above
    boundary = _BOUNDARY if _LATIN.match(before) else ""
    if not branches:
        return boundary
    body = branches[0] if len(branches) == 1 and not ends else "(?:" + "|".join(branches) + ")"
    return f"(?:{body}|{boundary})" if ends else body


def ticker_of(code: str) -> str:
    """The regular expression of every usual written form of a Hong Kong stock code of five digits."""
    short = code.lstrip("0")
    digits = f"0{{0,{5 - len(short)}}}{short}"
    return (
        rf"(?:(?<![a-z0-9])(?:hkex|hkg|sehk|hkse|hk)\s?:?\s?{digits}(?![0-9])"
        rf"|(?<![0-9]){digits}\s?[.\-]\s?hk(?![a-z])"
        rf"|\(\s?{code}\s?\)|(?<![0-9])116\.{code}(?![0-9]))"
    )
