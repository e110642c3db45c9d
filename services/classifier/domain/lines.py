"""One line an event, in Chinese and in English, made from its structured facts: nothing else goes in.

The main clause follows from label and status (line_words.py, line_rules.py), names from the watchlist, and after it
stand the facts with what they are: other side, amount, percentage, authority, document, date of effect. The line cites
the paragraphs of the event's evidence and of all facts that it holds.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.classifier.domain.directions import Party, direction
from services.classifier.domain.line_figures import amount, document, effect, percentage
from services.classifier.domain.line_rules import BY_AUTHORITY, CONCERNED, ON
from services.classifier.domain.line_words import BUYS, NOBODY, SELLS, STRATEGIC, TOGETHER, Words
from services.classifier.domain.naming import Called, Names
from shared.messages.classified import EntityFound, EventFound, EventLine, Evidence, Fact, Mention
from shared.watch import OTHER
from shared.watch.fold import fold

LONGEST_NAME = 80
"""Characters of a name in a line; what is longer was read from a text without breaks and is left out."""
_OTHER_SIDE: dict[str, Words] = {
    "investment_financing": ("投资方：", "investor: "),
    "litigation_antitrust": ("被诉方：", "sued: "),
}
_ENDED = re.compile(r"终止|取消|放弃|撤回|告吹|中止|terminat|abandon|cancel|scrap|call(?:s|ed)? off|withdr[ae]w")
_END_WORDS: Words = ("原文提到终止或取消", "the text speaks of an end or withdrawal")
_MAY_END = frozenset({"mergers_acquisitions", "investment_financing", "partnership", "product_launch"})


@dataclass(frozen=True, slots=True)
class _Parties:
    """Those in an event: who acts or is acted upon, the authorities that act, the other sides that are facts."""

    who: tuple[Called, ...]
    by: tuple[Called, ...]
    others: tuple[tuple[Called, Fact], ...]
    authorities: tuple[tuple[Called, Fact], ...]
    """Authorities that are facts and named outside the event's own sentence."""


def line_of(event: EventFound, entities: Sequence[EntityFound], names: Names) -> EventLine:
    """The line of one event; `entities` are those of the document, with their mentions."""
    parties = _parties(event, entities, names)
    clause, told = _clause(event, entities, parties, names)
    details: list[Words] = []
    used: list[Fact] = [fact for called, fact in (*parties.others, *parties.authorities) if called in told]
    for words, fact in _details(event, parties, told):
        details.append(words)
        used.append(fact)
    if event.label in _MAY_END and _ENDED.search(fold(event.evidence.quote)):
        details.append(_END_WORDS)
    details = list(dict.fromkeys(details))
    places = {event.evidence.paragraph, *(fact.evidence.paragraph for fact in used)}
    return EventLine(
        label=event.label,
        status=event.status,
        zh="；".join([clause[0], *(zh for zh, _ in details)]),
        en="; ".join([clause[1], *(en for _, en in details)]),
        citations=tuple(sorted(places)),
    )


def _parties(event: EventFound, entities: Sequence[EntityFound], names: Names) -> _Parties:
    facts = [fact for fact in event.facts if len(fact.evidence.quote) <= LONGEST_NAME]
    named = [fact for fact in facts if fact.kind == "regulator"]
    acting = [fact for fact in named if _inside(fact.evidence, event)]
    by = [_authority(fact, names) for fact in acting]
    who: list[Called] = []
    for entity in event.entities:
        if names.is_authority(entity) and event.family == "regulatory_event":
            by.extend(_called(entity, event, entities, names))
        else:
            who.extend(_called(entity, event, entities, names))
    mentions = [mention for entity in event.entities for mention in _mentions(entity, event, entities)]
    others = [
        (names.of_text(fact.evidence.quote), fact)
        for fact in facts
        if fact.kind == "counterparty" and not any(_overlap(fact.evidence, mention) for mention in mentions)
    ]
    return _Parties(
        who=tuple(dict.fromkeys(who)),
        by=tuple(dict.fromkeys(by)),
        others=tuple((called, fact) for called, fact in others if called not in who),
        authorities=tuple((_authority(fact, names), fact) for fact in named if fact not in acting),
    )


def _called(entity: str, event: EventFound, entities: Sequence[EntityFound], names: Names) -> tuple[Called, ...]:
    """An entity's names; of one without an entry the names that its sentence writes, at most two."""
    known = names.of_entity(entity)
    if known is not None:
        return (known,)
    written = [mention.text for mention in _mentions(entity, event, entities)] if entity == OTHER else []
    return tuple(dict.fromkeys(names.of_text(text) for text in written if len(text) <= LONGEST_NAME))[:2]


def _authority(fact: Fact, names: Names) -> Called:
    """National ones in both languages; local ones as written, short where Chinese has a short form."""
    known = names.of_entity(fact.value)
    if known is not None:
        return known
    quote = fact.evidence.quote
    return Called.as_written(quote if quote.isascii() else fact.value)


def _mentions(entity: str, event: EventFound, entities: Sequence[EntityFound]) -> list[Mention]:
    return [
        mention for found in entities if found.entity == entity for mention in found.mentions if _inside(mention, event)
    ]


def _inside(place: Mention | Evidence, event: EventFound) -> bool:
    evidence = event.evidence
    return place.paragraph == evidence.paragraph and evidence.start <= place.start and place.end <= evidence.end


def _overlap(one: Mention | Evidence, other: Mention | Evidence) -> bool:
    return one.paragraph == other.paragraph and one.start < other.end and other.start < one.end


def _clause(
    event: EventFound, entities: Sequence[EntityFound], parties: _Parties, names: Names
) -> tuple[Words, frozenset[Called]]:
    """The main clause, and which of the parties that are facts it names."""
    if event.family == "regulatory_event":
        return _rule_clause(event, parties)
    if event.label == "mergers_acquisitions":
        deal = _deal(event, entities, parties, names)
        if deal is not None:
            return deal
    if event.label == "partnership" and parties.others and parties.who:
        others = tuple(called for called, _ in parties.others)
        return _fill(TOGETHER[event.status], who=parties.who, other=others), frozenset(others)
    return _fill(STRATEGIC[event.label][event.status], who=parties.who), frozenset()


def _rule_clause(event: EventFound, parties: _Parties) -> tuple[Words, frozenset[Called]]:
    if not parties.by:
        return _fill(CONCERNED[event.label][event.status], who=parties.who), frozenset()
    on = _fill(ON[event.label], who=parties.who) if parties.who else ("", "")
    zh, en = BY_AUTHORITY[event.label][event.status]
    by_zh, by_en = _joined(parties.by)
    return (zh.format(by=by_zh, on=on[0]), en.format(by=by_en, on=on[1])), frozenset(parties.by)


def _deal(
    event: EventFound, entities: Sequence[EntityFound], parties: _Parties, names: Names
) -> tuple[Words, frozenset[Called]] | None:
    """Who buys or sells, where the evidence says so plainly and nobody else is in the deal."""
    quote, offset = fold(event.evidence.quote), event.evidence.start
    known: dict[str, Called] = {}
    placed: list[Party] = []
    for entity in event.entities:
        for mention in _mentions(entity, event, entities):
            called = names.of_entity(entity) or names.of_text(mention.text)
            start, end = _as_one(mention, event)
            placed.append(Party(called.zh, start - offset, end - offset))
            known[called.zh] = called
    for called, fact in parties.others:
        if _inside(fact.evidence, event):
            placed.append(Party(called.zh, fact.evidence.start - offset, fact.evidence.end - offset))
            known[called.zh] = called
    found = direction(quote, sorted(placed, key=lambda party: party.start))
    if found is None or _ENDED.search(quote):
        return None
    who, other = known[found.who], known[found.other]
    if set(parties.who) - {who, other}:
        return None
    words = BUYS if found.kind == "buys" else SELLS
    return _fill(words[event.status], who=(who,), other=(other,)), frozenset({who, other})


def _as_one(mention: Mention, event: EventFound) -> tuple[int, int]:
    """The span of a name with the words that describe it, where an other side was read around it (平台好大夫在线)."""
    spans = [fact.evidence for fact in event.facts if fact.kind == "counterparty" and _overlap(fact.evidence, mention)]
    return min(mention.start, *(span.start for span in spans), mention.start), max(
        mention.end, *(span.end for span in spans), mention.end
    )


def _details(event: EventFound, parties: _Parties, told: frozenset[Called]) -> Iterator[tuple[Words, Fact]]:
    zh, en = _OTHER_SIDE.get(event.label, ("对方：", "other side: "))
    for called, fact in parties.others:
        if called not in told:
            yield (zh + called.zh, en + called.en), fact
    for kind, words in (
        ("amount", lambda fact: amount(fact, event.label)),
        ("percentage", percentage),
        ("document_number", document),
        ("effective_date", effect),
    ):
        for fact in event.facts:
            if fact.kind == kind:
                yield words(fact), fact
    for called, fact in parties.authorities:
        if called not in told:
            yield (f"提及机构：{called.zh}", f"authority named: {called.en}"), fact


def _fill(words: Words, **parties: tuple[Called, ...]) -> Words:
    joined = {slot: _joined(called) for slot, called in parties.items()}
    zh = words[0].format(**{slot: names[0] for slot, names in joined.items()})
    return zh, words[1].format(**{slot: names[1] for slot, names in joined.items()})


def _joined(called: Sequence[Called]) -> Words:
    """Names in a row; the word for nobody where there are none. A line is one line whatever the names hold."""
    if not called:
        return NOBODY
    english = [_plain(one.en) for one in called]
    last = " and ".join(english[-2:])
    return "、".join(_plain(one.zh) for one in called), ", ".join([*english[:-2], last])


def _plain(name: str) -> str:
    return " ".join(name.split())
