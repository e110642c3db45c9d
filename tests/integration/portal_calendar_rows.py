"""Documents that announce days, for the tests of the portal's calendar."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from icalendar import Calendar
from sqlalchemy import Engine, text

from shared.store.alerter import Classification, Thread, ThreadDocument
from tests.fakes.notices import DRAFT, filed
from tests.integration.portal_rows import document, store

HOUR_AGO = datetime.now(UTC) - timedelta(hours=1)
"""When the documents came; the calendar holds those of the last 400 days."""
LONG = "意见反馈截止时间为2026年12月28日，" + "摘录" * 250 + "。"


def put(engine: Engine, number: int, thread: str, rights: str = "full", revision: int = 1, **more: Any) -> None:
    """A classified document in its thread, as the alerter leaves it."""
    paragraphs = more.pop("paragraphs", DRAFT)
    one = filed(number, thread, rights, revision=revision, **more).document
    store(
        engine,
        document(number, one.title, *paragraphs, rights=rights, revision=revision, url=one.url),
        Classification(
            document_id=one.document_id, revision=revision, message=one.model_dump(mode="json"),
            received=HOUR_AGO + timedelta(minutes=number),
        ),
    )  # fmt: skip
    if revision == 1:
        with engine.begin() as db:
            known = db.execute(text("select from threads where thread_id = :thread"), {"thread": thread}).first()
        if known is None:
            store(engine, Thread(thread_id=thread, opened=HOUR_AGO, latest=HOUR_AGO, title=one.title))
        store(
            engine,
            ThreadDocument(
                document_id=one.document_id,
                thread_id=thread,
                revision=1,
                joined=HOUR_AGO,
                fact_version=1,
                reason="test",
            ),
        )


def jd(number: int = 1) -> list[dict[str, Any]]:
    """Events of another company."""
    return [{**filed(number).document.model_dump(mode="json")["events"][0], "entities": ["jd_health"]}]


def days(content: bytes) -> list[tuple[date, str]]:
    """Day and identifier of each entry."""
    events = Calendar.from_ical(content).walk("VEVENT")
    return [(event.decoded("dtstart"), str(event["uid"])) for event in events]
