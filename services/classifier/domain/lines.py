"""One line an event, in Chinese and in English, made from its structured facts: nothing else goes in.

The main clause follows from label and status (line_words.py, line_rules.py), names from the watchlist, and after it
stand the facts with what they are: other side, amount, percentage, authority, document, date of effect. The line cites
the paragraphs of the event's evidence and of all facts that it holds.
"""

import re
from collections.abc import Iterator, Sequence

from services.classifier.domain.involved import Parties, mentions_in, parties_of
from services.classifier.domain.line_clauses import ENDED, clause_of, plain
from services.classifier.domain.line_figures import amount, document, effect, percentage
from services.classifier.domain.line_words import NOBODY, Words
from services.classifier.domain.naming import Called, Names
from shared.messages.classified import EntityFound, EventFound, EventLine, Fact
from shared.watch.fold import fold

_OTHER_SIDE: dict[str, Words] = {
    "investment_financing": ("投资方：", "investor: "),
    "litigation_antitrust": ("被诉方：", "sued: "),
}
_END_WORDS: Words = ("原文提到终止或取消", "the text speaks of an end or withdrawal")
_TITLE = re.compile(r"《[^《》\n]{2,60}》")
_HAS_TITLES = frozenset({"policy_guidance", "reimbursement", "license_approval", "data_privacy", "product_safety"})
_MAY_END = frozenset({"mergers_acquisitions", "investment_financing", "partnership", "product_launch"})


def line_of(event: EventFound, entities: Sequence[EntityFound], names: Names, places: Sequence[str] = ()) -> EventLine:
    """The line of one event; `entities` are those of the document, with their mentions, `places` title and paragraphs.

    Of the places only the title is read, and that only for who buys whom.
    """
    parties = parties_of(event, entities, names)
    clause = clause_of(event, entities, parties, names, places)
    told = clause.told
    details: list[Words] = list(_titles(event, entities, names))
    used: list[Fact] = [fact for called, fact in (*parties.others, *parties.authorities) if called in told]
    for words, fact in _details(event, parties, told):
        details.append(words)
        used.append(fact)
    if event.label in _MAY_END and ENDED.search(fold(event.evidence.quote)):
        details.append(_END_WORDS)
    details = list(dict.fromkeys(details))
    cited = {event.evidence.paragraph, *clause.places, *(fact.evidence.paragraph for fact in used)}
    zh, en = clause.words
    if en.startswith(NOBODY[1]):
        en = f"{en[:1].upper()}{en[1:]}"
    return EventLine(
        label=event.label,
        status=event.status,
        zh="；".join([zh, *(words for words, _ in details)]),
        en="; ".join([en, *(words for _, words in details)]),
        citations=tuple(sorted(cited)),
    )


def _titles(event: EventFound, entities: Sequence[EntityFound], names: Names) -> Iterator[Words]:
    """Of a rule its title, of a launch the watched products, as the event's own words write them."""
    if event.label in _HAS_TITLES:
        for title in list(dict.fromkeys(_TITLE.findall(event.evidence.quote)))[:2]:
            yield title, title
    if event.label == "product_launch":
        written = [mention.text for entity in event.entities for mention in mentions_in(entity, event, entities)]
        for text in list(dict.fromkeys(text for text in written if fold(text) in names.products))[:2]:
            yield f"产品：{text}", f"product: {text}"


def _details(event: EventFound, parties: Parties, told: frozenset[Called]) -> Iterator[tuple[Words, Fact]]:
    zh, en = _OTHER_SIDE.get(event.label, ("对方：", "other side: "))
    for called, fact in parties.others:
        if called not in told:
            yield (zh + plain(called.zh), en + plain(called.en)), fact
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
