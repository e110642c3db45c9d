"""Stories over months, about several companies, in several outlets: what the tests of the overview count."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from shared.store.alerter import AlertDecision, Classification, Thread, ThreadDocument
from shared.store.crawler import Document
from tests.integration.portal_rows import document, indexed, message, store

COMPANIES = ("alibaba_health", "jd_health", "ping_an_good_doctor", "ant_group")
LABELS = ("partnership", "product_launch", "mergers_acquisitions", "policy_guidance", "enforcement_penalty")
STATUSES = ("rumoured", "planned", "announced", "completed", "denied")
OUTLETS = ("搜狐财经", "经济日报", "Health Wire", "晚报", "健康界")
STORIES = 60
QUOTE = "双方没有公布进一步的细节"
"""Of the articles: no page that tells facts alone may hold it."""
TITLES = (
    "医鹿与{}家医院合作上线夜间问诊",
    "互联网诊疗规则第{}版征求意见",
    "药品追溯平台第{}次升级",
    "第{}家城市药房接入即时配送",
)


def told(engine: Engine, now: datetime | None = None) -> None:
    """Sixty stories of the last 60 weeks, the newest of today, with one to four reports each, some of them reprints."""
    at = now or datetime.now(UTC)
    documents: list[Document] = []
    answers: list[Classification] = []
    stories: list[tuple[Thread, Sequence[Document]]] = []
    for number in range(STORIES):
        began = at - timedelta(days=7 * number + number % 5, hours=number % 24)
        reports = []
        for report in range(1 + number % 4):
            published = began + timedelta(hours=7 * report)
            one = _report(len(documents) + 1, number, report, min(published, at - timedelta(minutes=report)))
            documents.append(one)
            reports.append(one)
            answers.append(_answer(one, number, report))
        stories.append((_thread(number, reports), reports))
    store(engine, *documents)
    store(engine, *answers)
    store(engine, *(thread for thread, _ in stories))
    store(engine, *(row for thread, reports in stories for row in _members(thread, reports)))
    indexed(engine)


def _report(number: int, story: int, report: int, at: datetime) -> Document:
    title = TITLES[story % len(TITLES)].format(story + 1)
    return document(
        number,
        f"{title}{'（转载）' if report == 2 else ''}",
        f"{title}。有关方面没有公布进一步的细节。" * 3,
        outlet=OUTLETS[(story + report) % len(OUTLETS)],
        published=at,
        first_seen=at,
        fetched=at,
    )


def _answer(stored: Document, story: int, report: int) -> Classification:
    entities = [COMPANIES[story % 4], *([COMPANIES[(story + 1) % 4]] if story % 3 == 0 else [])]
    events = [(LABELS[story % 5], STATUSES[(story + report) % 5])]
    if story % 6 == 0:
        events.append((LABELS[(story + 2) % 5], "announced"))
    said = message(stored, entities=entities, events=events).model_dump(mode="json")
    said["importance"] = 2 + story % 4
    return Classification(document_id=stored.document_id, revision=1, message=said, received=stored.first_seen)


def _thread(number: int, reports: Sequence[Document]) -> Thread:
    first, last = reports[0], reports[-1]
    return Thread(
        thread_id=f"t{number}",
        opened=first.first_seen,
        latest=last.first_seen,
        title=first.title,
        fact_version=1 + len(reports) // 3,
    )


def _members(thread: Thread, reports: Sequence[Document]) -> Sequence[ThreadDocument | AlertDecision]:
    rows: list[ThreadDocument | AlertDecision] = []
    for place, one in enumerate(reports):
        same: dict[str, Any] = {"document_id": one.document_id, "revision": 1, "thread_id": thread.thread_id}
        joined = one.first_seen + timedelta(minutes=1)
        version = 1 + place // 2
        rows.append(ThreadDocument(**same, joined=joined, fact_version=version, reason="same parties and deal"))
        outcome = "alerted" if place == 0 else "updated" if place == 2 else "joined"
        detail: dict[str, object] = {"news": [_step(place), _date()] if place == 2 else []}
        rows.append(AlertDecision(**same, outcome=outcome, reason="test", detail=detail, at=joined))
    return rows


def _step(place: int) -> dict[str, object]:
    """A changed status, as the alerter stores it, its quote too."""
    return {"kind": "status", "label": "partnership", "before": "rumoured", "after": "denied", "quote": QUOTE * place}


def _date() -> dict[str, object]:
    return {"kind": "effective_date", "label": "partnership", "before": None, "after": "2026-12-01", "quote": QUOTE}


def revise(engine: Engine, number: int, at: datetime) -> None:
    """Another revision of a document, which its outlet gave another title."""
    title = f"（更正）第{number}篇"
    one = document(number, title, "更正后的一段。", revision=2, outlet="晚报", published=at, first_seen=at, fetched=at)
    store(engine, one)
    said = message(one, entities=["alibaba_health"], events=[("partnership", "announced")]).model_dump(mode="json")
    store(engine, Classification(document_id=one.document_id, revision=2, message=said, received=at))
    indexed(engine)


def many(engine: Engine, entity: str, count: int) -> None:
    """So many documents about a company within some days; every third one is another report of the story before."""
    at = datetime.now(UTC) - timedelta(weeks=30)
    documents = [
        document(10_000 + number, f"微医第{number}条", "正文。", published=moment, first_seen=moment, fetched=moment)
        for number in range(count)
        for moment in [at + timedelta(minutes=number)]
    ]
    store(engine, *documents)
    answers = [message(one, entities=[entity], events=[("partnership", "announced")]) for one in documents]
    store(
        engine,
        *(
            Classification(document_id=one.document_id, revision=1, message=one.model_dump(mode="json"), received=at)
            for one in answers
        ),
    )
    joined = [(one, f"m{number - (number % 3 == 2)}") for number, one in enumerate(documents)]
    store(
        engine,
        *(
            Thread(thread_id=name, opened=at, latest=at, title="微医")
            for name in dict.fromkeys(name for _, name in joined)
        ),
    )
    store(
        engine,
        *(
            ThreadDocument(
                document_id=one.document_id, thread_id=name, revision=1, joined=at, fact_version=1, reason="test"
            )
            for one, name in joined
        ),
    )
    indexed(engine)
