"""Made-up stories as the classifier would send them: reports, reprints, English twins, updates, corrections.

Two halves share no entity and no label, so that no story of one half is like a story of the other: each half goes to a
partition of its own, and what becomes of it does not hang on how the partitions take turns.
"""

import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shared.messages import DocumentClassified, Times
from shared.messages.classified import EntityFound, EventFound, Evidence, Fact, Status, SummarySentence
from shared.messages.common import Published
from shared.watch.taxonomy import LABELS
from shared.watch.watchlist import Watchlist

FIRST = datetime(2020, 1, 6, 1, 0, tzinfo=UTC)
"""Publication of the first story; the next ones follow every APART."""
APART = timedelta(days=2)
_STEPS: Sequence[tuple[Status, Status]] = (
    ("rumoured", "denied"), ("rumoured", "announced"), ("planned", "completed"), ("announced", "completed"),
)  # fmt: skip
"""A first status and one that it moves on to."""
_OUTLETS = ("晨汐健康", "Harbour Wire", "岸边财经", "Ledger Daily", "长河日报")
_PLACES = ("杭州", "成都", "西安", "青岛", "广州", "苏州", "武汉", "厦门", "昆明", "沈阳", "南宁", "合肥")
_THINGS = (
    "血压管家",
    "慢病续方",
    "夜间送药",
    "儿科问诊",
    "影像读片",
    "处方流转",
    "理赔直付",
    "疫苗预约",
    "眼科验光",
    "睡眠监测",
)


@dataclass(frozen=True)
class Sent:
    """One document and where it goes."""

    partition: int
    document: DocumentClassified


@dataclass(frozen=True)
class _Story:
    number: int
    entity: str
    name: tuple[str, str]
    label: str
    steps: tuple[Status, Status]
    amount: int
    place: str
    thing: str


def stories(watchlist: Watchlist, seed: int) -> Iterator[tuple[Sent, ...]]:
    """Story after story without end, each with its documents in the order of their publication.

    The same seed makes the same stories.
    """
    rng = random.Random(seed)  # noqa: S311  # made-up news
    entities = [(entity.id, (entity.name.zh, entity.name.en)) for entity in watchlist.entities]
    labels = sorted(LABELS)
    number = 0
    while True:
        half = number % 2
        entity, name = rng.choice(entities[half::2])
        steps = rng.choice(_STEPS)
        label, place, thing = rng.choice(labels[half::2]), rng.choice(_PLACES), rng.choice(_THINGS)
        story = _Story(number, entity, name, label, steps, rng.randint(2, 900), place, thing)
        yield tuple(Sent(half, document) for document in _documents(story, rng))
        number += 1


def _documents(story: _Story, rng: random.Random) -> Iterator[DocumentClassified]:
    zh, en = story.name
    told = f"{zh}在{story.place}的{story.thing}项目({story.number})涉及{story.amount}万元"
    in_english = f"{en}: project {story.number}, {story.label.replace('_', ' ')}, CNY {story.amount * 10_000:,}"
    first, then = story.steps
    importance = rng.randint(2, 5)
    yield _one(story, "first", 0, told, first, importance, rng)
    if rng.random() < 0.6:
        yield _one(story, "reprint", 2, f"快讯:{told}", first, importance, rng)
    if rng.random() < 0.3:
        yield _one(story, "twin", 3, in_english, first, importance, rng, language="en")
    if rng.random() < 0.2:
        yield _one(story, "first", 0, f"{told}(更正)", first, importance, rng, revision=2)
    if rng.random() < 0.2:
        yield _one(story, "aside", 4, f"{zh}举办员工运动会", first, 1, rng, relevant=False)
    if rng.random() < 0.6:
        yield _one(story, "update", 40, f"{told}有了新进展:{then}", then, importance, rng)


def _one(
    story: _Story, role: str, hours: int, title: str, status: Status, importance: int, rng: random.Random,
    language: str = "zh-Hans", revision: int = 1, relevant: bool = True,
) -> DocumentClassified:  # fmt: skip
    name = hashlib.md5(f"{story.number}/{role}".encode(), usedforsecurity=False).hexdigest()
    evidence = Evidence(quote=title, paragraph=0, start=0, end=len(title))
    amount = Fact(kind="amount", value=str(story.amount * 10_000), unit="CNY", evidence=evidence)
    event = EventFound(
        label=story.label, family=LABELS[story.label], status=status, entities=(story.entity,), evidence=evidence,
        facts=(amount,), confidence=0.9, reasons=("made up",),
    )  # fmt: skip
    now = datetime.now(UTC)
    published = FIRST + story.number * APART + timedelta(hours=hours)
    return DocumentClassified.model_validate(
        {
            "document_id": name,
            "revision": revision,
            "url": f"https://news.example/{story.number}/{role}",
            "source": "bench",
            "outlet": rng.choice(_OUTLETS),
            "title": title,
            "lead": title,
            "language": language,
            "published": Published(at=published, precision="minute"),
            "relevant": relevant,
            "kind": "news",
            "entities": (EntityFound(entity=story.entity),),
            "events": (event,) if relevant else (),
            "importance": importance,
            "summary": (SummarySentence(text=title, citations=(0,)),),
            "model": "bench",
            "times": Times(first_seen=now, fetched=now, sent=now, classified=now),
        }
    )
