"""Whether the cited paragraphs hold a point: the one check that every citation of a brief passes, whoever worded it.

What stands in the paragraph letter by letter is held. Of other wording, each number, date and name must be there, a
denial must be one there too, and the words must be those of the paragraph; where the languages differ, words cannot
be compared, so that at least one name, number or date has to be common. Where it is not sure, a point is not held: the
article's own sentence stands in for it, so strictness costs wording and nothing else.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from services.portal.domain.brief_figures import Day, Figure, figures, holds_day, holds_figure
from services.portal.domain.brief_names import Names
from services.portal.domain.brief_words import NO_NAMES, OPENERS, PLACES
from services.portal.domain.normalise import normalise

Why = Literal["empty", "number", "date", "name", "denial", "words"]
"""What the paragraphs do not hold."""
SHARE = 0.55
"""Least share of a point's words (pairs of characters in Chinese) that its paragraphs have: half may be rephrased."""
HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_LETTERS = re.compile(r"[a-z]+(?:['’][a-z]+)?")
_BLANKS = re.compile(r"\s+")
_LATIN_IN_HAN = re.compile(r"[a-z][a-z0-9+.&-]*")
_NAME = re.compile(r"[A-Z][\w&’'.-]*(?:\s(?:of|and|the|for|de)\s(?=[A-Z])|\s(?=[A-Z]))?")
_TITLED = re.compile(r"[《“「『\"]([^》”」』\"]{2,60})[》”」』\"]")
_BODY = re.compile(
    r"([\u4e00-\u9fff]{2})(集团|公司|医院|银行|基金|药业|制药|科技|药房|大学|法院|药店|连锁|委员会|管理局)"
)
_PERSON = re.compile(
    r"(?:首席执行官|首席财务官|董事长|总裁|总经理|创始人|主席|ceo|cfo|cto)([\u4e00-\u9fff]{2})"
    r"|([\u4e00-\u9fff]{2})(?:辞任|辞职|卸任|出任|接任|就任|离职)"
)
_DENIED = re.compile(
    r"否认|不实|辟谣|不属实|子虚乌有|并无此事|谣言|澄清|未有|没有|\b(?:den(?:y|ies|ied|ial)|untrue|rumou?rs?|false|not|no)\b"
)
_DENIES = re.compile(r"否认|不实|辟谣|不属实|谣言|\b(?:den(?:y|ies|ied|ial)|untrue)\b")


@dataclass(frozen=True, slots=True)
class Read:
    """A text as the check sees it."""

    normal: str
    names: frozenset[str]
    numbers: tuple[Figure, ...]
    days: tuple[Day, ...]
    chinese: bool
    words: frozenset[str] = field(default=frozenset())


def read(text: str, names: Names) -> Read:
    """What is compared of a text."""
    normal = normalise(text)
    numbers, days = figures(normal)
    chinese = is_chinese(normal)
    return Read(normal, names.named(normal), numbers, days, chinese, frozenset(_words(normal, chinese)))


def why_not(point: str, paragraphs: Sequence[str], names: Names) -> Why | None:
    """What of the point its cited paragraphs do not hold; None where they hold all of it."""
    text = "\n".join(paragraphs)
    wanted = _BLANKS.sub("", normalise(point))
    if not wanted or not text.strip():
        return "empty"
    if wanted in _BLANKS.sub("", normalise(text)):
        return None
    said, there = read(point, names), read(text, names)
    if any(one.sure and not holds_figure(one, there.numbers, there.days) for one in said.numbers):
        return "number"
    if not all(holds_day(one, there.days, there.numbers) for one in said.days):
        return "date"
    if not said.names <= there.names or not all(_holds_name(one, said, there, names) for one in _named(point, said)):
        return "name"
    if _DENIES.search(said.normal) and not _DENIED.search(there.normal):
        return "denial"
    return None if _holds_words(said, there) else "words"


def is_chinese(normal: str) -> bool:
    """Whether a text is Chinese rather than in Latin letters."""
    return 3 * len(HAN.findall(normal)) > len(_LETTERS.findall(normal))


def _holds_words(said: Read, there: Read) -> bool:
    if said.chinese == there.chinese:
        return len(said.words & there.words) >= SHARE * len(said.words)
    numbers = {one.value for one in said.numbers if one.sure} & {one.value for one in there.numbers}
    return bool(said.names & there.names or numbers or (said.days and there.days))


def _words(normal: str, chinese: bool) -> Iterator[str]:
    """Pairs of neighbouring Chinese characters, or English words without their endings."""
    if chinese:
        yield from (a + b for a, b in pairwise(normal) if HAN.match(a) and HAN.match(b))
        return
    for found in _LETTERS.finditer(normal):
        if len(found[0]) > 3 and found[0] not in OPENERS:
            yield re.sub(r"(?:ations?|ments?|ing|ied|ies|ed|es|s|y|e)$", "", found[0])


def _named(point: str, said: Read) -> Iterator[str]:
    """Names in a point that no list knows, normalised: capitals, titles, bodies, people."""
    for found in _TITLED.finditer(point):
        yield normalise(found[1])
    if said.chinese:
        yield from (found[1] + found[2] for found in _BODY.finditer(said.normal))
        yield from (found[1] or found[2] for found in _PERSON.finditer(said.normal))
        yield from (found[0].rstrip(".-") for found in _LATIN_IN_HAN.finditer(said.normal) if found[0] not in NO_NAMES)
        return
    for found in re.finditer(rf"(?:{_NAME.pattern})+", point):
        for word in found[0].split():
            yield normalise(word.strip(".'’")).removesuffix("'s").removesuffix("’s")


def _holds_name(name: str, said: Read, there: Read, names: Names) -> bool:
    if not name or name in there.normal or name in NO_NAMES or name in OPENERS:
        return True
    if not name.isascii():
        return False
    if any(word in there.normal for word in PLACES.get(name, ())):
        return True
    # Part of a watched name: who that is was compared already.
    watched = (said.normal[start:end] for (start, end), key in names.spans(said.normal) if key in there.names)
    return any(name in re.split(r"[\s.&'’-]+", each) or name == each for each in watched)


__all__ = ["Read", "Why", "is_chinese", "read", "why_not"]
