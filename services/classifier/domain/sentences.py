"""Sentences with their places, in Chinese and English.

A place is a title (index 0) or a paragraph (from 1); offsets are characters of the original text, so that a sentence is
`text[start:end]` letter by letter.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_CLOSERS = "”’」』）》】\"')"
_STOP = re.compile(
    rf"[。！？!?….\n](?:(?<=[。！？!?…])[。！？!?…]*[{_CLOSERS}]*|(?<=\.)[{_CLOSERS}]*(?=\s|$)|(?<=\n)\n*)"
)
"""The letter by which a sentence may end stands first: `re` skips to the next of a class of letters."""
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|No|Nos|vs|Inc|Ltd|Co|Corp|Jr|Sr|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|approx)"
    r"|\b[A-Z]|\b[A-Z]\.[A-Z])\.$"
)
"""A full stop after one of these mostly ends no sentence; after Inc, Ltd, Co and Corp the next word decides."""
_COMPANY = re.compile(r"\b(?:Inc|Ltd|Co|Corp)\.$")


class Sentence(NamedTuple):
    """One sentence and where it stands."""

    place: int
    start: int
    end: int
    text: str


def split(text: str, place: int) -> Iterator[Sentence]:
    """The sentences of one place, without the space around them, in order."""
    start = 0
    for stop in _STOP.finditer(text):
        if text[stop.start()] == "." and not _ends(text, stop.end()):
            continue
        yield from _trimmed(text, place, start, stop.end())
        start = stop.end()
    yield from _trimmed(text, place, start, len(text))


def around(text: str, place: int, start: int, end: int) -> Sentence:
    """The sentence that holds `start`; reaches to the one that holds `end` where a quote spans several."""
    first: Sentence | None = None
    last: Sentence | None = None
    for sentence in split(text, place):
        if sentence.end > start and first is None:
            first = sentence
        if first is not None and (last is None or sentence.start < end):
            last = sentence
    if first is None or last is None:
        return Sentence(place, start, end, text[start:end])
    low, high = min(first.start, start), max(last.end, end)
    return Sentence(place, low, high, text[low:high])


def _ends(text: str, end: int) -> bool:
    head, following = text[max(0, end - 12) : end], text[end : end + 3].lstrip()
    if not _ABBREVIATION.search(head):
        return True
    return bool(_COMPANY.search(head)) and (not following or following[0].isupper())


def _trimmed(text: str, place: int, start: int, end: int) -> Iterator[Sentence]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if end > start:
        yield Sentence(place, start, end, text[start:end])
