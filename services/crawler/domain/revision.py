"""Whether a page that was read again says something else, or only stands in other surroundings."""

from collections.abc import Sequence

from services.crawler.domain.fingerprint import shingles, units
from services.crawler.domain.likeness import compare

NEW_SHARE = 0.1
"""Share of the new text that must be new to be a revision by itself; an advertisement or a list of links is less."""


def what_changed(old_title: str, old: Sequence[str], new_title: str, new: Sequence[str]) -> str:
    """What the new text says that the old did not, in plain words; empty when only surroundings changed."""
    if units(old_title) != units(new_title):
        return "another title"
    before, after = units("\n".join(old)), units("\n".join(new))
    if before == after:
        return ""
    likeness = compare(before, after)
    if likeness.kind == "revised":
        return likeness.reason
    if likeness.kind == "different":
        return f"another text: {likeness.reason}"
    added = len(shingles(after) - shingles(before)) / max(1, len(shingles(after)))
    return f"{added:.0%} of the text is new" if added >= NEW_SHARE else ""
