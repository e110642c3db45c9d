"""Who is in an event, by name: those who act or are acted upon, the authorities that act, the other sides."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from services.classifier.domain.naming import Called, Names
from shared.messages.classified import EntityFound, EventFound, Evidence, Fact, Mention
from shared.watch import OTHER
from shared.watch.fold import fold

LONGEST_NAME = 80
"""Characters of a name in a line; what is longer was read from a text without breaks and is left out."""
_GENERIC = re.compile(
    r"(?:医生|医师|患者|用户|客户|医院|药店|药企|药房|企业|公司|平台|机构|政府|银行|高校|专家|合作伙伴|伙伴|商家|品牌)"
)
"""Words that name nobody and were read as an other side."""
_TAIL = re.compile(r"(?<=[\u4e00-\u9fff]{2})(?:就|签署|签订|簽署|簽訂|共同).*$")
"""Words after a name that were read as a part of it."""


@dataclass(frozen=True, slots=True)
class Parties:
    """Those in an event: who acts or is acted upon, the authorities that act, the other sides that are facts."""

    who: tuple[Called, ...]
    by: tuple[Called, ...]
    others: tuple[tuple[Called, Fact], ...]
    authorities: tuple[tuple[Called, Fact], ...]
    """Authorities that are facts and named outside the event's own sentence."""


def parties_of(event: EventFound, entities: Sequence[EntityFound], names: Names) -> Parties:
    """The parties of `event`; `entities` are those of the document, with their mentions."""
    facts = [fact for fact in event.facts if len(fact.evidence.quote) <= LONGEST_NAME]
    named = [fact for fact in facts if fact.kind == "regulator"]
    acting = [fact for fact in named if inside(fact.evidence, event)]
    by = [_authority(fact, names) for fact in acting]
    who: list[Called] = []
    for entity in event.entities:
        if names.is_authority(entity) and event.family == "regulatory_event":
            by.extend(_called(entity, event, entities, names))
        else:
            who.extend(_called(entity, event, entities, names))
    others = _others(event, facts, entities, names)
    return Parties(
        who=tuple(dict.fromkeys(who)),
        by=tuple(dict.fromkeys(by)),
        others=tuple((called, fact) for called, fact in others if called not in who),
        authorities=tuple((_authority(fact, names), fact) for fact in named if fact not in acting),
    )


def _others(
    event: EventFound, facts: Sequence[Fact], entities: Sequence[EntityFound], names: Names
) -> list[tuple[Called, Fact]]:
    """The other sides; where words around a watched name were read as one (某平台好大夫在线), it is that entity."""
    found = []
    for fact in (fact for fact in facts if fact.kind == "counterparty"):
        inside = [one for one in entities if any(overlap(mention, fact.evidence) for mention in one.mentions)]
        if any(one.entity in event.entities for one in inside) or _GENERIC.fullmatch(fold(fact.evidence.quote)):
            continue
        known = names.of_entity(inside[0].entity) if inside else None
        found.append((known or names.of_text(_TAIL.sub("", fact.evidence.quote)), fact))
    return found


def _called(entity: str, event: EventFound, entities: Sequence[EntityFound], names: Names) -> tuple[Called, ...]:
    """An entity's names; of one without an entry the names that its sentence writes, at most two.

    Where the sentence names none, it is the one that the document names, if there is only one.
    """
    known = names.of_entity(entity)
    if known is not None:
        return (known,)
    if entity != OTHER:
        return ()
    inside_text = [mention.text for mention in mentions_in(entity, event, entities)]
    if inside_text:
        return _as_called(inside_text, names)[:2]
    everywhere = _as_called([one.text for found in entities if found.entity == entity for one in found.mentions], names)
    return everywhere if len(everywhere) == 1 else ()


def _as_called(written: Sequence[str], names: Names) -> tuple[Called, ...]:
    return tuple(dict.fromkeys(names.of_text(text) for text in written if len(text) <= LONGEST_NAME))


def _authority(fact: Fact, names: Names) -> Called:
    """National ones in both languages; local ones as written, short where Chinese has a short form."""
    known = names.of_entity(fact.value)
    if known is not None:
        return known
    quote = fact.evidence.quote
    return Called.as_written(quote.removeprefix("The ") if quote.isascii() else fact.value)


def mentions_in(entity: str, event: EventFound, entities: Sequence[EntityFound]) -> list[Mention]:
    """Where the event's own words name the entity."""
    return [
        mention for found in entities if found.entity == entity for mention in found.mentions if inside(mention, event)
    ]


def inside(place: Mention | Evidence, event: EventFound) -> bool:
    """Whether the place lies in the event's own words."""
    evidence = event.evidence
    return place.paragraph == evidence.paragraph and evidence.start <= place.start and place.end <= evidence.end


def overlap(one: Mention | Evidence, other: Mention | Evidence) -> bool:
    """Whether the two share a character."""
    return one.paragraph == other.paragraph and one.start < other.end and other.start < one.end
