"""Text that a database and a topic take: without what they refuse, and no longer than they take."""

import json
import re
from collections.abc import Sequence

MAX_CHARACTERS = 200_000
"""Of one article: the longest law of the field has about 60,000; more is a dump."""
MAX_JSON_BYTES = 800_000
"""Of the paragraphs as JSON: a message with title, address and the rest stays below the codec's 1,000,000."""
MAX_TITLE = 500
"""Characters."""

# PostgreSQL's text refuses NUL, UTF-8 has no lone surrogates, and other controls become six bytes each in JSON.
_REFUSED = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def plain(text: str) -> str:
    """`text` without control characters and lone surrogates."""
    return _REFUSED.sub("", text)


def one_line(text: str, most: int = MAX_TITLE) -> str:
    """`text` on one line, cut to `most` characters."""
    return " ".join(plain(text).split())[:most]


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
