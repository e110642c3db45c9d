"""Documents for the measurement: titles and paragraphs of the project's own items, put together anew."""

import hashlib
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bench.own_items import load_own
from services.portal.domain.entry import StoredDocument, StoredRevision
from shared.messages import DocumentClassified
from shared.messages.classified import EntityFound, EventFound, Evidence, KeyPoints, Kind, SummarySentence
from shared.messages.common import Language, Times
from shared.watch import LABELS, STATUSES

NEWEST = datetime(2026, 11, 1, tzinfo=UTC)
DAYS = 5 * 365
"""The documents are of the last five years: twenty partitions."""
LENGTH = 1_090
"""Characters of a document on average, as of articles that were measured."""
OVER = 130
"""Characters by which the last paragraph of a document goes beyond what was wanted, on average."""
OUTLETS = tuple(f"示例社{number}" for number in range(60))
KINDS: tuple[Kind, ...] = ("news", "news", "news", "analysis", "filing", "policy", "press_release", "market_note")
ENTITIES = (
    "alibaba_health",
    "alipay_health",
    "ant_group",
    "jd_health",
    "ping_an_good_doctor",
    "other",
    "regulator_nmpa",
)
_SENTENCE = re.compile(r"[^。！？.!?\n]+[。！？.!?]?")


@dataclass(frozen=True)
class Pieces:
    """What documents are made of, by language."""

    titles: Sequence[str]
    sentences: Sequence[str]


def pieces() -> dict[str, Pieces]:
    """Titles and sentences of the project's own items."""
    held: dict[str, tuple[list[str], list[str]]] = {}
    for item in (*load_own("train"), *load_own("kept")):
        titles, sentences = held.setdefault(item.article.language, ([], []))
        titles.append(item.row["title"])
        sentences += [each.strip() for each in _SENTENCE.findall(item.row["text"]) if len(each.strip()) > 5]
    return {language: Pieces(titles, sentences) for language, (titles, sentences) in held.items()}


def documents(first: int, last: int, of: dict[str, Pieces], seed: int = 8) -> Iterator[StoredDocument]:
    """Documents `first` to `last` (exclusive); each is the same whatever others are made."""
    for number in range(first, last):
        yield _document(number, of, random.Random(seed * 1_000_003 + number))  # noqa: S311  # no secret


def _document(number: int, of: dict[str, Pieces], chance: random.Random) -> StoredDocument:
    language = chance.choices(("zh-Hans", "zh-Hant", "en"), (72, 10, 18))[0]
    chosen = of.get(language) or of["zh-Hans"]
    seen = NEWEST - timedelta(seconds=chance.random() * DAYS * 86_400)
    long, wanted = 0, chance.expovariate(1 / (LENGTH - OVER)) + 80
    paragraphs: list[str] = []
    while long < min(wanted, 6_000):
        paragraph = "".join(chance.choice(chosen.sentences) for _ in range(chance.randint(1, 4)))
        paragraphs.append(paragraph)
        long += len(paragraph)
    revision = StoredRevision(
        1, number + 1, chance.choice(chosen.titles), tuple(paragraphs), "wire", chance.choice(OUTLETS), language,
        seen, seen, chance.random() < 0.1,
    )  # fmt: skip
    identity = hashlib.md5(str(number).encode(), usedforsecurity=False).hexdigest()
    classified = _classified(identity, revision, chance)
    return StoredDocument(identity, (revision,), classified, seen, f"story-{number // 3}")


def _classified(identity: str, revision: StoredRevision, chance: random.Random) -> DocumentClassified:
    """An answer with one or two events and three key points."""
    entities = tuple(dict.fromkeys(chance.choices(ENTITIES, k=chance.randint(1, 3))))
    evidence = Evidence.model_construct(quote=revision.title, paragraph=0, start=0, end=len(revision.title))
    events = tuple(
        EventFound.model_construct(
            label=label, family=LABELS[label], status=chance.choice(STATUSES), entities=entities, evidence=evidence,
            facts=(), confidence=0.9, reasons=(),
        )
        for label in dict.fromkeys(chance.choices(tuple(LABELS), k=chance.randint(1, 2)))
    )  # fmt: skip
    language: Language = revision.language  # type: ignore[assignment]  # one of those that are made
    said = tuple(
        SummarySentence.model_construct(text=text[:120], citations=(place,))
        for place, text in enumerate(revision.paragraphs[:3], 1)
    )
    return DocumentClassified.model_construct(
        version=1, document_id=identity, revision=1, url=f"https://example.test/{revision.number}", source="wire",
        outlet=revision.outlet, role="alert", rights="full", title=revision.title, lead=revision.paragraphs[0][:200],
        language=language, relevant=True, relevance_reasons=(), kind=chance.choice(KINDS),
        entities=tuple(EntityFound.model_construct(entity=each, mentions=()) for each in entities), events=events,
        importance=chance.randint(1, 5), summary=said[:2], model="made",
        times=Times.model_construct(first_seen=revision.first_seen),
        points=(KeyPoints.model_construct(group="move", points=said),),
    )  # fmt: skip
