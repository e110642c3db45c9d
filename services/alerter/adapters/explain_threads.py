"""Which thread a document came into, why, and which others it could have joined."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, text

from services.alerter.adapters.explain_way import Step
from services.alerter.adapters.store import SqlUnit, States
from services.alerter.domain.agreement import agreement_on
from services.alerter.domain.likeness import Likeness
from services.alerter.domain.report import report_of
from services.alerter.domain.routing import Reason, no_alert
from services.alerter.domain.state import ThreadState
from services.alerter.domain.threads import assign
from services.alerter.domain.wording import agreement_words
from shared.messages import DocumentClassified

_ALTERNATIVES = 3
"""Other threads that are named."""
_THREAD = text(
    "select t.title, t.fact_version, t.state, t.opened, count(d.document_id) as documents, min(mine.joined) as joined,"
    " min(mine.reason) as reason from threads t left join thread_documents d using (thread_id)"
    " left join thread_documents mine on mine.thread_id = t.thread_id and mine.document_id = :document"
    " where t.thread_id = :thread group by t.thread_id"
)


def thread_steps(
    db: Connection, judged: DocumentClassified, thread: str | None, detail: Mapping[str, Any], likeness: Likeness
) -> Iterator[Step]:
    """The thread, why, and the alternatives as they stand today."""
    others = tuple(_alternatives(db, judged, thread, likeness))
    row = db.execute(_THREAD, {"thread": thread, "document": judged.document_id}).mappings().first() if thread else None
    if row is None:
        if others:
            yield Step("thread", None, "it came into none", others)
        return
    state = ThreadState.model_validate(row["state"])
    why = row["reason"] or ", ".join(detail.get("why") or ()) or "opened it"
    likely = f" (likeness {detail['probability']:.2f})" if detail.get("probability") else ""
    below = [
        "opened it" if thread == f"t{judged.document_id}" else f"joined it: {why}{likely}",
        *(f"new in it: {fact['kind']} {fact['after']}" for fact in detail.get("news") or ()),
        _agreement(state, judged.document_id),
        *others,
    ]
    words = f"{thread}: {row['title']} ({row['documents']} documents, fact version {row['fact_version']})"
    data = {"thread_id": thread, "documents": row["documents"], "fact_version": row["fact_version"], "why": why}
    yield Step("thread", row["joined"], words, tuple(below), data)


def _agreement(thread: ThreadState, document: str) -> str:
    """Who tells the same as the document, or, of one that adds nothing to the thread, as its newest member."""
    found = agreement_on(thread.member(document) or thread.members[-1], thread)
    return f"{agreement_words(found, 'en')}: {', '.join(found.names) or 'no outlet is named'}"


def _alternatives(db: Connection, judged: DocumentClassified, thread: str | None, likeness: Likeness) -> Iterator[str]:
    """The likest other threads, judged by what they hold today."""
    quiet = no_alert(judged)
    if quiet is not None and quiet.reason != Reason.BACKGROUND:
        return
    report = report_of(judged)
    found = []
    for other in SqlUnit(db, "", States()).candidates(report):
        if other.thread_id != thread and not other.member(report.document_id):
            decision = assign(report, [other], likeness)
            found.append((decision.probability, other, decision.thread is not None))
    found.sort(key=lambda one: -one[0])
    for probability, other, joins in found[:_ALTERNATIVES]:
        verdict = "would join it today" if joins else "too little for one story"
        yield f"other thread {other.thread_id}: {other.title} (likeness {probability:.2f}: {verdict})"
