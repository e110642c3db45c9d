"""Signs of an entity in its article: how short the news is, who else is named, whether it begins a sentence."""

import re
from collections.abc import Sequence
from math import log

from services.classifier.domain.model import Features
from services.classifier.domain.reading import Reading
from shared.watch.hits import Hit

SHORT = 240
"""Size of title and text below which news is short: it names hardly anybody in passing."""
_LETTER = 0.35
"""What a Latin letter counts beside a Chinese character: about as much is told in a third of the length."""
_HAN = "\u2e80"
_SMALLEST, _SPAN = 60, 3.5
"""Size from which length counts, and the powers of e until it counts no more: 60 to 2,000."""
_NEAR = 40
"""Characters after a mention in which a verb makes it the one who acts."""
_AT_HEAD = 4
"""Characters before a mention that begins its sentence: a quotation mark, a day."""
_ACTS = re.compile(
    r".{0,6}(?:日前|近日|今日|昨日|\d+日|宣布|表示|发布|公告|披露|推出|上线|启动|印发|通报|公布|约谈|责令|要求|回应|否认|称|指出"
    r"|获|被|与|和|将|拟|计划|在|对|向|联合|等)"
    r"|(?:'s)?[^.]{0,30}(?<![a-z])(?:said|says|announced|will|has|have|had|plans?|is|was|launched|issued|released"
    r"|published|signed|named|appointed|fined|ordered|told|denied|agreed|acquired|opened|reported|posted)(?![a-z])"
)
_ENDS = re.compile(r"[。;!?\n]")
_BEGINS = "。.;!?\n"
_WITH_SHORT = ("in title", "in lead", "once", "listed", "late", "current", "first named", "main")


def size(folded: str) -> float:
    """How much a text tells: its length in Chinese characters, or what they are worth."""
    han = sum(map(_HAN.__le__, folded))
    return han + (len(folded) - han) * _LETTER


def is_short(reading: Reading) -> bool:
    """Whether the article is short news."""
    return _size(reading) < SHORT


def _size(reading: Reading) -> float:
    cached = reading.cache.get("size")
    if not isinstance(cached, float):
        reading.cache["size"] = cached = float(size(reading.text.folded))
    return cached


def entity_signs(reading: Reading, kind: str, hits: Sequence[Hit], found: Features) -> Features:
    """Beside the signs already `found` of an entity of that `kind`: length of the text, others named, words around."""
    folded, all_hits = reading.text.folded, reading.match.hits
    companies = {hit.name for hit in all_hits if not hit.entity.startswith("regulator_")}
    authorities = {hit.entity for hit in all_hits if hit.entity.startswith("regulator_")}
    signs: Features = {
        "length": min(1.0, log(max(_SMALLEST, _size(reading)) / _SMALLEST) / _SPAN),
        "companies": min(len(companies), 6) / 6,
        "only company": float(kind == "company" and len(companies) == 1),
        "no company": float(kind == "regulator" and not companies),
        "regulators": min(len(authorities), 4) / 4 if kind == "regulator" else 0.0,
    }
    if any(_acts(folded, hit) for hit in hits):
        signs |= {"acts": 1.0, f"{kind} acts": 1.0}
    if is_short(reading):
        signs |= {"short": 1.0, f"short {kind}": 1.0}
        signs |= {f"short {name}": found[name] for name in _WITH_SHORT if name in found}
    return signs


def _acts(folded: str, hit: Hit) -> bool:
    """Whether the mention begins a sentence or clause and a verb follows."""
    end = hit.place + len(hit.text)
    before = folded[max(0, hit.place - _AT_HEAD) : hit.place]
    heads = hit.place < _AT_HEAD or before[-1] in ",:" or any(mark in before for mark in _BEGINS)
    return heads and bool(_ACTS.match(folded[end : min(_sentence_end(folded, end), end + _NEAR)]))


def _sentence_end(folded: str, start: int) -> int:
    ends = _ENDS.search(folded, start, start + _NEAR)
    return ends.start() if ends else start + _NEAR
