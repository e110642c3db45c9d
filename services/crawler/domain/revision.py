"""Whether a page that was read again says something else, or only stands in other surroundings."""

from collections.abc import Sequence

from services.crawler.domain.fingerprint import shingles, units
from services.crawler.domain.likeness import compare
from shared.watch.fold import fold

NEW_SHARE = 0.1
"""Share of the new text that must be new to be a revision by itself; an advertisement or a list of links is less."""

TURNING = (
    "否认", "澄清", "更正", "撤回", "撤销", "取消", "终止", "暂停", "不实", "denie", "deny", "correct", "retract",
    "withdr", "cancel", "terminat", "suspend", "untrue",
    "批准", "驳回", "否决", "草案", "征求意见", "辞任", "辞职", "approv", "reject", "block", "draft", "resign",
)  # fmt: skip
"""Words (folded, or how they begin) whose coming or going turns what an article says, however short the change."""


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
    turned = [word for word in TURNING if _count(old, word) != _count(new, word)]
    if turned:
        return f"`{turned[0]}` came or went"
    added = len(shingles(after) - shingles(before)) / max(1, len(shingles(after)))
    return f"{added:.0%} of the text is new" if added >= NEW_SHARE else ""


def _count(paragraphs: Sequence[str], word: str) -> int:
    return sum(fold(paragraph).count(word) for paragraph in paragraphs)
