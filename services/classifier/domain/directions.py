"""Who buys and who is bought, where a sentence says so plainly: data of lines.py.

Only the plain constructions count (A 收购 B, A 完成对 B 的收购, B 被 A 收购, A 将…出售给 B; A acquired B, the
acquisition of B by A, A sold … to B). Everything else stays undecided: a wrong direction is worse than none.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

_BUY = r"(?:收购|购买|购入|买下|拿下|并购|吞下|入主|受让|私有化|控股)"
_STAKE = r"(?:了|其|的|持有|剩余|全部|约|合计|多数|部分|控股|旗下|股权|股份|\d+(?:\.\d+)?%){0,4}"
_BUY_EN = (
    r"(?:acquir(?:e|es|ed|ing)|buy|buys|bought|buying|purchas(?:e|es|ed|ing)|takeover of|tak(?:e|es|ing) over|took over"
    r"|acquisition of|purchase of)"
)
_STAKE_EN = (
    r"(?: (?:a|an|the|all|of|in|its|remaining|majority|controlling|stake|shares|equity|per ?cent"
    r"|\d+(?:\.\d+)?%?)){0,8} "
)
_OBJECT_AFTER = re.compile(rf"(?:{_BUY}{_STAKE}|\b{_BUY_EN}{_STAKE_EN})$")
_OBJECT_BEFORE = re.compile(rf"(?:的|{_STAKE}){{0,2}}(?:正式|全资)?{_BUY}")
_TOWARDS = re.compile(r"对$")
_BY = re.compile(
    r"(?:被|由|获|遭)$"
    r"|\b(?:acquired|bought|purchased|taken over|acquisition of .{2,60}|takeover of .{2,60}) by (?:the )?$"
)
_BOUGHT_AFTER = re.compile(rf"(?:正式|全资|战略)?{_BUY}")
_SOLD_TO = re.compile(r"(?:转让|出售|卖)给$|\b(?:sold|sell|sells|selling|sale)\b[^.;]{0,60} to (?:the )?$")
_NOT_PLAIN = re.compile(r"[。;!?]|被|由|获|遭|向|将其|从|\bby\b|\bfrom\b|\bfor\b|拒绝|否决|反对|竞购|rival|reject")
"""Between the one who acts and the other side: with one of these, somebody else acts."""
_REACH = 40
"""Characters of the sentence before or after a name that are looked at."""


@dataclass(frozen=True, slots=True)
class Party:
    """A name in the sentence: who it is, and its offsets there."""

    who: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Direction:
    """`buys`: `who` acquires `other`. `sells`: `who` sells to `other`."""

    kind: Literal["buys", "sells"]
    who: str
    other: str


def direction(sentence: str, parties: Sequence[Party]) -> Direction | None:
    """The direction of a deal in a folded sentence; None unless two different parties stand in a plain construction."""
    for one in parties:
        before, after = sentence[max(0, one.start - 80) : one.start], sentence[one.end : one.end + _REACH]
        if _BY.search(before) and (not _is_han(before[-1:]) or _BOUGHT_AFTER.match(after)):
            bought = _before(sentence, parties, one, passive=True)
            return Direction("buys", one.who, bought.who) if bought else None
        if _SOLD_TO.search(before):
            seller = _before(sentence, parties, one, passive=True)
            return Direction("sells", seller.who, one.who) if seller else None
        if (_TOWARDS.search(before) and _OBJECT_BEFORE.match(after)) or _OBJECT_AFTER.search(before):
            buyer = _before(sentence, parties, one, passive=False)
            if buyer is not None:
                return Direction("buys", buyer.who, one.who)
    return None


def _before(sentence: str, parties: Sequence[Party], other: Party, *, passive: bool) -> Party | None:
    """The one different party before `other` in its sentence; None where there are several or the way is not plain."""
    found = [party for party in parties if party.end <= other.start and party.who != other.who]
    if len({party.who for party in found}) != 1 or not found:
        return None
    if passive:
        return found[-1]
    between = sentence[found[-1].end : other.start]
    return None if _NOT_PLAIN.search(between) else found[-1]


def _is_han(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"
