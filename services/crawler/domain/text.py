"""Text that a database and a topic take: without what they refuse, and no longer than they take."""

import json
import re
from collections.abc import Sequence

from services.crawler.domain.fingerprint import units

MAX_CHARACTERS = 200_000
"""Of one article: the longest law of the field has about 60,000; more is a dump."""
MAX_JSON_BYTES = 800_000
"""Of the paragraphs as JSON: a message with title, address and the rest stays below the codec's 1,000,000."""
MAX_TITLE = 500
"""Characters."""

SENTENCE = 8
"""Units (characters, words, numbers) that a sentence has at least."""
TELEGRAM = 60
"""Units that text without a whole sentence must have to be an article."""
ENDS = ("。", "！", "？", "；", "…", ".", "!", "?")

# PostgreSQL's text refuses NUL, UTF-8 has no lone surrogates, and other controls become six bytes each in JSON.
_REFUSED = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def plain(text: str) -> str:
    """`text` without control characters and lone surrogates."""
    return _REFUSED.sub("", text)


def one_line(text: str, most: int = MAX_TITLE) -> str:
    """`text` on one line, cut to `most` characters."""
    return " ".join(plain(text).split())[:most]


def has_article(paragraphs: Sequence[str], lengths: Sequence[int] | None = None) -> bool:
    """Whether the paragraphs hold an article: a sentence, or as much text as a telegram has. `lengths`: in units, where
    they are known.

    What extraction leaves of a page without one is a byline, a heading of related links, a copyright line.
    """
    if lengths is None:
        lengths = [len(units(paragraph)) for paragraph in paragraphs]
    sentence = any(
        length >= SENTENCE and paragraph.rstrip('”"』」)） ').endswith(ENDS)
        for paragraph, length in zip(paragraphs, lengths, strict=True)
    )
    return sentence or sum(lengths) >= TELEGRAM


def without_title(title: str, paragraphs: Sequence[str]) -> tuple[str, ...]:
    """The paragraphs without a first one that only repeats the title, as some pages' boxes do."""
    same = len(paragraphs) > 1 and one_line(paragraphs[0]) == one_line(title)
    return tuple(paragraphs[1:] if same else paragraphs)


def capped(paragraphs: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """The paragraphs that fit, without empty ones, and what was cut in plain words (empty: nothing)."""
    kept: list[str] = []
    characters = size = 0
    for paragraph in paragraphs:
        text = plain(paragraph).strip()
        if not text:
            continue
        text = text[: MAX_CHARACTERS - characters]
        cost = len(json.dumps(text, ensure_ascii=False).encode()) + 1
        if not text or size + cost > MAX_JSON_BYTES:
            return tuple(kept), f"cut to {characters:,} characters"
        kept.append(text)
        characters += len(text)
        size += cost
    total = sum(len(plain(paragraph).strip()) for paragraph in paragraphs)
    return tuple(kept), f"cut to {characters:,} characters" if characters < total else ""
