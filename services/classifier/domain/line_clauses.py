"""The main clause of a line: the words of label and status (line_words.py, line_rules.py) with the names put in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from services.classifier.domain.directions import Party, direction
from services.classifier.domain.involved import Parties, inside, mentions_in, overlap
from services.classifier.domain.line_rules import BY_AUTHORITY, CONCERNED, CONCERNS, ON, PLAIN
from services.classifier.domain.line_words import BUYS, NOBODY, SELLS, STRATEGIC, TOGETHER, Words
from services.classifier.domain.naming import Called, Names
from shared.messages.classified import EntityFound, EventFound, Evidence, Mention
from shared.watch.fold import fold

ENDED = re.compile(
    r"终止|取消|放弃|撤回|告吹|中止|搁置|叫停|流产|夭折"
    r"|terminat|abandon|cancel|scrap|call(?:s|ed)? off|withdr[ae]w|shelve"
)
"""A deal that ends is no deal: with one of these words in folded evidence nobody buys."""
_NOBODYS: dict[str, Words] = {"background": ("的", "")}
"""What stands for those concerned where nobody is, so that the clause still reads well."""
_PLURAL = (
    ("{who} was ", "{who} were "), ("{who} is ", "{who} are "), ("{who} plans ", "{who} plan "), (" its ", " their "),
)  # fmt: skip
_COMPANY = r"(?:大药房|公司|股份|有限|集团|旗下|\([^)]{0,20}\))*"
_SUFFERS = re.compile(
    rf"{_COMPANY}(?:因[^。;]{{2,40}}?|再次?|日前|近日|此前|曾|[,，])?(?:被|遭|领|收)[^。;,，]{{0,24}}?(?:罚|立案|调查|约谈)"
    r"|,? (?:was|were|has been|have been|is being|is) (?:also )?"
    r"(?:fined|penali[sz]ed|sanctioned|punished|investigated|under investigation|probed)"
)
"""What follows a company that is penalised or investigated itself, in folded text."""
_AGAINST = re.compile(r"(?:对|向)$")
_ACTS = re.compile(rf"{_COMPANY}[^。;,，店商户]{{0,10}}(?:处罚|罚款|处以|立案|调查|约谈|罚)")
_FINED = re.compile(
    r"\b(?:fined|penali[sz]ed|sanctioned|investigat(?:e|es|ed|ing)|probe of|penalty on|fine on)(?: the)? $"
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A main clause."""

    words: Words
    told: frozenset[Called]
    """Parties that are facts and that it names."""
    places: tuple[int, ...] = ()
    """Paragraphs that it rests on beside the event's evidence."""


def clause_of(
    event: EventFound, entities: Sequence[EntityFound], parties: Parties, names: Names, places: Sequence[str] = ()
) -> Clause:
    """The main clause of the event's line; `places` are the title and the paragraphs, where they are at hand."""
    if event.family == "regulatory_event":
        return Clause(*_rule_clause(event, entities, parties))
    if event.label == "mergers_acquisitions":
        deal = _deal(event, entities, parties, names, places)
        if deal is not None:
            return deal
    if event.label == "partnership" and parties.others and parties.who:
        others = tuple(called for called, _ in parties.others)
        both = _fill(TOGETHER[event.status], who=parties.who, other=others, all=(*parties.who, *others))
        return Clause(both, frozenset(others))
    return Clause(_fill(STRATEGIC[event.label][event.status], who=parties.who), frozenset())


def _rule_clause(
    event: EventFound, entities: Sequence[EntityFound], parties: Parties
) -> tuple[Words, frozenset[Called]]:
    who, by = parties.who, parties.by
    if event.label == "litigation_antitrust":  # an authority named beside a case may judge, sue or be sued
        who, by = tuple(dict.fromkeys((*who, *by))), ()
    plainly = event.label in PLAIN and bool(who) and aimed_at(event, entities)
    told = frozenset(parties.by)
    if not by:
        zh, en = (PLAIN if plainly else CONCERNED)[event.label][event.status]
        if not who:  # a rule or case that concerns nobody by name is simply one
            zh, en = zh.replace("涉及{who}的", ""), en.replace(" that concerns {who}", "").replace(", {who}", "")
        return _fill((zh, en), who=who), told
    on = _fill(ON[event.label] if plainly else CONCERNS, who=who) if who else _NOBODYS.get(event.status, ("", ""))
    zh, en = BY_AUTHORITY[event.label][event.status]
    by_zh, by_en = _joined(by)
    return (zh.format(by=by_zh, on=on[0]), en.format(by=by_en, on=on[1])), told


def aimed_at(event: EventFound, entities: Sequence[EntityFound]) -> bool:
    """Whether the event's own words say of every company in it that it is penalised or investigated itself."""
    quote, offset = fold(event.evidence.quote), event.evidence.start
    companies = [entity for entity in event.entities if not entity.startswith("regulator_")]
    return all(
        any(
            _SUFFERS.match(quote, mention.end - offset)
            or (_AGAINST.search(quote[: mention.start - offset]) and _ACTS.match(quote, mention.end - offset))
            or _FINED.search(quote[: mention.start - offset])
            for mention in mentions_in(entity, event, entities)
        )
        for entity in companies
    )


def _deal(
    event: EventFound, entities: Sequence[EntityFound], parties: Parties, names: Names, places: Sequence[str]
) -> Clause | None:
    """Who buys or sells, where the evidence or else the title says so plainly and nobody else is in the deal.

    A title tells what the article is about, so that it does not help with what is told as history.
    """
    if ENDED.search(fold(event.evidence.quote)):
        return None
    told = [event.evidence]
    if places and event.evidence.paragraph > 0 and event.status != "background":
        told.append(Evidence(quote=places[0], paragraph=0, start=0, end=len(places[0])))
    for text in told:
        known, placed = _placed(event.model_copy(update={"evidence": text}), entities, parties, names)
        quote = fold(text.quote)
        found = None if ENDED.search(quote) else direction(quote, placed)
        if found is not None and {one.zh for one in parties.who} <= {found.who, found.other}:
            who, other = known[found.who], known[found.other]
            words = BUYS if found.kind == "buys" else SELLS
            clause = _fill(words[event.status], who=(who,), other=(other,))
            return Clause(clause, frozenset({who, other}), (text.paragraph,))
    return None


def _placed(
    event: EventFound, entities: Sequence[EntityFound], parties: Parties, names: Names
) -> tuple[dict[str, Called], list[Party]]:
    """Those named in the event's own words, with their places there, in order; names by their Chinese side."""
    offset = event.evidence.start
    known: dict[str, Called] = {}
    placed: list[Party] = []
    for entity in event.entities:
        for mention in mentions_in(entity, event, entities):
            called = names.of_entity(entity) or names.of_text(mention.text)
            start, end = _as_one(mention, event)
            placed.append(Party(called.zh, start - offset, end - offset))
            known[called.zh] = called
    for called, fact in parties.others:
        if inside(fact.evidence, event):
            placed.append(Party(called.zh, fact.evidence.start - offset, fact.evidence.end - offset))
            known[called.zh] = called
    return known, sorted(placed, key=lambda party: party.start)


def _as_one(mention: Mention, event: EventFound) -> tuple[int, int]:
    """The span of a name with the words that describe it, where an other side was read around it (平台好大夫在线)."""
    spans = [fact.evidence for fact in event.facts if fact.kind == "counterparty" and overlap(fact.evidence, mention)]
    return min(mention.start, *(span.start for span in spans), mention.start), max(
        mention.end, *(span.end for span in spans), mention.end
    )


def _fill(words: Words, **parties: tuple[Called, ...]) -> Words:
    joined = {slot: _joined(called) for slot, called in parties.items()}
    zh = words[0].format(**{slot: names[0] for slot, names in joined.items()})
    english = _plural(words[1]) if len(parties.get("who", ())) > 1 else words[1]
    return zh, english.format(**{slot: names[1] for slot, names in joined.items()})


def _plural(english: str) -> str:
    """The clause for several who act."""
    for one, many in _PLURAL:
        english = english.replace(one, many)
    return english


def _joined(called: Sequence[Called]) -> Words:
    """Names in a row; the word for nobody where there are none. A line is one line whatever the names hold."""
    if not called:
        return NOBODY
    english = [plain(one.en) for one in called]
    last = " and ".join(english[-2:])
    return "、".join(plain(one.zh) for one in called), ", ".join([*english[:-2], last])


def plain(name: str) -> str:
    """A name on one line."""
    return " ".join(name.split())
