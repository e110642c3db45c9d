"""Which of the named entities an article is about: those that act, are acted upon or are named as a case."""

from services.classifier.domain.entity_signs import entity_signs
from services.classifier.domain.events import Scored
from services.classifier.domain.features import document_features, main_company
from services.classifier.domain.model import Features
from services.classifier.domain.reading import Reading
from shared.messages.classified import EntityFound, Mention
from shared.watch import Hit

MOST_HITS = 40
"""Mentions of one entity that are looked at; an article of news has fewer."""


def named_entities(reading: Reading) -> dict[str, list[Hit]]:
    """Every identifier that is named, with its mentions in order."""
    named: dict[str, list[Hit]] = {}
    for hit in reading.match.hits:
        named.setdefault(hit.entity, []).append(hit)
    return named


def entity_features(reading: Reading, entity: str, hits: list[Hit], scored: list[Scored]) -> Features:
    """Signs that the entity acts and is not only mentioned."""
    text, hits = reading.text, hits[:MOST_HITS]
    title_end = text.starts[1] if len(text.starts) > 1 else len(text.folded)
    total = len(reading.match.hits)
    telling = [
        one for one in scored if any(one.candidate.span.start <= hit.place < one.candidate.span.end for hit in hits)
    ]
    current = max((one.current for one in telling), default=0.0)
    background = max((one.background for one in telling), default=0.0)
    subject = max(
        (
            one.current
            for one in telling
            if any(h.place < one.candidate.first.start for h in hits if h.place >= one.candidate.span.start)
        ),
        default=0.0,
    )
    kind = "regulator" if entity.startswith("regulator_") else "other" if entity == "other" else "company"
    document = document_features(reading)
    listed = sum(1 for hit in hits if _in_list(text.folded, hit)) / len(hits)
    found: Features = {
        f"entity {entity}": 1.0,
        kind: 1.0,
        "in title": float(any(hit.place < title_end for hit in hits)),
        "in lead": float(any(title_end <= hit.place < title_end + 150 for hit in hits)),
        "first named": float(bool(reading.match.hits) and reading.match.hits[0].entity == entity),
        "once": float(len(hits) == 1),
        "often": min(len(hits), 6) / 6,
        "share": len(hits) / max(1, total),
        "main": float(any(hit.name == main_company(reading) for hit in hits)),
        "current": current,
        "subject of current": subject,
        "background": background,
        "only background": float(background > current),
        "listed": listed,
        "late": float(hits[0].place > title_end + 400),
        "depth": hits[0].place / max(1, len(text.folded)),
        "product only": float(all(hit.product for hit in hits)),
        "historic only": float(all(hit.historic for hit in hits)),
        "long": document["long"],
        "analysis": document.get("kind analysis", 0.0),
        "market note": document.get("kind market_note", 0.0),
    }
    for name in ("in title", "in lead", "current", "once", "listed", "late"):
        found[f"{kind} {name}"] = found[name]
    found = {name: value for name, value in found.items() if value}
    signs = entity_signs(reading, kind, hits, found)
    return found | {name: value for name, value in signs.items() if value}


def _in_list(folded: str, hit: Hit) -> bool:
    """Whether the mention stands in an enumeration of names."""
    around = (
        folded[max(0, hit.place - 1) : hit.place] + folded[hit.place + len(hit.text) : hit.place + len(hit.text) + 1]
    )
    return "、" in around


def entity_found(entity: str, hits: list[Hit]) -> EntityFound:
    """The entity with its mentions, as the message carries it."""
    mentions = tuple(Mention(text=hit.text, paragraph=hit.paragraph, start=hit.start, end=hit.end) for hit in hits[:20])
    return EntityFound(entity=entity, mentions=mentions)
